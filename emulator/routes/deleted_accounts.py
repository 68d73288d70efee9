"""Soft-deleted accounts: list, look at one, purge.

Sources: docs, articles/ai-services/recover-purge-resources.md; azure-cli test_cognitiveservices_softdelete.yaml (2025).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from emulator.arm import SUBSCRIPTION
from emulator.behaviour.catalog import region_name
from emulator.errors import GatewayError
from emulator.routes import accounts
from emulator.routing import Route
from emulator.state.operations import Operation
from emulator.state.soft_deleted import SoftDeleted
from emulator.timestamps import precise
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
    """202 with both addresses to poll; 404 in another location than its own (ansible-collections/azure#2287)."""
    gone = _found(world, request)
    operation = world.operations.under_way(gone.resource.id)
    if operation is None:
        operation = world.start_operation("InProgress", gone.resource.id)
        world.after(world.durations.account_purge, partial(_finish_purge, world, gone, operation))
    return Reply(202, headers=accounts.operation_headers(world, gone.resource.location, operation))


def _finish_purge(world: World, gone: SoftDeleted, operation: Operation) -> None:
    world.deleted_accounts.remove(gone)
    operation.finish(world.now)


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
    properties = {name: value for name, value in account.properties.items() if name != "provisioningState"}
    return {
        **account.document,
        "id": f"{place}/deletedAccounts/{account.name}",
        "type": "Microsoft.CognitiveServices/deletedAccounts",
        "properties": {
            **properties,
            "deletionDate": precise(gone.deleted),
            "scheduledPurgeDate": precise(gone.purge_due),
            "provisioningState": "Succeeded",
        },
    }


ROUTES = (
    Route("GET", f"{SUBSCRIPTION}/{accounts.PROVIDER}/deletedAccounts", list_deleted),
    Route("GET", DELETED, get_deleted),
    Route("DELETE", DELETED, purge),
)
