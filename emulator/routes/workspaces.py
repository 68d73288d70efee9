"""Machine Learning workspaces of kind Default, Hub and Project.

Recordings: ml_hub_and_project.json, ml_workspace_put.json.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from emulator.arm import GROUP, SUBSCRIPTION, found, required_region, resource_id
from emulator.errors import GatewayError, MachineLearningError
from emulator.routes.workspace_document import shown, workspace_document
from emulator.routing import Route
from emulator.state.operations import Operation
from emulator.state.removal import remove
from emulator.state.resources import Resource
from emulator.timestamps import precise
from emulator.wire import Json, Reply, Request

if TYPE_CHECKING:
    from emulator.world import World

TYPE = "Microsoft.MachineLearningServices/workspaces"
PROVIDER = "providers/Microsoft.MachineLearningServices"
KINDS = {"default": "Default", "hub": "Hub", "project": "Project", "featurestore": "FeatureStore"}

_NAME = re.compile(r"[a-zA-Z0-9][\w-]{2,32}")


def put_workspace(world: World, request: Request) -> Reply:
    """202 with an empty body and two addresses to poll, for a new workspace and for a change alike."""
    body = request.json()
    workspace_id = resource_id(world, request, TYPE, request["name"])
    there = world.resources.find(workspace_id)
    if there is not None:
        return _update(world, request, there, body)
    location = required_region(world, body, TYPE)
    kind = KINDS.get(str(body.get("kind", "Default")).lower())
    hub = _checked(world, request["name"], kind, body, location)
    document = workspace_document(world, workspace_id, str(kind), location, body, hub)
    workspace = world.resources.add(Resource(workspace_id, document))
    operation = world.start_operation("InProgress", workspace.id)
    world.after(_create_seconds(world, str(kind)), partial(world.finish, operation, workspace))
    return _working(world, request, operation, location)


def get_workspace(world: World, request: Request) -> Reply:
    """One workspace."""
    return Reply(document=shown(found(world, request, TYPE, request["name"]).document, request.api_version))


def list_workspaces(world: World, request: Request) -> Reply:
    """The workspaces of a group, or of the subscription."""
    scope = f"{world.subscription}/resourceGroups/{request['group']}" if "group" in request.parameters else ""
    workspaces = world.resources.of_type(TYPE, scope)
    return Reply(document={"value": [shown(each.document, request.api_version) for each in workspaces]})


def patch_workspace(world: World, request: Request) -> Reply:
    """Change a workspace's tags, name to show or description, as a PUT of one that is there does."""
    return _update(world, request, found(world, request, TYPE, request["name"]), request.json())


def delete_workspace(world: World, request: Request) -> Reply:
    """202 with both addresses; the workspace is there until the work is done."""
    workspace = world.resources.find(resource_id(world, request, TYPE, request["name"]))
    if workspace is None:
        return Reply(204)
    operation = world.operations.under_way(workspace.id)
    if operation is None or workspace.state != "Deleting":
        workspace.become("Deleting")
        operation = world.start_operation("InProgress", workspace.id)
        world.after(world.durations.workspace_delete, partial(_finish_delete, world, workspace, operation))
    return _working(world, request, operation, workspace.location)


def poll(world: World, request: Request) -> Reply:
    """`type=async` tells the state in JSON, `type=location` by its status code."""
    operation = world.operations.find(request["operation"])
    if operation is None:
        raise GatewayError(404, "ResourceNotFound", f"The operation '{request['operation']}' was not found.")
    if request.query.get("type") != "location":
        progress = {"percentComplete": 100.0} if operation.is_done else {}
        return Reply(document={"status": operation.status, **progress})
    if not operation.is_done:
        return _working(world, request, operation, request["location"])
    workspace = world.resources.find(operation.subject)
    return Reply(document=shown(workspace.document, request.api_version) if workspace else None)


