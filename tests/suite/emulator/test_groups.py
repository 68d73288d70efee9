from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest

from tests.suite.emulator import lab
from tests.suite.emulator.clients import Azure

pytestmark = pytest.mark.server


def path(sdk: Azure, name: str) -> str:
    return f"{sdk.subscription}/resourcegroups/{name}"


def test_a_group_is_created_once_and_changed_ever_after(sdk: Azure) -> None:
    body = {"location": "Sweden Central", "tags": {"a": "b"}}
    first = sdk.call("PUT", path(sdk, "rg-twice"), body)
    assert (first.status, first.body["location"]) == (201, "swedencentral")
    assert list(first.body) == ["id", "name", "type", "location", "tags", "properties"]
    assert first.body["id"] == f"{sdk.subscription}/resourceGroups/rg-twice"
    assert sdk.call("PUT", path(sdk, "RG-TWICE"), {"location": "swedencentral"}).status == 200
    assert sdk.call("GET", path(sdk, "rg-twice")).body["tags"] == {}


def test_whether_a_group_exists_is_a_head(sdk: Azure) -> None:
    lab.group(sdk, "rg-head")
    assert sdk.call("HEAD", path(sdk, "rg-head")).status == 204
    missing = sdk.call("HEAD", path(sdk, "rg-missing"))
    assert (missing.status, missing.headers["x-ms-failure-cause"], missing.raw) == (404, "gateway", b"")
    assert int(missing.headers["content-length"]) > 0


def test_groups_are_found_by_tag_whatever_the_case_of_its_name(sdk: Azure) -> None:
    lab.group(sdk, "rg-tagged")
    found = sdk.call(
        "GET", f"{sdk.subscription}/resourcegroups?$filter=tagname%20eq%20'RUN'%20and%20tagvalue%20eq%20'rg-tagged'"
    )
    assert [group["name"] for group in found.body["value"]] == ["rg-tagged"]


def test_a_delete_is_polled_by_its_location_until_the_group_is_gone(sdk: Azure, later: lab.Later) -> None:
    lab.group(sdk, "rg-going")
    answer = sdk.call("DELETE", path(sdk, "rg-going"))
    assert (answer.status, answer.raw) == (202, b"")
    assert "azure-asyncoperation" not in answer.headers
    assert int(answer.headers["retry-after"]) >= 1
    location = answer.headers["location"]
    assert 3_000 < len(location) < 4_096
    assert {"t", "c", "s", "h", "api-version"} == {
        pair.partition("=")[0] for pair in location.partition("?")[2].split("&")
    }
    job = json.loads(base64.urlsafe_b64decode(location.partition("?")[0].rpartition("/")[2] + "=="))
    assert job["jobId"].startswith("RESOURCEGROUPDELETIONJOB-RG:2DGOING-")
    assert sdk.poll(location).status == 202
    assert sdk.call("GET", path(sdk, "rg-going")).body["properties"]["provisioningState"] == "Deleting"
    later(75)
    done = sdk.poll(location)
    assert (done.status, done.raw, "location" in done.headers) == (200, b"", False)
    assert sdk.call("GET", path(sdk, "rg-going")).code == "ResourceGroupNotFound"


def test_a_group_on_its_way_out_takes_nothing_more(sdk: Azure) -> None:
    lab.group(sdk, "rg-busy")
    sdk.call("DELETE", path(sdk, "rg-busy"))
    again = sdk.call("PUT", path(sdk, "rg-busy"), {"location": "swedencentral"})
    assert (again.status, again.code) == (409, "ResourceGroupBeingDeleted")
    vault = sdk.call(
        "PUT", f"{path(sdk, 'rg-busy')}/providers/Microsoft.KeyVault/vaults/kv-late", {"location": "swedencentral"}
    )
    assert vault.code == "ResourceGroupBeingDeleted"


def test_what_is_in_a_group_is_listed_without_properties(sdk: Azure) -> None:
    account = lab.account(sdk, lab.group(sdk, "rg-listed"), "oai-listed")
    lab.deploy(sdk, account.id, "base", "gpt-35-turbo", "0125", 1)
    listed = sdk.call("GET", f"{path(sdk, 'rg-listed')}/resources").body["value"]
    assert [list(resource) for resource in listed] == [["id", "name", "type", "sku", "kind", "location"]]
    assert listed[0]["id"] == account.id


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/providers/Microsoft.Nothing/things/x", 404, "InvalidResourceNamespace"),
        ("/providers/Microsoft.Storage/shelves/x", 404, "InvalidResourceType"),
        ("/providers/Microsoft.Storage/storageAccounts/x", 404, "ResourceNotFound"),
    ],
)
def test_addresses_that_are_not_there(sdk: Azure, address: str, status: int, code: str) -> None:
    lab.group(sdk, "rg-addresses")
    answer = sdk.call("GET", path(sdk, "rg-addresses") + address)
    assert (answer.status, answer.code, answer.headers["x-ms-failure-cause"]) == (status, code, "gateway")


def test_a_provider_is_registered_before_it_is_used(sdk: Azure, later: lab.Later) -> None:
    lab.group(sdk, "rg-provider")
    search = f"{path(sdk, 'rg-provider')}/providers/Microsoft.Search/searchServices/s1"
    refused = sdk.call("PUT", search, {"location": "swedencentral"})
    assert (refused.status, refused.code) == (409, "MissingSubscriptionRegistration")
    assert refused.body["error"]["details"][0]["target"] == "Microsoft.Search"
    provider = f"{sdk.subscription}/providers/Microsoft.Search"
    assert sdk.call("GET", provider).body["registrationState"] == "Unregistered"
    assert sdk.call("POST", f"{provider}/register").body["registrationState"] == "Registering"
    later(60)
    assert sdk.call("GET", provider).body["registrationState"] == "Registered"


