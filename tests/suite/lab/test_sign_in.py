"""Step 1.1: who is signed in, from the token and the subscription."""

from __future__ import annotations

import base64
import json
from types import SimpleNamespace
from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import ClientSecretCredential, DefaultAzureCredential

from lab.clients import Clients
from lab.clock import StoppedClock
from lab.errors import Undecided
from lab.run import Run
from lab.settings import ClientSecret, Endpoints
from lab.sign_in import SignIn, credential_for, sign_in, token_claims
from tests.suite.lab.azure_answers import Answer, error_body
from tests.suite.lab.fakes import STARTED, SUBSCRIPTION, Scripted, a_run, scripted, settings_of

ENABLED = {
    "displayName": "Lab",
    "state": "Enabled",
    "subscriptionPolicies": {"quotaId": "FreeTrial_2014-09-01", "spendingLimit": "On"},
}


def a_token(claims: object) -> str:
    """An unsigned JSON web token."""
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{body}.c2ln"


def with_token(token: str | Exception, answer: Answer) -> tuple[Run, Scripted]:
    """A run whose credential gives this token and whose Resource Manager gives this answer, and its calls."""
    asked = scripted(answer)
    get_token = scripted(token if isinstance(token, Exception) else SimpleNamespace(token=token))
    clients = {
        "credential": SimpleNamespace(get_token=get_token),
        "resources": SimpleNamespace(send_request=asked),
    }
    return a_run(clients), asked


def test_the_caller_comes_from_the_token_and_the_state_from_azure() -> None:
    run, asked = with_token(a_token({"oid": "principal-1", "tid": "tenant-1", "idtyp": "user"}), Answer(200, ENABLED))
    assert sign_in(run.clients) == SignIn(
        "principal-1", "User", "tenant-1", SUBSCRIPTION, "Lab", "Enabled", "FreeTrial_2014-09-01"
    )
    request = asked.calls[0][0][0]
    assert request.method == "GET"
    assert request.url == f"https://management.azure.com/subscriptions/{SUBSCRIPTION}?api-version=2022-12-01"


def test_a_service_principal_is_told_from_a_user() -> None:
    run, _ = with_token(a_token({"oid": "app-1", "idtyp": "app"}), Answer(200, ENABLED))
    assert sign_in(run.clients).principal_type == "ServicePrincipal"


def test_what_azure_leaves_out_is_an_empty_text() -> None:
    run, _ = with_token("opaque", Answer(200, {"state": "Enabled"}))
    assert sign_in(run.clients) == SignIn("", "User", "", SUBSCRIPTION, "", "Enabled", "")


def test_without_a_credential_it_is_undecided_and_says_how_to_sign_in() -> None:
    error = ClientAuthenticationError("EnvironmentCredential: not configured\nAttempted: …")
    run, _ = with_token(error, Answer(200, ENABLED))
    with pytest.raises(Undecided) as raised:
        sign_in(run.clients)
    assert raised.value.step == "1.1"
    assert "EnvironmentCredential: not configured; sign in with `az login`" in raised.value.reason


def test_a_subscription_that_is_not_seen_is_undecided() -> None:
    run, _ = with_token(a_token({}), Answer(404, error_body("SubscriptionNotFound", "could not be found")))
    with pytest.raises(Undecided, match="reading the subscription: Azure answered 404 SubscriptionNotFound"):
        sign_in(run.clients)


@pytest.mark.parametrize(
    "claims", [{"oid": "a"}, {"oid": "ab"}, {"oid": "abc"}, {"oid": "허브"}], ids=lambda c: c["oid"]
)
def test_claims_are_read_whatever_the_padding(claims: dict[str, Any]) -> None:
    assert token_claims(a_token(claims)) == claims


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("opaque", id="opaque"),
        pytest.param("", id="empty"),
        pytest.param(f"{a_token({'oid': 'x'})}.d.e", id="encrypted"),
        pytest.param("a.%%%.c", id="not-base64"),
        pytest.param("a.aGFsbG8.c", id="not-json"),
        pytest.param("a._____w.c", id="not-utf-8"),
        pytest.param(a_token(["a", "list"]), id="not-an-object"),
    ],
)
def test_a_token_that_is_no_json_web_token_has_no_claims(token: str) -> None:
    assert token_claims(token) == {}


def test_a_given_secret_is_the_credential() -> None:
    settings = settings_of(
        sign_in=ClientSecret("11111111-2222-3333-4444-555555555555", "client", "secret"),
        endpoints=Endpoints(authority="https://127.0.0.1:8443"),
    )
    assert isinstance(credential_for(settings), ClientSecretCredential)


def test_without_one_it_is_whatever_azure_identity_finds() -> None:
    credential = credential_for(settings_of())
    assert isinstance(credential, DefaultAzureCredential)
    credential.close()


def test_clients_that_were_never_used_can_be_closed() -> None:
    clients = Clients(settings_of(), credential_for(settings_of()), StoppedClock(STARTED))
    clients.close()
    assert clients.subscription_id == SUBSCRIPTION
