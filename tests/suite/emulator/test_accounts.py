from __future__ import annotations

from typing import Any

import pytest

from tests.suite.emulator import lab
from tests.suite.emulator.clients import Azure

pytestmark = pytest.mark.server

PROVIDER = "providers/Microsoft.CognitiveServices"
MAKING_S = 60
"""Long enough for an account to be made."""


def path(sdk: Azure, group: str, name: str) -> str:
    return f"{sdk.subscription}/resourceGroups/{lab.group(sdk, group)}/{PROVIDER}/accounts/{name}"


def body(sub_domain: str | None = None, location: str = "swedencentral", **properties: Any) -> dict[str, Any]:
    given = {"customSubDomainName": sub_domain, **properties} if sub_domain else properties
    return {"location": location, "kind": "OpenAI", "sku": {"name": "S0"}, "properties": given}


def test_an_account_is_polled_by_a_word_of_its_own(sdk: Azure, later: lab.Later) -> None:
    """Recordings cogsvc_openai_account_and_deployment.json and cogsvc_account_models.json."""
    account = path(sdk, "rg-account", "oai-new")
    made = sdk.call("PUT", f"{account}?api-version=2025-09-01", body("oai-new", "SWEDENCENTRAL"))
    assert (made.status, "location" in made.headers) == (201, False)
    assert (made.body["location"], made.body["properties"]["provisioningState"]) == ("SWEDENCENTRAL", "Creating")
    assert made.headers["etag"] == made.body["etag"]
    address = made.headers["azure-asyncoperation"]
    assert "/locations/SWEDENCENTRAL/operationResults/" in address
    assert "api-version=2017-04-18" in address
    working = sdk.poll(address).body
    assert (list(working), working["status"]) == (["id", "name", "status", "startTime"], "Creating")
    later(2)
    done = sdk.poll(address).body
    assert (list(done), done["status"]) == (["id", "name", "status", "startTime", "endTime"], "Succeeded")
    assert sdk.call("GET", account).body["properties"]["provisioningState"] == "Succeeded"
    assert sdk.call("PUT", account, body("oai-new")).status == 200


def test_the_endpoint_is_the_sub_domains(sdk: Azure) -> None:
    account = lab.account(sdk, lab.group(sdk, "rg-endpoint"), "oai-endpoint")
    assert account.properties.endpoint == f"{sdk.connection.url}/_account/oai-endpoint/"


def test_the_data_plane_is_found_by_azures_host_name_too(sdk: Azure) -> None:
    account = lab.account(sdk, lab.group(sdk, "rg-host"), "oai-host")
    key = sdk.cognitive.accounts.list_keys("rg-host", "oai-host").key1
    headers = {"api-key": str(key), "Host": "oai-host.openai.azure.com"}
    assert sdk.raw("GET", "/openai/files?api-version=2024-10-21", headers=headers).status == 200
    assert account.name == "oai-host"


def test_a_deleted_account_holds_its_name_and_sub_domain(sdk: Azure, later: lab.Later) -> None:
    account = path(sdk, "rg-soft", "oai-soft")
    sdk.call("PUT", account, body("oai-soft"))
    later(MAKING_S)
    assert [sdk.call("DELETE", account).status for _ in range(2)] == [200, 204]
    again = sdk.call("PUT", account, body("oai-soft"))
    assert (again.status, again.code) == (409, "FlagMustBeSetForRestore")
    elsewhere = sdk.call("PUT", path(sdk, "rg-elsewhere", "oai-other"), body("OAI-soft"))
    assert (elsewhere.status, elsewhere.code) == (409, "CustomDomainInUse")
    asked = {"subdomainName": "oai-soft", "type": "Microsoft.CognitiveServices/accounts"}
    check = sdk.call("POST", f"{sdk.subscription}/{PROVIDER}/checkDomainAvailability", asked)
    assert check.body["isSubdomainAvailable"] is False


def test_a_purge_wants_the_accounts_own_location(sdk: Azure, later: lab.Later) -> None:
    account = path(sdk, "rg-purge", "oai-purge")
    sdk.call("PUT", account, body("oai-purge"))
    later(MAKING_S)
    sdk.call("DELETE", account)
    names = [gone.name for gone in sdk.cognitive.deleted_accounts.list()]
    assert "oai-purge" in names
    place = f"{sdk.subscription}/{PROVIDER}/locations/{{}}/resourceGroups/rg-purge/deletedAccounts/oai-purge"
    assert sdk.call("DELETE", place.format("eastus2")).status == 404
    gone = sdk.call("GET", place.format("swedencentral")).body
    assert (gone["type"], bool(gone["properties"]["deletionDate"])) == (
        "Microsoft.CognitiveServices/deletedAccounts",
        True,
    )
    purge = sdk.call("DELETE", place.format("swedencentral"))
    assert (purge.status, purge.raw) == (202, b"")
    assert "operationResultResponseType=Location" in purge.headers["location"]
    later(1)
    assert sdk.poll(purge.headers["azure-asyncoperation"]).body["status"] == "Succeeded"
    assert sdk.call("GET", place.format("swedencentral")).status == 404
    assert sdk.call("PUT", account, body("oai-purge")).status == 201


