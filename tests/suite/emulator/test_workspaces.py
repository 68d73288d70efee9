from __future__ import annotations

from typing import Any

import pytest

from tests.suite.emulator import lab
from tests.suite.emulator.clients import Azure

pytestmark = pytest.mark.server

WORKSPACES = "Microsoft.MachineLearningServices/workspaces"


@pytest.fixture(scope="module")
def group(sdk: Azure) -> str:
    """A group with a storage account and a key vault."""
    scope = f"{sdk.subscription}/resourceGroups/{lab.group(sdk, 'rg-ml')}/providers"
    storage = {"location": "swedencentral", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
    sdk.call("PUT", f"{scope}/Microsoft.Storage/storageAccounts/stml", storage)
    sdk.call("PUT", f"{scope}/Microsoft.KeyVault/vaults/kv-ml", {"location": "swedencentral", "properties": {}})
    return f"{sdk.subscription}/resourceGroups/rg-ml"


def hub_body(group: str, kind: str = "hub") -> dict[str, Any]:
    properties = {
        "storageAccount": f"{group}/providers/Microsoft.Storage/storageAccounts/stml",
        "keyVault": f"{group}/providers/Microsoft.KeyVault/vaults/kv-ml",
    }
    return {"location": "swedencentral", "kind": kind, "identity": {"type": "SystemAssigned"}, "properties": properties}


def make_hub(sdk: Azure, later: lab.Later, group: str, name: str) -> str:
    hub = f"{group}/providers/{WORKSPACES}/{name}"
    assert sdk.call("PUT", hub, hub_body(group)).status == 202
    later(35)
    return hub


def test_a_hub_is_202_with_two_addresses(sdk: Azure, later: lab.Later, group: str) -> None:
    """Recordings ml_workspace_put.json and ml_hub_and_project.json."""
    hub = f"{group}/providers/{WORKSPACES}/hub-new"
    made = sdk.call("PUT", hub, hub_body(group))
    assert (made.status, made.raw, "retry-after" in made.headers) == (202, b"", False)
    by_state, by_code = made.headers["azure-asyncoperation"], made.headers["location"]
    assert ("&type=async&" in by_state, "&type=location&" in by_code) == (True, True)
    assert sdk.poll(by_state).body == {"status": "InProgress"}
    assert sdk.poll(by_code).status == 202
    later(35)
    assert sdk.poll(by_state).body == {"status": "Succeeded", "percentComplete": 100.0}
    assert sdk.poll(by_code).status == 200
    workspace = sdk.call("GET", hub).body
    assert (workspace["kind"], workspace["properties"]["provisioningState"]) == ("Hub", "Succeeded")
    assert workspace["properties"]["keyVault"].lower() == hub_body(group)["properties"]["keyVault"].lower()


def test_a_project_shares_what_its_hub_has(sdk: Azure, later: lab.Later, group: str) -> None:
    hub = make_hub(sdk, later, group, "hub-shared")
    project = f"{group}/providers/{WORKSPACES}/project-shared"
    sdk.call("PUT", project, {"location": "swedencentral", "kind": "project", "properties": {"hubResourceId": hub}})
    later(20)
    made, of_hub = sdk.call("GET", project).body, sdk.call("GET", hub).body
    assert (made["kind"], made["properties"]["provisioningState"]) == ("Project", "Succeeded")
    assert made["properties"]["hubResourceId"] == hub
    for shared in ("storageAccount", "keyVault"):
        assert made["properties"][shared] == of_hub["properties"][shared]


def test_a_change_of_a_workspace_is_202_too(sdk: Azure, later: lab.Later, group: str) -> None:
    hub = make_hub(sdk, later, group, "hub-changed")
    assert sdk.call("PUT", hub, {**hub_body(group), "tags": {"a": "b"}}).status == 202
    later(5)
    changed = sdk.call("GET", hub).body
    assert (changed["tags"], changed["properties"]["provisioningState"]) == ({"a": "b"}, "Succeeded")


def test_a_delete_is_polled_until_the_workspace_is_gone(sdk: Azure, later: lab.Later, group: str) -> None:
    hub = make_hub(sdk, later, group, "hub-deleted")
    answer = sdk.call("DELETE", hub)
    assert answer.status == 202
    assert sdk.poll(answer.headers["azure-asyncoperation"]).body == {"status": "InProgress"}
    later(31)
    assert sdk.poll(answer.headers["azure-asyncoperation"]).body["status"] == "Succeeded"
    done = sdk.poll(answer.headers["location"])
    assert (done.status, done.raw) == (200, b"")
    assert sdk.call("GET", hub).code == "ResourceNotFound"


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"kind": "Project", "properties": {"hubResourceId": "/subscriptions/none"}}, "hub"),
        ({"kind": "Hub", "properties": {}}, "storageAccount"),
        ({"kind": "Shelf", "properties": {}}, "Shelf"),
    ],
    ids=["no hub", "no storage account", "unknown kind"],
)
def test_a_workspace_that_cannot_be_made(sdk: Azure, group: str, body: dict[str, Any], named: str) -> None:
    answer = sdk.call("PUT", f"{group}/providers/{WORKSPACES}/bad", {"location": "swedencentral", **body})
    assert answer.status == 400
    assert named in answer.body["error"]["message"]
    assert (answer.body["statusCode"], answer.body["environment"]) == (400, "swedencentral")


