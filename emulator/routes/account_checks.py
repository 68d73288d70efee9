"""Questions to ask before an account is made or changed.

Recording cogsvc_check_sku_availability.json; azure-mgmt-cognitiveservices for the two lists (ResourceSku, AccountSku).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.arm import GROUP, SUBSCRIPTION, found
from emulator.behaviour.catalog import region_name
from emulator.routes import accounts
from emulator.routing import Route
from emulator.wire import Json, Reply, Request

if TYPE_CHECKING:
    from emulator.world import World


OPENAI_SKU = "S0"
OPENAI_TIER = "Standard"


def check_sku(world: World, request: Request) -> Reply:
    """Whether skus of a kind can be made in a location; a POST that only reads."""
    body = request.json()
    in_region = region_name(request["location"]) in world.catalog.regions
    return Reply(document={"value": [_sku(body, str(sku), in_region) for sku in body.get("skus") or []]})


def list_skus(world: World, request: Request) -> Reply:
    """The one sku of Azure OpenAI, with a row for each region: the emulator has no list of other kinds' skus."""
    rows = [
        {
            "resourceType": "accounts",
            "name": OPENAI_SKU,
            "tier": OPENAI_TIER,
            "kind": "OpenAI",
            "locations": [region.upper()],
            "restrictions": [],
        }
        for region in world.catalog.regions
    ]
    return Reply(document={"value": rows})


def list_account_skus(world: World, request: Request) -> Reply:
    """The skus that an account can have."""
    account = found(world, request, accounts.TYPE, request["name"])
    is_openai = account.document.get("kind") == "OpenAI"
    sku = {"name": OPENAI_SKU, "tier": OPENAI_TIER} if is_openai else account.document["sku"]
    return Reply(document={"value": [{"resourceType": accounts.TYPE, "sku": sku}]})


def check_domain(world: World, request: Request) -> Reply:
    """Whether a sub-domain is free. Source: the docs on private endpoints; no recording."""
    body = request.json()
    name = str(body.get("subdomainName", ""))
    taken = accounts.is_sub_domain_taken(world, name)
    return Reply(
        document={
            "isSubdomainAvailable": not taken,
            "reason": f"Sub domain name '{name}' is already used. Please pick a different name." if taken else None,
            "type": body.get("type", accounts.TYPE),
            "subdomainName": name,
        }
    )


def _sku(body: Json, sku: str, in_region: bool) -> Json:
    available = in_region and sku in accounts.SKUS and body.get("kind") in accounts.KINDS
    return {
        "kind": body.get("kind"),
        "type": body.get("type", accounts.TYPE),
        "skuName": sku,
        "skuAvailable": available,
        "reason": None if available else "NotAvailableForSubscription",
        "message": None if available else "Sku is not available for this subscription in this location.",
    }


ROUTES = (
    Route("POST", f"{SUBSCRIPTION}/{accounts.PROVIDER}/locations/{{location}}/checkSkuAvailability", check_sku),
    Route("POST", f"{SUBSCRIPTION}/{accounts.PROVIDER}/checkDomainAvailability", check_domain),
    Route("GET", f"{SUBSCRIPTION}/{accounts.PROVIDER}/skus", list_skus),
    Route("GET", f"{GROUP}/{accounts.PROVIDER}/accounts/{{name}}/skus", list_account_skus),
)