def _checked(world: World, name: str, kind: str | None, body: Json, location: str) -> Resource | None:
    """The project's hub, None for other kinds; raises what is wrong with the request."""
    if kind is None:
        raise MachineLearningError(
            400, "ValidationError", f"Workspace kind '{body.get('kind')}' is not supported.", location=location
        )
    if not _NAME.fullmatch(name):
        message = f"Workspace name '{name}' is invalid: 3 to 33 letters, digits, '-' and '_', first a letter or digit."
        raise MachineLearningError(400, "ValidationError", message, location=location)
    given = body.get("properties") or {}
    if kind != "Project":
        for needed in ("storageAccount", "keyVault"):
            _check_dependency(world, given, needed, location)
        return None
    hub = world.resources.find(str(given.get("hubResourceId", "")))
    if hub is None or hub.document.get("kind") != "Hub":
        message = f"The hub '{given.get('hubResourceId')}' of this project was not found."
        raise MachineLearningError(400, "ValidationError", message, location=location)
    if hub.state != "Succeeded":
        message = f"The hub of this project is in state {hub.state}."
        raise MachineLearningError(409, "Conflict", message, location=location)
    return hub


def _check_dependency(world: World, given: Json, needed: str, location: str) -> None:
    value = given.get(needed)
    if not isinstance(value, str) or world.resources.find(value) is None:
        message = (
            f"Missing dependent resources in workspace json: {needed} is '{value}', expected the id of one that is "
            "there."
        )
        raise MachineLearningError(400, "BadRequest", message, location=location)


def _create_seconds(world: World, kind: str) -> float:
    own = world.durations
    return {"Hub": own.hub_create, "Project": own.project_create}.get(kind, own.workspace_create)


def _update(world: World, request: Request, workspace: Resource, body: Json) -> Reply:
    if workspace.state in {"Succeeded", "Failed"}:
        workspace.become("Updating")
    workspace.document["tags"] = body.get("tags", workspace.document["tags"])
    for member in ("friendlyName", "description"):
        if member in (body.get("properties") or {}):
            workspace.properties[member] = body["properties"][member]
    workspace.document["systemData"]["lastModifiedAt"] = precise(world.now)
    operation = world.start_operation("InProgress", workspace.id)
    world.after(world.durations.workspace_update, partial(_finish_update, world, workspace, operation))
    return _working(world, request, operation, workspace.location)


def _finish_update(world: World, workspace: Resource, operation: Operation) -> None:
    world.finish(operation, workspace if workspace.state == "Updating" else None)


def _finish_delete(world: World, workspace: Resource, operation: Operation) -> None:
    if world.resources.holds(workspace):
        remove(world, workspace)
    operation.finish(world.now)


def _working(world: World, request: Request, operation: Operation, location: str) -> Reply:
    path = f"{world.subscription}/{PROVIDER}/locations/{location}/workspaceOperationsStatus/{operation.name}"
    version = request.api_version
    return Reply(
        202,
        headers={
            "Azure-AsyncOperation": world.addresses.operation(path, world.now, api_version=version, type="async"),
            "Location": world.addresses.operation(path, world.now, api_version=version, type="location"),
        },
    )


ROUTES = (
    Route("PUT", f"{GROUP}/{PROVIDER}/workspaces/{{name}}", put_workspace),
    Route("GET", f"{GROUP}/{PROVIDER}/workspaces/{{name}}", get_workspace),
    Route("PATCH", f"{GROUP}/{PROVIDER}/workspaces/{{name}}", patch_workspace),
    Route("DELETE", f"{GROUP}/{PROVIDER}/workspaces/{{name}}", delete_workspace),
    Route("GET", f"{GROUP}/{PROVIDER}/workspaces", list_workspaces),
    Route("GET", f"{SUBSCRIPTION}/{PROVIDER}/workspaces", list_workspaces),
    Route("GET", f"{SUBSCRIPTION}/{PROVIDER}/locations/{{location}}/workspaceOperationsStatus/{{operation}}", poll),
)
