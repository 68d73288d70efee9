"""Azure OpenAI accounts.

Recordings: cogsvc_openai_account_and_deployment.json, cogsvc_custom_domain_group_delete.json.
"""

from __future__ import annotations

import re
import secrets
from functools import partial
from typing import TYPE_CHECKING

from emulator.arm import GROUP, SUBSCRIPTION, found, listed, no_such_location, required_location, resource_id
from emulator.behaviour.catalog import region_name
from emulator.errors import AzureError, GatewayError
from emulator.routes.account_document import account_document, new_etag
from emulator.routes.account_writes import ACCOUNT_TYPE, check_account_idle
from emulator.routing import Route
from emulator.state.data_plane import DataPlane
from emulator.state.operations import Operation
from emulator.state.removal import soft_delete_account
from emulator.state.resources import Resource
from emulator.state.soft_deleted import SoftDeleted
from emulator.wire import Json, Reply, Request, member

if TYPE_CHECKING:
    from emulator.world import World

TYPE = ACCOUNT_TYPE
PROVIDER = "providers/Microsoft.CognitiveServices"
KINDS = ("OpenAI", "AIServices", "CognitiveServices", "Face", "SpeechServices", "TextAnalytics", "TextTranslation")
SKUS = ("F0", "S", "S0", "S1", "S2", "S3", "S4")
POLL_API_VERSION = "2017-04-18"
"""An account's poll address carries this version whatever the request's was."""
KEY_BYTES = 16
KEY_NAMES = ("Key1", "Key2")

_NAME = re.compile(r"[a-zA-Z0-9][\w.-]{1,63}")


def put_account(world: World, request: Request) -> Reply:
    """201 with the whole account in state Creating, and Azure-AsyncOperation but no Location; 200 when it is there."""
    body = request.json()
    account_id = resource_id(world, request, TYPE, request["name"])
    there = world.resources.find(account_id)
    deleted = world.deleted_accounts.find(account_id)
    restore = bool((body.get("properties") or {}).get("restore"))
    if there is not None:
        check_account_idle(world, there)
        return _changed(world, there, body)
    if deleted is not None and not restore:
        raise AzureError(
            409,
            "FlagMustBeSetForRestore",
            f"An existing resource with ID '{account_id}' has been soft-deleted. To restore the resource, you must "
            "specify 'restore' to be 'true' in the property. If you don't want to restore existing resource, please "
            "purge it first.",
        )
    if deleted is not None:
        return _restored(world, deleted)
    location = required_location(body)
    _check(world, request["name"], body, location)
    document = account_document(world, account_id, location, body)
    account = world.resources.add(Resource(account_id, document))
    keys = [secrets.token_hex(KEY_BYTES), secrets.token_hex(KEY_BYTES)]
    world.data_planes[account_id.lower()] = DataPlane(account_id, keys)
    operation = world.start_operation("Creating", account_id)
    world.after(world.durations.account_create, partial(_finish_create, world, operation, account))
    addresses = operation_headers(world, location, operation)
    return _reply(account, 201, {"Azure-AsyncOperation": addresses["Azure-AsyncOperation"]})


def patch_account(world: World, request: Request) -> Reply:
    """Change an account's tags, sku or properties: 200 at once."""
    account = found(world, request, TYPE, request["name"])
    check_account_idle(world, account)
    return _changed(world, account, request.json())


def get_account(world: World, request: Request) -> Reply:
    """One account, its etag in a header too."""
    return _reply(found(world, request, TYPE, request["name"]))


def list_accounts(world: World, request: Request) -> Reply:
    """The accounts of a group, or of the subscription."""
    scope = f"{world.subscription}/resourceGroups/{request['group']}" if "group" in request.parameters else ""
    return listed(world.resources.of_type(TYPE, scope))


def delete_account(world: World, request: Request) -> Reply:
    """200 without a body or an operation; the account is then soft-deleted."""
    account = world.resources.find(resource_id(world, request, TYPE, request["name"]))
    if account is None:
        return Reply(204)
    check_account_idle(world, account)
    soft_delete_account(world, account)
    return Reply(200)


def list_keys(world: World, request: Request) -> Reply:
    """The two keys of an account."""
    one, two = world.data_plane(found(world, request, TYPE, request["name"]).id).keys
    return Reply(document={"key1": one, "key2": two})


def regenerate_key(world: World, request: Request) -> Reply:
    """A new key in place of Key1 or Key2; raises 400 for any other."""
    keys = world.data_plane(found(world, request, TYPE, request["name"]).id).keys
    wanted = request.json().get("keyName")
    if wanted not in KEY_NAMES:
        message = f"The key name '{wanted}' is invalid: expected {' or '.join(KEY_NAMES)} in the member keyName."
        raise AzureError(400, "InvalidKeyName", message)
    keys[KEY_NAMES.index(wanted)] = secrets.token_hex(KEY_BYTES)
    return Reply(document={"key1": keys[0], "key2": keys[1]})


def poll(world: World, request: Request) -> Reply:
    """How far an operation is. While it works it says Creating, which is none of ARM's own words."""
    operation = world.operations.find(request["operation"])
    if operation is None:
        raise GatewayError(404, "ResourceNotFound", f"The operation '{request['operation']}' was not found.")
    if request.query.get("operationResultResponseType") == "Location":
        return _poll_location(world, request, operation)
    document = operation.document(request.path)
    return Reply(document=document)


