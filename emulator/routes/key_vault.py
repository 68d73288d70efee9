"""Key vaults.

Recordings: keyvault_create_update_delete.json, keyvault_softdelete_recover_purge.json, keyvault_deleted_list.json.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from emulator.arm import GROUP, SUBSCRIPTION, found, listed, required_region, resource_id
from emulator.behaviour.catalog import region_name
from emulator.errors import AzureError, GatewayError
from emulator.routing import Route
from emulator.state.removal import soft_delete_vault
from emulator.state.resources import Resource
from emulator.state.soft_deleted import SoftDeleted
from emulator.timestamps import blank, milli, whole
from emulator.wire import Json, Reply, Request, member

if TYPE_CHECKING:
    from emulator.world import World

TYPE = "Microsoft.KeyVault/vaults"
PROVIDER = "providers/Microsoft.KeyVault"
DELETED = f"{SUBSCRIPTION}/{PROVIDER}/locations/{{location}}/deletedVaults/{{name}}"
SHORTEST_RETENTION_DAYS = 7
DEFAULT_RETENTION_DAYS = 90

_NAME = re.compile(r"(?=.{3,24}$)[a-zA-Z](?:-?[a-zA-Z0-9])*")


def put_vault(world: World, request: Request) -> Reply:
    """200 with RegisteringDns and no operation for a new vault: it is polled itself. An update is Succeeded at once."""
    body = request.json()
    vault_id = resource_id(world, request, TYPE, request["name"])
    given = body.get("properties") or {}
    deleted = world.deleted_vaults.find(vault_id)
    if given.get("createMode") == "recover" and deleted is not None:
        return _recovered(world, deleted)
    there = world.resources.find(vault_id)
    if there is not None:
        there.document = _document(world, vault_id, body, there)
        return Reply(document=there.document)
    _check_name(world, request["name"])
    vault = world.resources.add(Resource(vault_id, _document(world, vault_id, body, None)))
    world.after(world.durations.vault_create, partial(_succeed, world, vault))
    first = {**vault.document, "properties": {**vault.properties, "vaultUri": vault.properties["vaultUri"].rstrip("/")}}
    return Reply(document=first)


def get_vault(world: World, request: Request) -> Reply:
    """One vault."""
    return Reply(document=found(world, request, TYPE, request["name"]).document)


def list_vaults(world: World, request: Request) -> Reply:
    """The vaults of a group, or of the subscription."""
    scope = f"{world.subscription}/resourceGroups/{request['group']}" if "group" in request.parameters else ""
    return listed(world.resources.of_type(TYPE, scope))


def delete_vault(world: World, request: Request) -> Reply:
    """Delete at once: 200 without a body. The name is then held by the soft-deleted vault."""
    vault = world.resources.find(resource_id(world, request, TYPE, request["name"]))
    if vault is None:
        return Reply(204)
    soft_delete_vault(world, vault)
    return Reply(200)


def list_deleted(world: World, request: Request) -> Reply:
    """All soft-deleted vaults; then, as with Azure, a last page that is empty and has no nextLink."""
    if "$skiptoken" in request.query or not list(world.deleted_vaults):
        return Reply(document={"value": []})
    next_page = f"{world.settings.url}{request.path}?api-version={request.api_version}&%24skiptoken=last"
    vaults = [_deleted_document(world, gone) for gone in world.deleted_vaults]
    return Reply(document={"value": vaults, "nextLink": next_page})


def get_deleted(world: World, request: Request) -> Reply:
    """One soft-deleted vault, found by its location and name."""
    return Reply(document=_deleted_document(world, _deleted(world, request)))


def purge(world: World, request: Request) -> Reply:
    """202 with a Location; the poll answers 200 with dates that have a blank for the T."""
    gone = _deleted(world, request)
    operation = world.start_operation("InProgress", gone.resource.id)

    def finish() -> None:
        world.deleted_vaults.remove(gone)
        operation.finish(world.now)

    world.after(world.durations.vault_purge, finish)
    path = f"{world.subscription}/{PROVIDER}/locations/{gone.resource.location}/operationResults/{operation.name}"
    return Reply(202, headers={"Location": world.addresses.operation(path, world.now, api_version=request.api_version)})


def poll_purge(world: World, request: Request) -> Reply:
    """How far a purge is; 202 meanwhile, so that a client which goes by the status code waits too."""
    operation = world.operations.find(request["operation"])
    if operation is None:
        raise GatewayError(404, "ResourceNotFound", f"The operation '{request['operation']}' was not found.")
    document = {
        "createdDateTime": blank(operation.started),
        "lastActionDateTime": blank(operation.ended or world.now),
        "status": operation.status,
    }
    if operation.is_done:
        return Reply(document=document)
    path = f"{world.subscription}/{PROVIDER}/locations/{request['location']}/operationResults/{operation.name}"
    address = world.addresses.operation(path, world.now, api_version=request.api_version)
    return Reply(202, document, headers={"Location": address})


def _succeed(world: World, vault: Resource) -> None:
    if world.resources.holds(vault):
        vault.become("Succeeded")


def _recovered(world: World, deleted: SoftDeleted) -> Reply:
    world.deleted_vaults.remove(deleted)
    vault = world.resources.add(deleted.resource)
    vault.document["systemData"]["lastModifiedAt"] = milli(world.now)
    return Reply(document=vault.document)


def _check_name(world: World, name: str) -> None:
    if not _NAME.fullmatch(name):
        raise AzureError(
            400,
            "VaultNameNotValid",
            f"The vault name '{name}' is invalid: 3 to 24 letters, digits and single dashes, beginning with a letter.",
        )
    for gone in world.deleted_vaults:
        if gone.resource.name.lower() == name.lower():
            message = (
                f"A vault with the name '{name}' exists in deleted state; recover or purge it, or take another name."
            )
            raise AzureError(409, "ConflictError", message)
    if any(vault.name.lower() == name.lower() for vault in world.resources.of_type(TYPE)):
        message = f"The vault name '{name}' is already in use. Vault names are globally unique."
        raise AzureError(409, "VaultAlreadyExists", message)


def _document(world: World, vault_id: str, body: Json, there: Resource | None) -> Json:
    given = body.get("properties") or {}
    name = vault_id.rpartition("/")[2]
    moment = milli(world.now)
    made = there.document["systemData"]["createdAt"] if there else moment
    who = {"By": world.directory.client_id, "ByType": "Application"}
    properties: Json = {
        "sku": given.get("sku", {"family": "A", "name": "standard"}),
        "tenantId": given.get("tenantId", world.directory.tenant_id),
    }
    if given.get("networkAcls"):
        properties["networkAcls"] = {**(member(given, "networkAcls", dict) or {}), "virtualNetworkRules": []}
    properties["accessPolicies"] = given.get("accessPolicies", [])
    properties["enabledForDeployment"] = given.get("enabledForDeployment", False)
    for option in ("enabledForDiskEncryption", "enabledForTemplateDeployment"):
        if option in given:
            properties[option] = given[option]
    properties["enableSoftDelete"] = True
    properties["softDeleteRetentionInDays"] = _retention_days(given)
    if "enableRbacAuthorization" in given:
        properties["enableRbacAuthorization"] = given["enableRbacAuthorization"]
    properties["vaultUri"] = f"https://{name}.vault.azure.net/"
    properties["provisioningState"] = there.state if there else "RegisteringDns"
    properties["publicNetworkAccess"] = given.get("publicNetworkAccess", "Enabled")
    return {
        "id": vault_id,
        "name": name,
        "type": TYPE,
        "location": required_region(world, body, TYPE),
        "tags": body.get("tags") or {},
        "systemData": {
            "createdBy": who["By"],
            "createdByType": who["ByType"],
            "createdAt": made,
            "lastModifiedBy": who["By"],
            "lastModifiedByType": who["ByType"],
            "lastModifiedAt": moment,
        },
        "properties": properties,
    }


def _retention_days(given: Json) -> int:
    days = member(given, "softDeleteRetentionInDays", int) or DEFAULT_RETENTION_DAYS
    if not SHORTEST_RETENTION_DAYS <= days <= DEFAULT_RETENTION_DAYS:
        message = (
            f"softDeleteRetentionInDays is {days}: it must be {SHORTEST_RETENTION_DAYS} to {DEFAULT_RETENTION_DAYS}."
        )
        raise AzureError(400, "BadRequest", message)
    return days


def _deleted(world: World, request: Request) -> SoftDeleted:
    wanted = (request["name"].lower(), region_name(request["location"]))
    for gone in world.deleted_vaults:
        if (gone.resource.name.lower(), gone.resource.location) == wanted:
            return gone
    message = f"The deleted vault '{request['name']}' does not exist in location '{request['location']}'."
    raise AzureError(404, "DeletedVaultNotFound", message)


def _deleted_document(world: World, gone: SoftDeleted) -> Json:
    vault = gone.resource
    return {
        "id": f"{world.subscription}/{PROVIDER}/locations/{vault.location}/deletedVaults/{vault.name}",
        "name": vault.name,
        "type": "Microsoft.KeyVault/deletedVaults",
        "properties": {
            "vaultId": vault.id,
            "location": vault.location,
            "tags": vault.document["tags"],
            "deletionDate": whole(gone.deleted),
            "scheduledPurgeDate": whole(gone.purge_due),
        },
    }


ROUTES = (
    Route("PUT", f"{GROUP}/{PROVIDER}/vaults/{{name}}", put_vault),
    Route("GET", f"{GROUP}/{PROVIDER}/vaults/{{name}}", get_vault),
    Route("DELETE", f"{GROUP}/{PROVIDER}/vaults/{{name}}", delete_vault),
    Route("GET", f"{GROUP}/{PROVIDER}/vaults", list_vaults),
    Route("GET", f"{SUBSCRIPTION}/{PROVIDER}/vaults", list_vaults),
    Route("GET", f"{SUBSCRIPTION}/{PROVIDER}/deletedVaults", list_deleted),
    Route("GET", DELETED, get_deleted),
    Route("POST", f"{DELETED}/purge", purge),
    Route("GET", f"{SUBSCRIPTION}/{PROVIDER}/locations/{{location}}/operationResults/{{operation}}", poll_purge),
)
