"""Soft-deleted accounts: list, look at one, purge (docs, articles/ai-services/recover-purge-resources.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.arm import SUBSCRIPTION
from emulator.behaviour.catalog import region_name
from emulator.errors import GatewayError
from emulator.routes import accounts
from emulator.routing import Route
from emulator.state.soft_deleted import SoftDeleted
from emulator.timestamps import whole
from emulator.wire import Json, Reply, Request

if TYPE_CHECKING:
    from emulator.world import World

DELETED = f"{SUBSCRIPTION}/{accounts.PROVIDER}/locations/{{location}}/resourceGroups/{{group}}/deletedAccounts/{{name}}"


def list_deleted(world: World, request: Request) -> Reply:
    """Every soft-deleted account of the subscription."""
    return Reply(document={"value": [_document(world, gone) for gone in world.deleted_accounts]})


def get_deleted(world: World, request: Request) -> Reply:
    """One soft-deleted account, by its own location and the group that it was in."""
    return Reply(document=_document(world, _found(world, request)))


def purge(world: World, request: Request) -> Reply:
    """Delete for good; 404 when the location is not the account's own (ansible-collections/azure#2287)."""
    world.deleted_accounts.remove(_found(world, request))
    return Reply(200)


def _found(world: World, request: Request) -> SoftDeleted:
    account_id = (
        f"{world.subscription}/resourceGroups/{request['group']}/{accounts.PROVIDER}/accounts/{request['name']}"
    )
    gone = world.deleted_accounts.find(account_id)
    if gone is None or region_name(gone.resource.location) != region_name(request["location"]):
        message = (
            f"The deleted account '{request['name']}' of group '{request['group']}' was not found in "
            f"'{request['location']}'."
        )
        raise GatewayError(404, "ResourceNotFound", message)
    return gone


def _document(world: World, gone: SoftDeleted) -> Json:
    account = gone.resource
    group = account.id.split("/")[4]
    place = f"{world.subscription}/{accounts.PROVIDER}/locations/{account.location}/resourceGroups/{group}"
    return {
        **account.document,
        "id": f"{place}/deletedAccounts/{account.name}",
        "type": "Microsoft.CognitiveServices/locations/resourceGroups/deletedAccounts",
        "properties": {
            **account.properties,
            "deletionDate": whole(gone.deleted),
            "scheduledPurgeDate": whole(gone.purge_due),
        },
    }


ROUTES = (
    Route("GET", f"{SUBSCRIPTION}/{accounts.PROVIDER}/deletedAccounts", list_deleted),
    Route("GET", DELETED, get_deleted),
    Route("DELETE", DELETED, purge),
)
