"""Storage accounts.

Recordings: storage_account_create_delete.json, storage_account_create_2025.json, storage_account_name_taken.json.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from emulator.arm import GROUP, SUBSCRIPTION, found, required_region, resource_id
from emulator.errors import AzureError, GatewayError
from emulator.routing import Route
from emulator.state.operations import Operation
from emulator.state.removal import remove
from emulator.state.resources import Resource
from emulator.timestamps import precise
from emulator.wire import JSON_BARE, TEXT, Json, Reply, Request

if TYPE_CHECKING:
    from emulator.world import World

TYPE = "Microsoft.Storage/storageAccounts"
PROVIDER = "providers/Microsoft.Storage"
SERVICES = {
    "StorageV2": ("dfs", "web", "blob", "queue", "table", "file"),
    "Storage": ("blob", "queue", "table", "file"),
    "BlobStorage": ("dfs", "blob", "table"),
    "BlockBlobStorage": ("dfs", "web", "blob"),
    "FileStorage": ("file",),
}
"""The endpoints of each kind of account."""
TIERED = ("StorageV2", "BlobStorage")

GEO_REDUNDANT = ("GRS", "GZRS")
IPV6_RULES_SINCE = "2025-01-01"
"""Between the two api-versions that were recorded: 2022-09-01 has no such rules, 2025-06-01 has."""

_NAME = re.compile(r"[a-z0-9]{3,24}")


def put_account(world: World, request: Request) -> Reply:
    """Create: 202, empty, text/plain, with a Location to poll. An account that is there: 200 with it, at once."""
    name = request["name"]
    there = world.resources.find(resource_id(world, request, TYPE, name))
    body = request.json()
    if there is not None:
        there.document["tags"] = body.get("tags", there.document["tags"])
        return Reply(document=_shown(there, request))
    if not _NAME.fullmatch(name):
        raise AzureError(
            400,
            "AccountNameInvalid",
            f"{name} is not a valid storage account name. Storage account name must be between 3 and 24 characters in "
            "length and use numbers and lower-case letters only.",
        )
    if _is_taken(world, name):
        raise AzureError(409, "StorageAccountAlreadyTaken", f"The storage account named {name} is already taken.")
    document = _document(world, resource_id(world, request, TYPE, name), body)
    account = world.resources.add(Resource(document["id"], document))
    operation = world.start_operation("InProgress", account.id)
    world.after(world.durations.storage_create, partial(world.finish, operation, account))
    return _working(world, request, operation, account.location)


def poll_create(world: World, request: Request) -> Reply:
    """202 with a Location signed anew while it works, then 200 with the account: the status code is the state."""
    operation = world.operations.find(request["operation"])
    if operation is None:
        raise GatewayError(404, "ResourceNotFound", f"The operation '{request['operation']}' was not found.")
    if not operation.is_done:
        return _working(world, request, operation, request["location"])
    account = world.resources.find(operation.subject)
    return Reply(document=_shown(account, request) if account else {}, media_type=JSON_BARE)


def get_account(world: World, request: Request) -> Reply:
    """One account."""
    return Reply(document=_shown(found(world, request, TYPE, request["name"]), request))


def patch_account(world: World, request: Request) -> Reply:
    """Change an account's tags: 200 at once, with all of it (azure-mgmt-storage, StorageAccountUpdateParameters)."""
    account = found(world, request, TYPE, request["name"])
    account.document["tags"] = request.json().get("tags", account.document["tags"])
    return Reply(document=_shown(account, request))


def delete_account(world: World, request: Request) -> Reply:
    """Delete at once: 200 with an empty body, 204 when it was not there."""
    account = world.resources.find(resource_id(world, request, TYPE, request["name"]))
    if account is None:
        return Reply(204)
    remove(world, account)
    return Reply(200, content=b"", media_type=TEXT)


def list_accounts(world: World, request: Request) -> Reply:
    """The accounts of a group, or of the subscription."""
    scope = f"{world.subscription}/resourceGroups/{request['group']}" if "group" in request.parameters else ""
    return Reply(document={"value": [_shown(account, request) for account in world.resources.of_type(TYPE, scope)]})


def check_name(world: World, request: Request) -> Reply:
    """200 also for a name that is taken, and be it by the caller."""
    name = str(request.json().get("name", ""))
    if not _is_taken(world, name):
        return Reply(document={"nameAvailable": True}, media_type=JSON_BARE)
    message = f"The storage account named {name} is already taken."
    return Reply(document={"nameAvailable": False, "reason": "AlreadyExists", "message": message}, media_type=JSON_BARE)