def test_a_deleted_account_can_be_had_back_with_its_files(sdk: Azure, later: lab.Later) -> None:
    account = lab.account(sdk, lab.group(sdk, "rg-restore"), "oai-restore")
    key = str(sdk.cognitive.accounts.list_keys("rg-restore", "oai-restore").key1)
    client = sdk.openai(account.properties.endpoint, key=key)
    client.files.create(file=("data.jsonl", lab.chats("tea")), purpose="fine-tune")
    sdk.call("DELETE", account.id)
    restored = sdk.call("PUT", account.id, {**body(), "properties": {"restore": True}})
    assert (restored.status, restored.body["properties"]["provisioningState"]) == (201, "Succeeded")
    assert [file.filename for file in client.files.list()] == ["data.jsonl"]


def test_a_deleted_account_is_gone_after_48_hours(sdk: Azure, later: lab.Later) -> None:
    account = path(sdk, "rg-expiring", "oai-expiring")
    sdk.call("PUT", account, body("oai-expiring"))
    later(MAKING_S)
    sdk.call("DELETE", account)
    later(48 * 3600)
    assert "oai-expiring" not in [gone.name for gone in sdk.cognitive.deleted_accounts.list()]
    assert sdk.call("PUT", account, body("oai-expiring")).status == 201


def test_deleting_the_group_leaves_the_account_soft_deleted(sdk: Azure, later: lab.Later) -> None:
    account = path(sdk, "rg-with-account", "oai-left")
    sdk.call("PUT", account, body("oai-left"))
    sdk.call("DELETE", f"{sdk.subscription}/resourceGroups/rg-with-account")
    later(75)
    state = sdk.raw("GET", "/_emulator/state").body
    assert "rg-with-account" not in state["resource_groups"]
    assert ("oai-left" in state["accounts"], "oai-left" in state["deleted_accounts"]) == (False, True)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"location": "atlantis"}, "LocationNotAvailableForResourceType"),
        ({"kind": "Psychic"}, "InvalidApiSetId"),
        ({"sku": {"name": "Z9"}}, "InvalidSkuId"),
        ({"location": None}, "LocationRequired"),
    ],
)
def test_accounts_that_cannot_be_made(sdk: Azure, change: dict[str, Any], code: str) -> None:
    answer = sdk.call("PUT", path(sdk, "rg-bad-accounts", "oai-bad"), {**body(), **change})
    assert (answer.status, answer.code) == (400, code)


def test_keys_are_listed_and_made_anew(sdk: Azure) -> None:
    account = path(sdk, "rg-keys-anew", "oai-keys-anew")
    sdk.call("PUT", account, body("oai-keys-anew"))
    before = sdk.call("POST", f"{account}/listKeys").body
    after = sdk.call("POST", f"{account}/regenerateKey", {"keyName": "Key2"}).body
    assert after["key1"] == before["key1"]
    assert after["key2"] not in {before["key1"], before["key2"]}


@pytest.mark.parametrize("sent", [{"keyName": "Key3"}, {"keyName": 1}, {}])
def test_there_is_no_third_key(sdk: Azure, sent: dict[str, Any]) -> None:
    account = path(sdk, "rg-third-key", "oai-third-key")
    sdk.call("PUT", account, body("oai-third-key"))
    refused = sdk.call("POST", f"{account}/regenerateKey", sent)
    assert (refused.status, refused.code) == (400, "InvalidKeyName")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_an_account_in_the_making_takes_no_other_write(sdk: Azure, later: lab.Later, method: str) -> None:
    name = f"oai-busy-{method.lower()}"
    account = path(sdk, "rg-busy", name)
    assert sdk.call("PUT", account, body(name)).status == 201
    refused = sdk.call(method, account, body(name))
    assert (refused.status, refused.code) == (409, "RequestConflict")
    later(MAKING_S)
    assert sdk.call(method, account, body(name)).status == 200


def test_whether_a_sku_can_be_made(sdk: Azure) -> None:
    asked = {"skus": ["S0", "Z9"], "kind": "OpenAI", "type": "Microsoft.CognitiveServices/accounts"}
    answer = sdk.call("POST", f"{sdk.subscription}/{PROVIDER}/locations/swedencentral/checkSkuAvailability", asked)
    assert [sku["skuAvailable"] for sku in answer.body["value"]] == [True, False]


def test_skus_are_listed(sdk: Azure) -> None:
    everywhere = list(sdk.cognitive.resource_skus.list())
    assert {(sku.kind, sku.name, sku.tier) for sku in everywhere} == {("OpenAI", "S0", "Standard")}
    assert ["SWEDENCENTRAL"] in [sku.locations for sku in everywhere]
    lab.account(sdk, lab.group(sdk, "rg-skus"), "oai-skus")
    (own,) = sdk.cognitive.accounts.list_skus("rg-skus", "oai-skus").value or []
    assert (own.resource_type, own.sku and own.sku.name) == ("Microsoft.CognitiveServices/accounts", "S0")
    assert sdk.call("GET", f"{path(sdk, 'rg-skus', 'oai-none')}/skus").status == 404
