"""Locks (recording locks.json); what they forbid is in management_access.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.errors import AzureError
from emulator.routing import Route
from emulator.state.locks import Lock
from emulator.wire import Reply, Request

if TYPE_CHECKING:
    from emulator.world import World

PROVIDER = "providers/Microsoft.Authorization"
LEVELS = ("CanNotDelete", "ReadOnly")


def put_lock(world: World, request: Request) -> Reply:
    """201 for a new lock, 200 for a change, at once."""
    given = request.json().get("properties") or {}
    if given.get("level") not in LEVELS:
        raise AzureError(
            400, "InvalidLockLevel", f"The lock level '{given.get('level')}' is not one of {', '.join(LEVELS)}."
        )
    lock_id = _id(world, request)
    properties = {key: given[key] for key in ("level", "notes", "owners") if key in given}
    document = {
        "properties": properties,
        "id": lock_id,
        "type": "Microsoft.Authorization/locks",
        "name": request["name"],
    }
    is_new = world.locks.put(Lock(lock_id, document))
    return Reply(201 if is_new else 200, document)


def get_lock(world: World, request: Request) -> Reply:
    """One lock."""
    lock = world.locks.find(_id(world, request))
    if lock is None:
        raise AzureError(404, "LockNotFound", f"The lock '{request['name']}' could not be found.")
    return Reply(document=lock.document)


def list_locks(world: World, request: Request) -> Reply:
    """The locks on a scope and on all under it: only an id tells which."""
    return Reply(document={"value": [lock.document for lock in world.locks.below(request["scope"])]})


def delete_lock(world: World, request: Request) -> Reply:
    """200 with an empty body, for a ReadOnly lock too; 204 when it was not there."""
    lock = world.locks.find(_id(world, request))
    if lock is None:
        return Reply(204)
    world.locks.remove(lock)
    return Reply(200)


def _id(world: World, request: Request) -> str:
    resource = world.resources.find(request["scope"])
    return f"{resource.id if resource else request['scope']}/{PROVIDER}/locks/{request['name']}"


ROUTES = (
    Route("PUT", f"{{scope:path}}/{PROVIDER}/locks/{{name}}", put_lock),
    Route("GET", f"{{scope:path}}/{PROVIDER}/locks/{{name}}", get_lock),
    Route("DELETE", f"{{scope:path}}/{PROVIDER}/locks/{{name}}", delete_lock),
    Route("GET", f"{{scope:path}}/{PROVIDER}/locks", list_locks),
)