def test_a_lock_keeps_its_group_from_being_deleted(sdk: Azure) -> None:
    lab.group(sdk, "rg-locked")
    lock = f"{sdk.subscription}/resourceGroups/rg-locked/providers/Microsoft.Authorization/locks/keep"
    assert sdk.call("PUT", lock, {"properties": {"level": "CanNotDelete"}}).status == 201
    refused = sdk.call("DELETE", path(sdk, "rg-locked"))
    assert (refused.status, refused.code) == (409, "ScopeLocked")
    assert sdk.call("PUT", lock, {"properties": {"level": "ReadOnly", "notes": "n"}}).status == 200
    written = sdk.call("PUT", path(sdk, "rg-locked"), {"location": "swedencentral"})
    assert written.code == "ScopeLocked"
    assert [
        found["name"]
        for found in sdk.call("GET", f"{sdk.subscription}/providers/Microsoft.Authorization/locks").body["value"]
    ] == ["keep"]
    assert sdk.call("DELETE", lock).status == 200
    assert sdk.call("DELETE", path(sdk, "rg-locked")).status == 202


def test_a_lock_on_one_resource_blocks_the_delete_of_its_group(sdk: Azure) -> None:
    account = lab.account(sdk, lab.group(sdk, "rg-locked-inside"), "oai-locked-inside")
    lock = f"{account.id}/providers/Microsoft.Authorization/locks/keep"
    sdk.call("PUT", lock, {"properties": {"level": "CanNotDelete"}})
    assert sdk.call("DELETE", path(sdk, "rg-locked-inside")).code == "ScopeLocked"
    assert sdk.call("DELETE", account.id).code == "ScopeLocked"


@pytest.fixture(scope="module")
def filtered(sdk: Azure) -> str:
    """The list of a group with a tagged storage account and a vault without tags."""
    scope = f"{path(sdk, lab.group(sdk, 'rg-filtered'))}/providers"
    storage = {"location": "swedencentral", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
    address = f"{scope}/Microsoft.Storage/storageAccounts/stfiltered"
    sdk.call("PUT", address, {**storage, "tags": {"Run": "r1", "kept": ""}})
    sdk.call("PUT", f"{scope}/Microsoft.KeyVault/vaults/kv-filtered", {"location": "swedencentral", "properties": {}})
    return f"{path(sdk, 'rg-filtered')}/resources"


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ("tagName eq 'run' and tagValue eq 'r1'", ["stfiltered"]),
        ("tagName eq 'run' and tagValue eq 'r2'", []),
        ("tagName eq 'kept'", ["stfiltered"]),
        ("resourceType eq 'microsoft.keyvault/vaults'", ["kv-filtered"]),
        (
            "resourceType eq 'Microsoft.KeyVault/vaults' or resourceType eq 'Microsoft.Storage/storageAccounts'",
            ["stfiltered", "kv-filtered"],
        ),
        ("", ["stfiltered", "kv-filtered"]),
    ],
)
def test_resources_are_listed_by_tag_or_type(sdk: Azure, filtered: str, wanted: str, names: list[str]) -> None:
    listed = sdk.call("GET", f"{filtered}?$filter={quote(wanted)}")
    assert [resource["name"] for resource in listed.body["value"]] == names


@pytest.mark.parametrize(
    "wanted",
    ["nonsense", "resourceType ne 'x'", "tagName eq run", "resourceType eq 'a/b' and tagName eq 'run'", "or"],
)
def test_a_filter_that_is_not_understood_is_refused(sdk: Azure, filtered: str, wanted: str) -> None:
    refused = sdk.call("GET", f"{filtered}?$filter={quote(wanted)}")
    assert (refused.status, refused.code) == (400, "InvalidFilterInQueryString")


def test_a_group_in_a_region_that_azure_does_not_have(sdk: Azure) -> None:
    refused = sdk.call("PUT", path(sdk, "rg-mars"), {"location": "mars"})
    assert (refused.status, refused.code) == (400, "LocationNotAvailableForResourceGroup")
    assert sdk.call("PUT", path(sdk, "rg-elsewhere"), {"location": "Central US"}).status == 201


@pytest.mark.parametrize(
    "address",
    [
        "Microsoft.Storage/storageAccounts/stmars",
        "Microsoft.KeyVault/vaults/kv-mars",
        "Microsoft.CognitiveServices/accounts/oai-mars",
        "Microsoft.MachineLearningServices/workspaces/hub-mars",
    ],
)
def test_a_resource_in_a_region_that_azure_does_not_have(sdk: Azure, address: str) -> None:
    scope = f"{path(sdk, lab.group(sdk, 'rg-on-earth'))}/providers"
    refused = sdk.call("PUT", f"{scope}/{address}", {"location": "mars", "properties": {}})
    assert (refused.status, refused.code) == (400, "LocationNotAvailableForResourceType")
    assert "swedencentral" in refused.body["error"]["message"]


@pytest.mark.parametrize("version", ["latest", "2024", "2024-4-1", "2024-04-01-mine", "2024-04-01x"])
def test_an_api_version_is_a_date(sdk: Azure, version: str) -> None:
    refused = sdk.call("GET", f"{sdk.subscription}/resourcegroups?api-version={version}")
    assert (refused.status, refused.code) == (400, "InvalidApiVersionParameter")
    assert sdk.call("GET", f"{sdk.subscription}/resourcegroups?api-version=2024-04-01-preview").status == 200
