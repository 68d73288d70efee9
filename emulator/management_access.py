"""What Azure Resource Manager checks before it asks a provider: token, api-version, subscription, group, locks."""

from __future__ import annotations

import re
import time

from emulator.errors import AzureError, GatewayError
from emulator.wire import Request
from emulator.world import World

AUDIENCES = ("https://management.azure.com", "https://management.core.windows.net")

_API_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(-(preview|privatepreview|alpha|beta))?", re.ASCII | re.IGNORECASE)
_IN_GROUP = re.compile(r"/subscriptions/[^/]+/resourcegroups/([^/]+)(/.+)?", re.IGNORECASE)
_SUBSCRIPTION = re.compile(r"/subscriptions/([^/]+)(/.*)?", re.IGNORECASE)
_PROVIDER = re.compile(r".*/providers/([^/]+)/.+", re.IGNORECASE)
_LOCKS = "/providers/microsoft.authorization/locks/"


def check_management_access(world: World, request: Request) -> None:
    """Raise what Azure Resource Manager answers before it asks a provider."""
    _check_token(world, request)
    if not request.api_version:
        raise AzureError(
            400,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        )
    if not _API_VERSION.fullmatch(request.api_version):
        message = f"The api-version '{request.api_version}' is invalid: expected a date such as 2024-10-01[-preview]."
        raise AzureError(400, "InvalidApiVersionParameter", message)
    subscription = _SUBSCRIPTION.fullmatch(request.path)
    if subscription and subscription[1].lower() != world.settings.subscription_id:
        raise GatewayError(404, "SubscriptionNotFound", f"The subscription '{subscription[1]}' could not be found.")
    in_group = _IN_GROUP.fullmatch(request.path)
    if in_group:
        _check_group(world, request, in_group[1], is_the_group=in_group[2] is None)
        _check_provider(world, request)


def _check_token(world: World, request: Request) -> None:
    authority = f"{world.settings.url}/{world.directory.tenant_id}"
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise _unauthorized(
            "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.", authority
        )
    caller = world.directory.caller(token.strip(), now=time.time())
    if caller is None:
        raise _unauthorized("InvalidAuthenticationToken", "The access token is invalid or has expired.", authority)
    if caller.audience.rstrip("/") not in (*AUDIENCES, world.settings.url):
        message = f"The access token has been obtained for wrong audience or resource '{caller.audience}'."
        raise _unauthorized("InvalidAuthenticationTokenAudience", message, authority)


def _unauthorized(code: str, message: str, authority: str) -> AzureError:
    challenge = f'Bearer authorization_uri="{authority}", error="invalid_token", error_description="{message}"'
    return AzureError(401, code, message, headers={"WWW-Authenticate": challenge})


def _check_group(world: World, request: Request, name: str, *, is_the_group: bool) -> None:
    group = world.resources.find(f"{world.subscription}/resourceGroups/{name}")
    if group is None:
        if not is_the_group:
            raise GatewayError(404, "ResourceGroupNotFound", f"Resource group '{name}' could not be found.")
    elif request.method in {"PUT", "PATCH"} and group.state == "Deleting":
        message = f"The resource group '{name}' is in deprovisioning state and cannot perform this operation."
        raise GatewayError(409, "ResourceGroupBeingDeleted", message)
    if _LOCKS not in request.path.lower():
        _check_locks(world, request)


def _check_provider(world: World, request: Request) -> None:
    """Source: issue microsoft/microsoft-foundry-for-vscode#270."""
    named = _PROVIDER.fullmatch(request.path)
    provider = world.providers.find(named[1]) if named else None
    if request.method == "PUT" and provider is not None and provider.state in {"Unregistered", "Unregistering"}:
        message = f"The subscription is not registered to use namespace '{provider.namespace}'."
        detail = {"code": "MissingSubscriptionRegistration", "target": provider.namespace, "message": message}
        raise AzureError(409, "MissingSubscriptionRegistration", message, details=[detail])


def _check_locks(world: World, request: Request) -> None:
    """Source: issues Azure/apiops#606 and hashicorp/terraform-provider-azurerm#17478."""
    if request.method == "DELETE":
        verb, lock = "delete", world.locks.against_delete(request.path)
    elif request.method in {"PUT", "PATCH"}:
        verb, lock = "write", world.locks.against_write(request.path)
    else:
        return
    if lock is not None:
        raise AzureError(
            409,
            "ScopeLocked",
            f"The scope '{request.path}' cannot perform {verb} operation because following scope(s) are locked: "
            f"'{lock.scope}'. Please remove the lock and try again.",
        )
