"""Which account a call to the data plane is for, and whether its caller may use it."""

from __future__ import annotations

import hmac
import re
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from emulator.behaviour.catalog import region_name
from emulator.directory import Caller
from emulator.errors import BareDataPlaneError, DataPlaneError
from emulator.state.resources import Resource
from emulator.state.roles import role_of
from emulator.wire import Request

if TYPE_CHECKING:
    from emulator.world import World

ACCOUNT_TYPE = "Microsoft.CognitiveServices/accounts"
OPENAI_ACTIONS = "Microsoft.CognitiveServices/accounts/OpenAI"
AUDIENCES = ("https://cognitiveservices.azure.com", "https://ai.azure.com", "https://ml.azure.com")

_ACCOUNT_HOST = re.compile(r"([\w-]+)\.(?:openai|cognitiveservices|services\.ai)\.azure\.com(?::\d+)?", re.IGNORECASE)


def account_of_host(host: str) -> str | None:
    """The sub-domain of an Azure host name, or None when the host is another."""
    match = _ACCOUNT_HOST.fullmatch(host)
    return match[1] if match else None


def account_of_key(world: World, request: Request) -> Resource:
    """The account of a region whose key was sent: at the regional address nothing else tells accounts apart."""
    if "api-key" not in request.headers:
        raise _no_sub_domain()
    for account in world.resources.of_type(ACCOUNT_TYPE):
        in_region = region_name(account.location) == region_name(request["region"])
        if in_region and _has_key(world, account, request.headers["api-key"]):
            return account
    raise _wrong_key()


def only_account(world: World, request: Request) -> Resource:
    """The one account that there is, for an address that names none."""
    accounts = world.resources.of_type(ACCOUNT_TYPE)
    if len(accounts) == 1:
        return accounts[0]
    raise DataPlaneError(
        404,
        "404",
        f"Resource not found: {request.path} names no account, and there are {len(accounts)}; use an account's own "
        "endpoint.",
    )


def check_data_access(world: World, request: Request, account: Resource) -> None:
    """Raise what the data plane answers to a missing or wrong key or token."""
    key = request.headers.get("api-key")
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if key is not None:
        _check_key(world, account, key)
    elif scheme.lower() == "bearer" and token:
        caller = _caller(world, token.strip(), account)
        _check_role(world, request, account, caller)
    else:
        raise _wrong_key()
    if not request.api_version and not request.path.lower().startswith("/openai/v1/"):
        raise DataPlaneError(404, "404", "Resource not found")


def _check_key(world: World, account: Resource, key: str) -> None:
    if not _has_key(world, account, key):
        raise _wrong_key()
    if account.properties.get("disableLocalAuth"):
        message = "Key based authentication is disabled for this resource."
        raise DataPlaneError(403, "AuthenticationTypeDisabled", message)


def _check_role(world: World, request: Request, account: Resource, caller: Caller) -> None:
    """401, not 403, without a role that has the data action, and for a while after it was granted.

    Sources: issues microsoft/semantic-kernel#10020, MicrosoftDocs/azure-docs#114370.
    """
    action = _data_action(request)
    for assignment in world.roles.reaching(account.id, caller.principal_id):
        role = role_of(assignment.definition_id)
        has_spread = world.now >= assignment.created + timedelta(seconds=world.durations.role_propagation)
        if role is not None and has_spread and role.allows_data(action):
            return
    message = (
        f"The principal `{caller.principal_id}` lacks the required data action `{action}` to perform this operation."
    )
    raise DataPlaneError(401, "PermissionDenied", message)


def _data_action(request: Request) -> str:
    """The right that a call needs, such as `Microsoft.CognitiveServices/accounts/OpenAI/files/read`."""
    parts = request.path.strip("/").split("/")[1:]
    if parts[:1] == ["deployments"]:
        return f"{OPENAI_ACTIONS}/deployments/{'/'.join(parts[2:])}/action"
    kind = "fine-tunes" if parts[:1] == ["fine_tuning"] else "/".join(parts[:1])
    verb = {"GET": "read", "HEAD": "read", "DELETE": "delete"}.get(request.method, "write")
    return f"{OPENAI_ACTIONS}/{kind}/{verb}"


def _caller(world: World, token: str, account: Resource) -> Caller:
    caller = world.directory.caller(token, now=time.time())
    if caller is None or caller.audience.rstrip("/") not in AUDIENCES:
        raise BareDataPlaneError(
            401,
            "Unauthorized",
            f"Unauthorized. Access token is missing, invalid, audience is incorrect ({AUDIENCES[0]}), or have expired.",
        )
    if not account.properties.get("customSubDomainName"):
        raise _no_sub_domain()
    return caller


def _has_key(world: World, account: Resource, key: str) -> bool:
    return any(hmac.compare_digest(own.encode(), key.encode()) for own in world.data_plane(account.id).keys)


def _wrong_key() -> DataPlaneError:
    return DataPlaneError(
        401,
        "401",
        "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an "
        "active subscription and use a correct regional API endpoint for your resource.",
    )


def _no_sub_domain() -> DataPlaneError:
    """Source: issue Azure/azure-sdk-for-net#12789."""
    return DataPlaneError(
        400, "BadRequest", "Please provide a custom subdomain for token authentication, otherwise API key is required."
    )