def _poll_location(world: World, request: Request, operation: Operation) -> Reply:
    if not operation.is_done:
        query = {"api_version": request.api_version, "operationResultResponseType": "Location"}
        return Reply(202, headers={"Location": world.addresses.operation(request.path, world.now, **query)})
    resource = world.resources.find(operation.subject)
    return Reply(document=resource.document if resource else None)


def operation_headers(world: World, location: str, operation: Operation) -> dict[str, str]:
    """The two addresses of an operation on an account: one tells its state, the other its result."""
    path = f"{world.subscription}/{PROVIDER}/locations/{location}/operationResults/{operation.name}"
    result = {"api_version": POLL_API_VERSION, "operationResultResponseType": "Location"}
    return {
        "Azure-AsyncOperation": world.addresses.operation(path, world.now, api_version=POLL_API_VERSION),
        "Location": world.addresses.operation(path, world.now, **result),
    }


def _finish_create(world: World, operation: Operation, account: Resource) -> None:
    account.document["etag"] = new_etag()
    world.finish(operation, account)


def _reply(account: Resource, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
    return Reply(status, account.document, headers={"ETag": account.document["etag"], **(headers or {})})


def _changed(world: World, account: Resource, body: Json) -> Reply:
    given = body.get("properties") or {}
    sub_domain = member(given, "customSubDomainName", str)
    if sub_domain and sub_domain != account.properties.get("customSubDomainName"):
        check_sub_domain(world, sub_domain)
    fresh = account_document(world, account.id, account.location, {**account.document, **body, "properties": given})
    for name in ("customSubDomainName", "endpoint", "endpoints"):
        if sub_domain:
            account.properties[name] = fresh["properties"][name]
    for name in ("publicNetworkAccess", "disableLocalAuth", "networkAcls"):
        if name in given:
            account.properties[name] = given[name]
    for name in ("tags", "sku", "identity"):
        if name in body:
            account.document[name] = body[name]
    account.document["etag"] = new_etag()
    account.document["systemData"]["lastModifiedAt"] = world.system_data()["lastModifiedAt"]
    return _reply(account)


def _restored(world: World, deleted: SoftDeleted) -> Reply:
    """201, Succeeded at once, as made just now (azure-cli test_cognitiveservices_softdelete.yaml, 2025)."""
    world.deleted_accounts.remove(deleted)
    account = world.resources.add(deleted.resource)
    world.data_planes[account.id.lower()] = deleted.data_plane or DataPlane(account.id, [])
    account.document |= {"etag": new_etag(), "systemData": world.system_data()}
    return _reply(account, 201)


def _check(world: World, name: str, body: Json, location: str) -> None:
    if not _NAME.fullmatch(name):
        raise AzureError(
            400, "AccountNameInvalid", f"The account name '{name}' is invalid: 2 to 64 letters, digits, '-', '_', '.'."
        )
    if region_name(location) not in world.catalog.regions:
        raise no_such_location(location, TYPE, world.catalog.regions)
    if body.get("kind") not in KINDS:
        raise AzureError(
            400,
            "InvalidApiSetId",
            f"The account type '{body.get('kind')}' is either invalid or unavailable in given region.",
        )
    if (body.get("sku") or {}).get("name") not in SKUS:
        raise AzureError(
            400,
            "InvalidSkuId",
            f"The sku '{(body.get('sku') or {}).get('name')}' is invalid for kind '{body['kind']}'.",
        )
    sub_domain = member(body.get("properties") or {}, "customSubDomainName", str)
    if sub_domain:
        check_sub_domain(world, sub_domain)


def check_sub_domain(world: World, sub_domain: str) -> None:
    """Raise 409 when any account has it, deleted ones too: they keep theirs until they are purged."""
    if is_sub_domain_taken(world, sub_domain):
        raise AzureError(
            409,
            "CustomDomainInUse",
            f"The subdomain name '{sub_domain}' is already used or soft-deleted. Please pick a different name, or "
            "purge the soft-deleted account that has it.",
        )


def is_sub_domain_taken(world: World, sub_domain: str) -> bool:
    """Whether an account, there or soft-deleted, has this sub-domain."""
    accounts = [*world.resources.of_type(TYPE), *(gone.resource for gone in world.deleted_accounts)]
    return any(str(a.properties.get("customSubDomainName", "")).lower() == sub_domain.lower() for a in accounts)


ROUTES = (
    Route("PUT", f"{GROUP}/{PROVIDER}/accounts/{{name}}", put_account),
    Route("PATCH", f"{GROUP}/{PROVIDER}/accounts/{{name}}", patch_account),
    Route("GET", f"{GROUP}/{PROVIDER}/accounts/{{name}}", get_account),
    Route("DELETE", f"{GROUP}/{PROVIDER}/accounts/{{name}}", delete_account),
    Route("GET", f"{GROUP}/{PROVIDER}/accounts", list_accounts),
    Route("GET", f"{SUBSCRIPTION}/{PROVIDER}/accounts", list_accounts),
    Route("POST", f"{GROUP}/{PROVIDER}/accounts/{{name}}/listKeys", list_keys),
    Route("POST", f"{GROUP}/{PROVIDER}/accounts/{{name}}/regenerateKey", regenerate_key),
    Route("GET", f"{SUBSCRIPTION}/{PROVIDER}/locations/{{location}}/operationResults/{{operation}}", poll),
)
