from __future__ import annotations

import base64
import json
import time

import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError
from azure.identity import ClientSecretCredential

from tests.suite.emulator import lab
from tests.suite.emulator.clients import ARM_SCOPE, DATA_SCOPE, Azure

pytestmark = pytest.mark.server


def test_a_token_says_whose_it_is_and_for_whom(sdk: Azure) -> None:
    token = sdk.credential.get_token(ARM_SCOPE).token
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims["oid"] == sdk.connection.principal_id
    assert (claims["tid"], claims["appid"]) == (sdk.connection.tenant_id, sdk.connection.client_id)
    assert (claims["aud"], claims["idtyp"]) == ("https://management.azure.com", "app")
    assert claims["iat"] <= time.time() < claims["exp"]


def test_a_wrong_secret_is_told_as_entra_tells_it(sdk: Azure) -> None:
    own = sdk.connection
    wrong = ClientSecretCredential(
        own.tenant_id,
        own.client_id,
        "wrong",
        authority=own.url,
        disable_instance_discovery=True,
        connection_verify=own.ca_file,
    )
    with wrong, pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
        wrong.get_token(ARM_SCOPE)


def test_without_a_token_resource_manager_asks_for_one(sdk: Azure) -> None:
    answer = sdk.raw("GET", f"{sdk.subscription}?api-version=2022-12-01")
    assert (answer.status, answer.code) == (401, "AuthenticationFailed")
    assert answer.headers["www-authenticate"].startswith('Bearer authorization_uri="')


@pytest.mark.parametrize("token", ["nonsense", "a.b.c"])
def test_a_token_that_the_directory_did_not_sign_is_refused(sdk: Azure, token: str) -> None:
    answer = sdk.raw("GET", "/subscriptions?api-version=2022-12-01", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status, answer.code) == (401, "InvalidAuthenticationToken")


def test_a_data_token_is_no_good_for_resource_manager(sdk: Azure) -> None:
    answer = sdk.data("GET", "/subscriptions?api-version=2022-12-01")
    assert (answer.status, answer.code) == (401, "InvalidAuthenticationTokenAudience")


def test_a_management_token_is_no_good_for_the_data_plane(sdk: Azure) -> None:
    """Shape: issue Azure-Samples/azure-search-openai-demo#458."""
    account = lab.account(sdk, lab.group(sdk, "rg-audience"), "oai-audience")
    answer = sdk.call("GET", f"{account.properties.endpoint}openai/files?api-version=2024-10-21")
    assert answer.status == 401
    assert answer.body.keys() == {"statusCode", "message"}


@pytest.mark.parametrize("headers", [{}, {"api-key": "wrong"}], ids=["nothing", "wrong key"])
def test_a_wrong_key_is_turned_down_by_the_gateway(sdk: Azure, headers: dict[str, str]) -> None:
    account = lab.account(sdk, lab.group(sdk, "rg-keys"), f"oai-keys{len(headers)}")
    answer = sdk.raw("GET", f"{account.properties.endpoint}openai/files?api-version=2024-10-21", headers=headers)
    assert (answer.status, answer.code) == (401, "401")
    assert "apim-request-id" in answer.headers
    assert "x-ms-region" not in answer.headers


def test_an_api_version_is_required(sdk: Azure) -> None:
    token = sdk.credential.get_token(ARM_SCOPE).token
    answer = sdk.raw("GET", "/subscriptions", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status, answer.code) == (400, "MissingApiVersionParameter")


def test_another_subscription_is_not_found_by_the_gateway(sdk: Azure) -> None:
    other = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/any"
    answer = sdk.call("PUT", other, {"location": "swedencentral"})
    assert (answer.status, answer.code) == (404, "SubscriptionNotFound")
    assert answer.headers["x-ms-failure-cause"] == "gateway"


