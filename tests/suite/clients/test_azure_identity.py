"""azure-identity against the emulator's token endpoint: the client secret, the cache, expiry and renewal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import ClientSecretCredential

from emulator.options import Options
from emulator.server import Emulator, serve_in_thread
from tests.suite.emulator import lab
from tests.suite.emulator.clients import ARM_SCOPE, DATA_SCOPE, Azure, azure
from tests.suite.emulator.settings import settings_of

RENEWED_BEFORE_S = 300
"""azure-identity and azure-core take a token for expired this long before it is."""
TOKEN_PATH = "/oauth2/v2.0/token"

pytestmark = pytest.mark.server


@pytest.fixture
def lifetime() -> float:
    """How many seconds a token is good for; a test overrides it."""
    return 3600


@pytest.fixture
def emulator(lifetime: float) -> Iterator[Emulator]:
    with serve_in_thread(Options(token_lifetime_s=lifetime)) as running:
        yield running


@pytest.fixture
def sdk(emulator: Emulator) -> Iterator[Azure]:
    with azure(settings_of(emulator)) as clients:
        yield clients


def tokens_given(sdk: Azure) -> int:
    """How many tokens the endpoint gave so far."""
    requests = sdk.raw("GET", "/_emulator/requests").body
    return len([r for r in requests if r["path"].endswith(TOKEN_PATH) and r["status"] == 200])


def credential(sdk: Azure, **changed: Any) -> ClientSecretCredential:
    """A credential for the emulator, with something about it changed."""
    own = sdk.connection
    given = {"tenant_id": own.tenant_id, "client_id": own.client_id, "client_secret": own.client_secret, **changed}
    return ClientSecretCredential(
        **given, authority=own.url, disable_instance_discovery=True, connection_verify=own.ca_file
    )


def test_a_token_is_asked_for_once_for_each_audience(sdk: Azure) -> None:
    management = [sdk.credential.get_token(ARM_SCOPE).token for _ in range(3)]
    data = sdk.credential.get_token(DATA_SCOPE).token
    assert len(set(management)) == 1
    assert data not in management
    assert tokens_given(sdk) == 2


def test_a_token_says_when_it_ends(sdk: Azure, lifetime: float) -> None:
    before = time.time()
    token = sdk.credential.get_token(ARM_SCOPE)
    assert before + lifetime - 1 <= token.expires_on <= time.time() + lifetime


def test_the_sdks_go_on_with_one_token(sdk: Azure) -> None:
    for _ in range(5):
        assert list(sdk.resources.resource_groups.list()) == []
    assert tokens_given(sdk) == 1


@pytest.mark.parametrize("lifetime", [RENEWED_BEFORE_S + 2], ids=["nearly-over"])
def test_a_token_is_renewed_before_it_ends(sdk: Azure) -> None:
    first = sdk.credential.get_token(ARM_SCOPE).token
    assert sdk.credential.get_token(ARM_SCOPE).token == first
    renewed = lab.until(
        lambda: sdk.credential.get_token(ARM_SCOPE).token, lambda token: token != first, what="a new token"
    )
    assert sdk.call("GET", "/subscriptions").status == 200
    assert sdk.raw("GET", "/subscriptions?api-version=2022-12-01", headers=_bearer(renewed)).status == 200
    assert tokens_given(sdk) == 2


@pytest.mark.parametrize("lifetime", [1], ids=["a-second"])
def test_a_token_that_has_ended_is_refused_and_the_sdk_goes_on_with_another(sdk: Azure) -> None:
    first = sdk.credential.get_token(ARM_SCOPE).token
    refused = lab.until(
        lambda: sdk.raw("GET", "/subscriptions?api-version=2022-12-01", headers=_bearer(first)),
        lambda answer: answer.status == 401,
        what="the token's end",
    )
    assert refused.code == "InvalidAuthenticationToken"
    assert 'error="invalid_token"' in refused.headers["www-authenticate"]
    assert list(sdk.resources.resource_groups.list()) == []
    assert tokens_given(sdk) >= 2


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"client_secret": "wrong"}, "AADSTS7000215"),
        ({"client_id": "e0000000-0000-4000-8000-0000000000ff"}, "AADSTS700016"),
    ],
    ids=["secret", "client"],
)
def test_who_is_not_known_gets_no_token(sdk: Azure, changed: dict[str, str], code: str) -> None:
    with credential(sdk, **changed) as wrong, pytest.raises(ClientAuthenticationError, match=code):
        wrong.get_token(ARM_SCOPE)
    assert tokens_given(sdk) == 0


def test_a_tenant_that_is_not_there_has_no_configuration(sdk: Azure) -> None:
    """Source: what Entra ID answers, as MSAL repeats it: AADSTS90002."""
    with (
        credential(sdk, tenant_id="e0000000-0000-4000-8000-0000000000ee") as wrong,
        pytest.raises(ClientAuthenticationError),
    ):
        wrong.get_token(ARM_SCOPE)
    assert tokens_given(sdk) == 0


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