def test_an_aad_connection_is_made_at_once_and_has_no_credentials(sdk: Azure, later: lab.Later, group: str) -> None:
    """Recording ml_connection_azure_openai_aad.json."""
    hub = make_hub(sdk, later, group, "hub-aad")
    given = {"authType": "AAD", "category": "AzureOpenAi", "target": "dummy", "metadata": {"ApiVersion": "1.0"}}
    made = sdk.call("PUT", f"{hub}/connections/c1", {"properties": given})
    assert (made.status, list(made.body)) == (
        200,
        ["tags", "location", "id", "name", "type", "properties", "systemData"],
    )
    properties = made.body["properties"]
    assert "credentials" not in properties
    assert (properties["category"], properties["group"]) == ("AzureOpenAI", "AzureAI")
    assert properties["metadata"] == {"ApiVersion": "1.0", "DeploymentApiVersion": "2023-10-01-preview"}
    assert sdk.call("DELETE", f"{hub}/connections/c1").status == 200
    gone = sdk.call("GET", f"{hub}/connections/c1")
    assert (gone.status, gone.code, gone.body["error"]["innerError"]["code"]) == (404, "UserError", "NotFoundError")


def test_credentials_of_a_connection_are_shown_by_listsecrets_only(sdk: Azure, later: lab.Later, group: str) -> None:
    """Recording ml_connection_ai_services.json."""
    hub = make_hub(sdk, later, group, "hub-key")
    credentials = {"key": "Sanitized"}
    metadata = {"ResourceId": f"{group}/providers/Microsoft.CognitiveServices/accounts/x"}
    given = {
        "authType": "ApiKey",
        "category": "AiServices",
        "target": "t",
        "metadata": metadata,
        "credentials": credentials,
    }
    made = sdk.call("PUT", f"{hub}/connections/c1", {"properties": given})
    assert made.body["properties"]["credentials"] is None
    assert sdk.call("GET", f"{hub}/connections/c1").body["properties"]["credentials"] is None
    assert sdk.call("POST", f"{hub}/connections/c1/listsecrets").body["properties"]["credentials"] == credentials


def test_an_ai_services_connection_needs_its_accounts_id(sdk: Azure, later: lab.Later, group: str) -> None:
    """Recording ml_connection_ai_services_invalid.json."""
    hub = make_hub(sdk, later, group, "hub-invalid")
    given = {"authType": "ApiKey", "category": "AiServices", "target": "t", "metadata": {"ResourceId": "0000"}}
    answer = sdk.call("PUT", f"{hub}/connections/c1", {"properties": given})
    assert (answer.status, answer.code, answer.body["componentName"]) == (400, "ValidationError", "account-rp")


def test_a_project_lists_what_its_hub_shares(sdk: Azure, later: lab.Later, group: str) -> None:
    hub = make_hub(sdk, later, group, "hub-sharing")
    project = f"{group}/providers/{WORKSPACES}/project-sharing"
    sdk.call("PUT", project, {"location": "swedencentral", "kind": "Project", "properties": {"hubResourceId": hub}})
    for name, shared in (("mine", False), ("ours", True)):
        given = {"authType": "AAD", "category": "AzureOpenAI", "target": "t", "isSharedToAll": shared}
        sdk.call("PUT", f"{hub}/connections/{name}", {"properties": given})
    assert [c["name"] for c in sdk.call("GET", f"{hub}/connections").body["value"]] == ["mine", "ours"]
    assert [c["name"] for c in sdk.call("GET", f"{project}/connections").body["value"]] == ["ours"]
    assert sdk.call("GET", f"{project}/connections/ours").status == 200
    assert sdk.call("GET", f"{project}/connections/mine").status == 404


def test_a_workspaces_tags_are_changed_by_a_patch(sdk: Azure, later: lab.Later, group: str) -> None:
    hub = make_hub(sdk, later, group, "hub-patched")
    changing = sdk.call("PATCH", hub, {"tags": {"a": "b"}, "properties": {"friendlyName": "Mine"}})
    assert (changing.status, "azure-asyncoperation" in changing.headers) == (202, True)
    later(60)
    workspace = sdk.call("GET", hub).body
    assert (workspace["tags"], workspace["properties"]["friendlyName"]) == ({"a": "b"}, "Mine")
    assert workspace["properties"]["provisioningState"] == "Succeeded"
