"""Step 1.1: who is signed in, from the token and the subscription."""

from __future__ import annotations

import base64
import json
from types import SimpleNamespace
from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError
from azure.identity import ClientSecretCredential, DefaultAzureCredential

from lab.clients import Clients
from lab.clock import StoppedClock
from lab.errors import Undecided
from lab.run import Run
from lab.settings import ClientSecret, Endpoints
from lab.sign_in import LONGEST_PAUSE_S, SignIn, credential_for, sign_in, token_claims
from lab.sign_in_words import no_token
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
    assert "found no credential that works (EnvironmentCredential: not configured)" in raised.value.reason
    assert "sign in with `az login`" in raised.value.reason


TENANTS = "wrong issuer 'https://x/aaaa1111-2222-3333-4444-555555555555/', must match 'https://x/bbbb1111-{}/'".format(
    "2222-3333-4444-555555555555"
)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(
            Answer(404, error_body("SubscriptionNotFound", "could not be found")),
            ["404 SubscriptionNotFound", "none that this account can see", "`--subscription ID`"],
            id="not-found",
        ),
        pytest.param(
            Answer(401, error_body("InvalidAuthenticationTokenTenant", TENANTS)),
            ["token is of tenant aaaa…, expected bbbb…", "`az login --tenant TENANT`"],
            id="wrong-tenant",
        ),
        pytest.param(
            Answer(401, error_body("InvalidAuthenticationTokenTenant", "no ids")),
            ["token is of tenant unknown, expected unknown"],
            id="wrong-tenant-not-named",
        ),
        pytest.param(
            Answer(401, error_body("ExpiredAuthenticationToken", "expired")),
            ["the token has expired", "`az login`"],
            id="expired",
        ),
        pytest.param(
            Answer(401, error_body("Other", "?")), ["401 Other", "not accepted", "`az login`"], id="other-401"
        ),
        pytest.param(
            Answer(403, error_body("AuthorizationFailed", "no")), ["no role on it", "ask its owner"], id="no-role"
        ),
        pytest.param(
            Answer(400, error_body("Surprise", "?")), ["reading the subscription: Azure answered 400"], id="surprise"
        ),
    ],
)
def test_a_subscription_that_cannot_be_read_is_undecided_and_says_what_to_do(answer: Answer, words: list[str]) -> None:
    run, _ = with_token(a_token({}), answer)
    with pytest.raises(Undecided) as raised:
        sign_in(run.clients)
    assert raised.value.step == "1.1"
    for part in words:
        assert part in raised.value.reason
    assert SUBSCRIPTION not in raised.value.reason


@pytest.mark.parametrize("state", ["Disabled", "Warned", "PastDue", "Deleted", "Odd"])
def test_a_subscription_that_is_not_enabled_is_undecided(state: str) -> None:
    run, _ = with_token(a_token({}), Answer(200, {**ENABLED, "state": state}))
    with pytest.raises(Undecided) as raised:
        sign_in(run.clients)
    assert f"found {state}, the lab asks for Enabled" in raised.value.reason
    assert "Lab (1111…, --subscription)" in raised.value.reason


@pytest.mark.parametrize("body", [{"displayName": "Lab"}, [], None, "none"], ids=["no-state", "list", "null", "text"])
def test_half_a_subscription_is_read_again(body: Any) -> None:
    run, asked = with_token(a_token({}), Answer(200, body))
    asked.answers = (*asked.answers, Answer(200, {**ENABLED, "state": "enabled"}))
    assert sign_in(run.clients).subscription_state == "enabled"


def test_a_bad_moment_of_azures_is_survived() -> None:
    run, asked = with_token(a_token({}), Answer(503, error_body("ServerBusy", "busy")))
    asked.answers = (*asked.answers, Answer(200, ENABLED))
    assert sign_in(run.clients).subscription_state == "Enabled"


def test_why_no_subscription_could_be_chosen_is_the_outcome() -> None:
    run = a_run(settings=settings_of(sign_in_problem="found 2 that are enabled"))
    with pytest.raises(Undecided, match="found 2 that are enabled"):
        sign_in(run.clients)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(
            "x\nAADSTS700082: The refresh token has expired", ["sign-in has expired", "az login"], id="expired"
        ),
        pytest.param("AADSTS7000222: expired keys", ["AADSTS7000222: the client secret has expired"], id="secret"),
        pytest.param("AADSTS90002: Tenant not found", ["there is no such tenant"], id="tenant"),
        pytest.param("AADSTS99999: new", ["AADSTS99999", "`az login`"], id="unknown-code"),
        pytest.param(f"AADSTS1: app {SUBSCRIPTION}", ["app 1111…"], id="ids-are-cut"),
        pytest.param(
            "failed\nAttempted:\n\tEnvironmentCredential: A. B\n\tOther: C\n\tAzureCliCredential: Please D.",
            ["(environment variables: A; Azure CLI: Please D)"],
            id="all-that-was-tried",
        ),
        pytest.param("", ["(no reason given)"], id="silent"),
    ],
)
def test_why_there_is_no_token_is_said_in_words(text: str, words: list[str]) -> None:
    for part in words:
        assert part in no_token(Exception(text))


def test_a_network_that_is_down_is_undecided() -> None:
    run, _ = with_token(ServiceRequestError("name not known"), Answer(200, ENABLED))
    with pytest.raises(Undecided, match="a token to sign in with: still not there after 60 s"):
        sign_in(run.clients)


def test_a_surprise_while_getting_a_token_is_undecided() -> None:
    run, _ = with_token(RuntimeError("surprise"), Answer(200, ENABLED))
    with pytest.raises(Undecided, match="getting a token: RuntimeError: surprise"):
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


def test_no_answer_makes_a_sign_in_sleep_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    credential: Any = credential_for(settings_of(sign_in=ClientSecret("t", "c", "s")))
    transport = credential._client._pipeline._transport
    transport.sleep(86_400)
    transport.sleep(1)
    assert slept == [LONGEST_PAUSE_S, 1]
