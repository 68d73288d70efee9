"""Subscriptions and tenants (recordings subscriptions_list.json, tenants_list.json)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.routing import Route
from emulator.wire import Json, Reply, Request

if TYPE_CHECKING:
    from emulator.world import World


def list_subscriptions(world: World, request: Request) -> Reply:
    """The one subscription, with a count beside it."""
    return Reply(document={"value": [subscription(world)], "count": {"type": "Total", "value": 1}})


def get_subscription(world: World, request: Request) -> Reply:
    """The one subscription and its state."""
    return Reply(document=subscription(world))


def list_locations(world: World, request: Request) -> Reply:
    """The regions that the catalog knows."""
    return Reply(
        document={
            "value": [
                {
                    "id": f"{world.subscription}/locations/{name}",
                    "name": name,
                    "type": "Region",
                    "displayName": title,
                    "regionalDisplayName": title,
                }
                for name, title in world.catalog.regions.items()
            ]
        }
    )


def list_tenants(world: World, request: Request) -> Reply:
    """The one tenant."""
    tenant = world.directory.tenant_id
    return Reply(document={"value": [{"id": f"/tenants/{tenant}", "tenantId": tenant, "tenantCategory": "Home"}]})


def subscription(world: World) -> Json:
    """The one subscription, a paid one."""
    return {
        "id": world.subscription,
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "tags": {},
        "subscriptionId": world.settings.subscription_id,
        "tenantId": world.directory.tenant_id,
        "displayName": "Emulator subscription",
        "state": "Enabled",
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
    }


ROUTES = (
    Route("GET", "/subscriptions", list_subscriptions),
    Route("GET", "/subscriptions/{subscription}", get_subscription),
    Route("GET", "/subscriptions/{subscription}/locations", list_locations),
    Route("GET", "/tenants", list_tenants),
)
