"""Connections of a workspace (recordings ml_connection_ai_services.json, ml_connection_azure_openai_aad.json)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.arm import GROUP, found
from emulator.errors import MachineLearningError
from emulator.routes import workspaces
from emulator.routing import Route
from emulator.state.resources import Resource
from emulator.wire import Json, Reply, Request, member

if TYPE_CHECKING:
    from emulator.world import World

TYPE = "Microsoft.MachineLearningServices/workspaces/connections"
CONNECTION = f"{GROUP}/{workspaces.PROVIDER}/workspaces/{{workspace}}/connections"
CATEGORIES = ("AIServices", "AzureOpenAI", "CognitiveSearch", "CognitiveService", "AzureBlob", "ApiKey", "CustomKeys")
AI_CATEGORIES = ("AIServices", "AzureOpenAI", "CognitiveSearch", "CognitiveService")
ARM_ID_START = "/subscriptions/"


def put_connection(world: World, request: Request) -> Reply:
    """200 at once, for a new connection too. The answer never holds the credentials."""
    workspace = _workspace(world, request)
    given = request.json().get("properties") or {}
    category = _category(given)
    metadata = dict(member(given, "metadata", dict) or {})
    if category == "AIServices" and not str(metadata.get("ResourceId", "")).startswith(ARM_ID_START):
        message = "This API does not support AI Services connections without an associated resourceId"
        raise MachineLearningError(400, "ValidationError", message, location=workspace.location)
    connection_id = f"{workspace.id}/connections/{request['name']}"
    document = _document(world, workspace, connection_id, given, category, metadata)
    world.resources.add(_Connection(connection_id, document, given.get("credentials")))
    return Reply(document=document)


def get_connection(world: World, request: Request) -> Reply:
    """One connection, also one that a project shares with its hub."""
    return Reply(document=_found(world, request).document)


def list_connections(world: World, request: Request) -> Reply:
    """The connections of a workspace; of a project also those that its hub shares."""
    workspace = _workspace(world, request)
    own = world.resources.of_type(TYPE, workspace.id)
    shared = [c for c in _of_hub(world, workspace) if c.properties["isSharedToAll"]]
    return Reply(document={"value": [connection.document for connection in (*own, *shared)]})


def list_secrets(world: World, request: Request) -> Reply:
    """One connection with its credentials."""
    connection = _found(world, request)
    credentials = connection.credentials if isinstance(connection, _Connection) else None
    properties = dict(connection.properties)
    if "credentials" in properties:
        properties["credentials"] = credentials
    return Reply(document={**connection.document, "properties": properties})


def delete_connection(world: World, request: Request) -> Reply:
    """Delete at once: 200 without a body."""
    connection = world.resources.find(f"{_workspace(world, request).id}/connections/{request['name']}")
    if connection is None:
        return Reply(204)
    world.resources.remove(connection)
    return Reply(200)


class _Connection(Resource):
    """A connection, which keeps apart what only `listsecrets` shows."""

    def __init__(self, connection_id: str, document: Json, credentials: Json | None) -> None:
        super().__init__(connection_id, document)
        self.credentials = credentials


def _workspace(world: World, request: Request) -> Resource:
    return found(world, request, workspaces.TYPE, request["workspace"])


def _found(world: World, request: Request) -> Resource:
    workspace = _workspace(world, request)
    connection = world.resources.find(f"{workspace.id}/connections/{request['name']}")
    if connection is not None:
        return connection
    for shared in _of_hub(world, workspace):
        if shared.name.lower() == request["name"].lower() and shared.properties["isSharedToAll"]:
            return shared
    message = f"Connection {request['name']} can't be found in this workspace"
    raise MachineLearningError(404, "UserError", message, location=workspace.location, inner="NotFoundError")


def _of_hub(world: World, workspace: Resource) -> list[Resource]:
    hub_id = workspace.properties.get("hubResourceId")
    return world.resources.of_type(TYPE, hub_id) if hub_id else []


def _category(given: Json) -> str:
    """The category as Azure spells it: `AzureOpenAi` comes back as `AzureOpenAI`."""
    sent = str(given.get("category", ""))
    return next((known for known in CATEGORIES if known.lower() == sent.lower()), sent)


def _document(
    world: World, workspace: Resource, connection_id: str, given: Json, category: str, metadata: Json
) -> Json:
    auth_type = given.get("authType", "ApiKey")
    properties: Json = {"authType": auth_type}
    if auth_type != "AAD":
        properties["credentials"] = None
    if category == "AzureOpenAI" and "ApiVersion" in metadata:
        metadata.setdefault("DeploymentApiVersion", "2023-10-01-preview")
    properties |= {
        "group": "AzureAI" if category in AI_CATEGORIES else "GenericProtocol",
        "category": category,
        "expiryTime": None,
        "target": given.get("target"),
        "createdByWorkspaceArmId": workspace.id,
        "useWorkspaceManagedIdentity": False,
        "isSharedToAll": given.get("isSharedToAll", False),
        "sharedUserList": [],
        "metadata": metadata,
    }
    return {
        "tags": None,
        "location": None,
        "id": connection_id,
        "name": connection_id.rpartition("/")[2],
        "type": TYPE,
        "properties": properties,
        "systemData": world.system_data(),
    }


ROUTES = (
    Route("PUT", f"{CONNECTION}/{{name}}", put_connection),
    Route("GET", f"{CONNECTION}/{{name}}", get_connection),
    Route("GET", CONNECTION, list_connections),
    Route("POST", f"{CONNECTION}/{{name}}/listsecrets", list_secrets),
    Route("DELETE", f"{CONNECTION}/{{name}}", delete_connection),
)
