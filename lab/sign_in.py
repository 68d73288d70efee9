"""Step 1.1: sign in, and look at the subscription."""

from __future__ import annotations

import base64
import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lab.arm import whole
from lab.azure_errors import explained
from lab.clients import ARM_SCOPE, SUBSCRIPTION_API_VERSION, Clients
from lab.errors import Undecided
from lab.settings import Settings
from lab.sign_in_words import no_token, not_enabled, not_read
from lab.waiting import Wait, retried

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

STEP = "1.1"
EVERY_S = 5.0
DEADLINE_S = 60.0
# Between two tries of azure-identity's own, in real seconds.
LONGEST_PAUSE_S = 3.0


@dataclass(frozen=True)
class SignIn:
    """Who is signed in and where: ids as in the token, the subscription's name and state as Azure gives them."""

    principal_id: str
    principal_type: str
    tenant_id: str
    subscription_id: str
    subscription_name: str
    subscription_state: str
    quota_id: str


def credential_for(settings: Settings) -> TokenCredential:
    """The credential of a run: the given service principal, else whatever DefaultAzureCredential finds."""
    # Without a handler azure-identity prints every refusal a second time, ids in full.
    log = logging.getLogger("azure.identity")
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    if settings.sign_in is not None:
        from azure.identity import ClientSecretCredential

        return ClientSecretCredential(
            settings.sign_in.tenant_id,
            settings.sign_in.client_id,
            settings.sign_in.secret,
            authority=settings.endpoints.authority or "login.microsoftonline.com",
            disable_instance_discovery=settings.endpoints.authority is not None,
            transport=_transport(settings),
        )
    from azure.identity import DefaultAzureCredential

    return DefaultAzureCredential(transport=_transport(settings))


def _transport(settings: Settings) -> Any:
    """What azure-identity sends its requests through, and sleeps by between its own tries."""
    from azure.core.pipeline.transport import RequestsTransport

    class Transport(RequestsTransport):  # type: ignore[misc]  # azure-core resolves the name lazily
        """Waits no longer than a sign-in may take, whatever the answer asks for."""

        def sleep(self, duration: float) -> None:
            super().sleep(min(duration, LONGEST_PAUSE_S))

    ca_file = settings.endpoints.ca_file
    return Transport(connection_verify=str(ca_file) if ca_file else True, use_env_settings=settings.mode == "live")


def sign_in(clients: Clients) -> SignIn:
    """Get a token and read the subscription; raises `Undecided` when either cannot be had or it is not enabled."""
    if clients.settings.sign_in_problem:
        raise Undecided(STEP, clients.settings.sign_in_problem)
    claims = token_claims(_token(clients))
    subscription = read_subscription(clients)
    who = SignIn(
        principal_id=str(claims.get("oid", "")),
        principal_type="ServicePrincipal" if claims.get("idtyp") == "app" else "User",
        tenant_id=str(claims.get("tid", "")),
        subscription_id=clients.subscription_id,
        subscription_name=str(subscription.get("displayName", "")),
        subscription_state=str(subscription.get("state", "")),
        quota_id=str((subscription.get("subscriptionPolicies") or {}).get("quotaId", "")),
    )
    if who.subscription_state.lower() != "enabled":
        reason = not_enabled(who.subscription_name, clients.settings.subscription_id, who.subscription_state)
        raise Undecided(STEP, reason, {"state": who.subscription_state})
    return who


def _token(clients: Clients) -> str:
    from azure.core.exceptions import ClientAuthenticationError

    wait = Wait(STEP, "a token to sign in with", EVERY_S, DEADLINE_S)
    try:
        return retried(wait, clients.clock, lambda: clients.credential.get_token(ARM_SCOPE)).token
    except ClientAuthenticationError as error:
        raise Undecided(STEP, no_token(error)) from error
    except Exception as error:
        raise explained(STEP, "getting a token", error) from error


def read_subscription(clients: Clients) -> dict[str, Any]:
    """The subscription as Azure Resource Manager describes it."""
    from azure.core.rest import HttpRequest

    base = clients.settings.endpoints.resource_manager
    url = f"{base}/subscriptions/{clients.subscription_id}?api-version={SUBSCRIPTION_API_VERSION}"

    def read() -> dict[str, Any]:
        response = clients.resources.send_request(HttpRequest("GET", url))
        response.raise_for_status()
        return whole(response.json(), ("state",))

    try:
        return retried(Wait(STEP, "the subscription", EVERY_S, DEADLINE_S), clients.clock, read)
    except Exception as error:
        # What was survived until the deadline is told as what was not.
        words = not_read(clients.settings.subscription_id, error.__cause__ or error)
        if words:
            raise Undecided(STEP, words) from error
        raise explained(STEP, "reading the subscription", error) from error


def token_claims(token: str) -> dict[str, Any]:
    """The claims of a JSON web token, unverified: they only tell whose token it is. Empty for an opaque token."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    padded = parts[1] + "=" * (-len(parts[1]) % 4)
    try:
        claims = json.loads(base64.urlsafe_b64decode(padded))
    except (ValueError, UnicodeDecodeError):
        return {}
    return claims if isinstance(claims, dict) else {}