def test_the_subscription_is_enabled_and_a_paid_one(sdk: Azure) -> None:
    own = sdk.call("GET", sdk.subscription).body
    assert (own["state"], own["subscriptionPolicies"]["spendingLimit"]) == ("Enabled", "Off")
    listed = sdk.call("GET", "/subscriptions").body
    assert (listed["value"], listed["count"]) == ([own], {"type": "Total", "value": 1})


def test_a_data_role_counts_once_it_has_spread(sdk: Azure, later: lab.Later) -> None:
    account = lab.account(sdk, lab.group(sdk, "rg-roles"), "oai-roles")
    files = f"{account.properties.endpoint}openai/files?api-version=2024-10-21"
    refused = sdk.data("GET", files)
    assert (refused.status, refused.code) == (401, "PermissionDenied")
    lab.grant(sdk, account.id)
    assert sdk.data("GET", files).status == 401
    later(60)
    assert sdk.data("GET", files).status == 200


def test_a_role_on_the_group_reaches_the_account(sdk: Azure, later: lab.Later) -> None:
    account = lab.account(sdk, lab.group(sdk, "rg-inherited"), "oai-inherited")
    lab.grant(sdk, f"{sdk.subscription}/resourceGroups/rg-inherited")
    later(60)
    assert sdk.data("GET", f"{account.properties.endpoint}openai/files?api-version=2024-10-21").status == 200


def test_a_user_of_models_may_read_but_not_upload(sdk: Azure, later: lab.Later) -> None:
    account = lab.account(sdk, lab.group(sdk, "rg-user"), "oai-user")
    lab.grant(sdk, account.id, "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd")
    later(60)
    url = f"{account.properties.endpoint}openai/files?api-version=2024-10-21"
    assert sdk.data("GET", url).status == 200
    assert sdk.data("POST", url, {}).code == "PermissionDenied"


def test_keys_need_no_role(sdk: Azure) -> None:
    account = lab.account(sdk, lab.group(sdk, "rg-by-key"), "oai-by-key")
    key = sdk.cognitive.accounts.list_keys("rg-by-key", "oai-by-key").key1
    assert list(sdk.openai(account.properties.endpoint, key=key).files.list()) == []


def test_an_account_without_a_sub_domain_takes_keys_only(sdk: Azure) -> None:
    group = lab.group(sdk, "rg-regional")
    account = lab.account(sdk, group, "oai-regional", sub_domain=False)
    assert account.properties.endpoint.endswith("/_region/swedencentral/")
    url = f"{account.properties.endpoint}openai/files?api-version=2024-10-21"
    assert sdk.data("GET", url).code == "BadRequest"
    key = str(sdk.cognitive.accounts.list_keys(group, "oai-regional").key2)
    assert sdk.raw("GET", url, headers={"api-key": key}).status == 200


def test_keys_can_be_switched_off(sdk: Azure) -> None:
    lab.account(sdk, lab.group(sdk, "rg-no-keys"), "oai-no-keys")
    path = f"{sdk.subscription}/resourceGroups/rg-no-keys/providers/Microsoft.CognitiveServices/accounts/oai-no-keys"
    changed = sdk.call("PATCH", path, {"properties": {"disableLocalAuth": True}}).body
    key = sdk.cognitive.accounts.list_keys("rg-no-keys", "oai-no-keys").key1
    url = f"{changed['properties']['endpoint']}openai/files?api-version=2024-10-21"
    answer = sdk.raw("GET", url, headers={"api-key": str(key)})
    assert (answer.status, answer.code) == (403, "AuthenticationTypeDisabled")


def test_the_sdk_tells_a_refused_call_as_it_does_azures(sdk: Azure) -> None:
    with pytest.raises(HttpResponseError) as caught:
        sdk.resources.resource_groups.get("missing")
    assert caught.value.error is not None
    assert caught.value.error.code == "ResourceGroupNotFound"


def test_a_token_is_issued_for_the_scope_that_was_asked(sdk: Azure) -> None:
    token = sdk.credential.get_token(DATA_SCOPE).token
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims["aud"] == "https://cognitiveservices.azure.com"