def _is_taken(world: World, name: str) -> bool:
    return any(account.name.lower() == name.lower() for account in world.resources.of_type(TYPE))


def _working(world: World, request: Request, operation: Operation, location: str) -> Reply:
    path = f"{world.subscription}/{PROVIDER}/locations/{location}/asyncoperations/{operation.name}"
    address = world.addresses.operation(path, world.now, monitor="true", api_version=request.api_version)
    headers = {"Location": address, **world.retry_after(world.durations.storage_retry_after)}
    return Reply(202, content=b"", media_type=TEXT, headers=headers)


def _document(world: World, account_id: str, body: Json) -> Json:
    location = required_region(world, body, TYPE)
    sku = str((body.get("sku") or {}).get("name", "Standard_LRS"))
    name = account_id.rpartition("/")[2]
    given = body.get("properties") or {}
    kind = str(body.get("kind", "StorageV2"))
    if kind not in SERVICES:
        raise AzureError(400, "InvalidRequestPropertyValue", f"The kind '{kind}' is not one of {', '.join(SERVICES)}.")
    document: Json = {
        "sku": {"name": sku, "tier": sku.partition("_")[0]},
        "kind": kind,
        "id": account_id,
        "name": name,
        "type": TYPE,
        "location": location,
        "tags": body.get("tags") or {},
    }
    for member in ("identity", "zones"):
        if member in body:
            document[member] = body[member]
    moment = precise(world.now)
    service = {"keyType": "Account", "enabled": True, "lastEnabledTime": moment}
    document["properties"] = {
        "keyCreationTime": {"key1": moment, "key2": moment},
        "privateEndpointConnections": [],
        "minimumTlsVersion": given.get("minimumTlsVersion", "TLS1_2"),
        "allowBlobPublicAccess": given.get("allowBlobPublicAccess", False),
        "networkAcls": {"bypass": "AzureServices", "virtualNetworkRules": [], "ipRules": [], "defaultAction": "Allow"},
        "supportsHttpsTrafficOnly": given.get("supportsHttpsTrafficOnly", True),
        "encryption": {"services": {"file": service, "blob": dict(service)}, "keySource": "Microsoft.Storage"},
        **({"accessTier": given.get("accessTier", "Hot")} if kind in TIERED else {}),
        "provisioningState": "Creating",
        "creationTime": moment,
        "primaryEndpoints": {part: f"https://{name}.{part}.core.windows.net/" for part in SERVICES[kind]},
        "primaryLocation": location,
        "statusOfPrimary": "available",
        **_secondary(world, location, sku),
    }
    if kind == "FileStorage":
        document["properties"]["largeFileSharesState"] = "Enabled"
    return document


def _secondary(world: World, location: str, sku: str) -> Json:
    """Where a geo-redundant account has its copy (recording storage_account_create_delete.json)."""
    pair = world.catalog.pairs.get(location)
    if pair is None or not sku.endswith(GEO_REDUNDANT):
        return {}
    return {"secondaryLocation": pair, "statusOfSecondary": "available"}


def _shown(account: Resource, request: Request) -> Json:
    """An account as the request's api-version shows it (recording storage_account_create_2025.json)."""
    if request.api_version < IPV6_RULES_SINCE:
        return account.document
    access = {"ipv6Rules": [], **account.properties["networkAcls"]}
    return {**account.document, "properties": {**account.properties, "networkAcls": access}}


ROUTES = (
    Route("PUT", f"{GROUP}/{PROVIDER}/storageAccounts/{{name}}", put_account),
    Route("GET", f"{GROUP}/{PROVIDER}/storageAccounts/{{name}}", get_account),
    Route("PATCH", f"{GROUP}/{PROVIDER}/storageAccounts/{{name}}", patch_account),
    Route("DELETE", f"{GROUP}/{PROVIDER}/storageAccounts/{{name}}", delete_account),
    Route("GET", f"{GROUP}/{PROVIDER}/storageAccounts", list_accounts),
    Route("GET", f"{SUBSCRIPTION}/{PROVIDER}/storageAccounts", list_accounts),
    Route("POST", f"{SUBSCRIPTION}/{PROVIDER}/checkNameAvailability", check_name),
    Route("GET", f"{SUBSCRIPTION}/{PROVIDER}/locations/{{location}}/asyncoperations/{{operation}}", poll_create),
)
