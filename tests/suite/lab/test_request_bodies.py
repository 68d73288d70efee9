"""What is sent to create each resource: what the lab's page asks for, in the shape of Azure's recordings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lab.build.account import Account, account_body, make_account, role_assignment_body
from lab.build.connection import Connection, Connections, connection, connection_body, make_connection
from lab.build.deployment import deployment_body
from lab.build.hub import Workspace, hub_body, key_vault_body, storage_account_body, workspace
from lab.build.project import project_body
from lab.build.resource_group import ResourceGroup, make_resource_group
from lab.errors import Undecided
from lab.journal import Event, Journal, groups_of, read_journal
from lab.names import Names
from tests.suite.lab.azure_answers import Answer, azure_error, error_body
from tests.suite.lab.fakes import (
    ACCOUNT,
    CALLER,
    GROUP_ID,
    SUBSCRIPTION,
    SUFFIX,
    TUNED,
    Poller,
    a_job,
    a_run,
    scripted,
)

NAMES = Names(SUFFIX)
HUB = Workspace(
    id=f"{GROUP_ID}/providers/Microsoft.MachineLearningServices/workspaces/{NAMES.hub}",
    name=NAMES.hub,
    kind="Hub",
    location="swedencentral",
    provisioning_state="Succeeded",
    storage_account_id=f"{GROUP_ID}/providers/Microsoft.Storage/storageAccounts/{NAMES.storage_account}",
    key_vault_id=f"{GROUP_ID}/providers/Microsoft.KeyVault/vaults/{NAMES.key_vault}",
    hub_id="",
)


def test_the_hub_has_its_storage_and_vault_and_an_identity_of_its_own() -> None:
    body = hub_body("swedencentral", NAMES.hub, HUB.storage_account_id, HUB.key_vault_id)
    assert (body["kind"], body["location"]) == ("Hub", "swedencentral")
    assert body["identity"] == {"type": "SystemAssigned"}
    assert body["properties"]["storageAccount"] == HUB.storage_account_id
    assert body["properties"]["keyVault"] == HUB.key_vault_id
    assert "hubResourceId" not in body["properties"]


def test_the_project_is_under_the_hub_and_takes_everything_else_from_it() -> None:
    body = project_body("swedencentral", NAMES.project, HUB.id)
    assert (body["kind"], body["location"]) == ("Project", "swedencentral")
    assert body["properties"] == {"friendlyName": NAMES.project, "hubResourceId": HUB.id}


def test_the_storage_account_is_closed_to_anonymous_reads_and_old_tls() -> None:
    properties = storage_account_body("swedencentral")["properties"]
    assert properties == {
        "allowBlobPublicAccess": False,
        "minimumTlsVersion": "TLS1_2",
        "supportsHttpsTrafficOnly": True,
    }


def test_the_key_vault_belongs_to_the_tenant_and_is_kept_as_shortly_as_azure_lets_it() -> None:
    body = key_vault_body("swedencentral", "tenant-1", {"lab-run": SUFFIX})
    properties = body["properties"]
    assert properties["tenantId"] == "tenant-1"
    assert properties["softDeleteRetentionInDays"] == 7
    assert "enablePurgeProtection" not in properties, "a protected vault would keep its name for a week"
    assert body["tags"] == {"lab-run": SUFFIX}, "when only the soft-deleted vault is left, a sweep knows it by these"


def test_the_account_has_a_subdomain_without_which_it_takes_no_tokens() -> None:
    body = account_body("swedencentral", NAMES.account, {"lab-run": SUFFIX})
    assert (body["kind"], body["sku"], body["location"]) == ("OpenAI", {"name": "S0"}, "swedencentral")
    assert body["properties"]["customSubDomainName"] == NAMES.account
    assert body["tags"] == {"lab-run": SUFFIX}, "when only the soft-deleted account is left, a sweep knows it by these"


@pytest.mark.parametrize("principal_type", ["User", "ServicePrincipal"])
def test_the_caller_is_given_the_openai_contributors_role(principal_type: str) -> None:
    body = role_assignment_body(SUBSCRIPTION, replace(CALLER, principal_type=principal_type))
    role = "a001fd3d-188f-4b5d-821b-7da978bf7442"
    assert body["properties"] == {
        "roleDefinitionId": f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{role}",
        "principalId": CALLER.principal_id,
        "principalType": principal_type,
    }


def test_the_connection_leads_to_the_account_and_holds_no_key() -> None:
    properties = connection_body(ACCOUNT)["properties"]
    assert (properties["category"], properties["authType"]) == ("AzureOpenAI", "AAD")
    assert properties["target"] == ACCOUNT.endpoint
    assert properties["metadata"]["ResourceId"] == ACCOUNT.id
    assert "credentials" not in properties


def test_the_deployment_is_what_the_labs_page_asks_for() -> None:
    body = deployment_body(a_run(), a_job())
    assert body["sku"] == {"name": "Standard", "capacity": 5}
    assert body["properties"] == {"model": {"format": "OpenAI", "name": TUNED, "version": "1"}}, "the default filter"


def a_group(location: str, tags: dict[str, str] | None) -> SimpleNamespace:
    properties = SimpleNamespace(provisioning_state="Succeeded")
    return SimpleNamespace(name=NAMES.resource_group, location=location, tags=tags, properties=properties)


@pytest.mark.parametrize("half", [None, SimpleNamespace(name="rg", location="x", tags=None, properties=None)])
def test_half_a_group_is_asked_for_again(half: Any) -> None:
    create = scripted(half, a_group("x", {"lab-run": SUFFIX}))
    groups = SimpleNamespace(get=scripted(azure_error(404, "ResourceGroupNotFound")), create_or_update=create)
    make_resource_group(a_run({"resources": SimpleNamespace(resource_groups=groups)}), CALLER, "x")
    assert len(create.calls) == 2


def test_a_new_group_is_tagged_as_the_runs_own() -> None:
    create = scripted(a_group("swedencentral", {"lab-run": SUFFIX}))
    groups = SimpleNamespace(get=scripted(azure_error(404, "ResourceGroupNotFound")), create_or_update=create)
    made = make_resource_group(a_run({"resources": SimpleNamespace(resource_groups=groups)}), CALLER, "swedencentral")
    assert made == ResourceGroup(NAMES.resource_group, "swedencentral", {"lab-run": SUFFIX}, "Succeeded")
    ((name, body), _) = create.calls[0]
    assert (name, body["location"]) == (NAMES.resource_group, "swedencentral")
    assert body["tags"]["lab-run"] == SUFFIX
    assert body["tags"]["lab-owner"] == CALLER.principal_id


def test_a_group_of_somebody_else_is_neither_built_in_nor_deleted(tmp_path: Path) -> None:
    group = a_group("x", None)
    groups = SimpleNamespace(get=scripted(group), create_or_update=scripted(group))
    run = replace(
        a_run({"resources": SimpleNamespace(resource_groups=groups)}), journal=Journal(tmp_path / "run.jsonl")
    )
    with pytest.raises(Undecided, match="found a group that was there before"):
        make_resource_group(run, CALLER, "x")
    assert groups.create_or_update.calls == []
    assert groups_of(read_journal(tmp_path / "run.jsonl")) == ()


def test_a_group_that_an_interrupted_try_of_this_run_made_is_as_new_and_not_made_again() -> None:
    group = a_group("x", {"lab-run": SUFFIX})
    groups = SimpleNamespace(get=scripted(group), create_or_update=scripted(group))
    made = make_resource_group(a_run({"resources": SimpleNamespace(resource_groups=groups)}), CALLER, "x")
    assert made.name == NAMES.resource_group
    assert groups.create_or_update.calls == []


@pytest.mark.parametrize("event", ["deleting", "deleted"])
def test_a_group_whose_deletion_was_begun_is_not_built_in_again(event: Event, tmp_path: Path) -> None:
    run = a_run({"resources": SimpleNamespace(resource_groups=None)}, journal=tmp_path / "live-1.jsonl")
    run.journal.write(event, "resource group", NAMES.resource_group)
    with pytest.raises(Undecided, match=f"{NAMES.resource_group}: found that this run began to delete it") as raised:
        make_resource_group(run, CALLER, "x")
    assert raised.value.step == "1.2"


def building_an_account(role_answer: Answer, *files: Any) -> tuple[Any, Any, Any]:
    """The clients of a run that makes an account, its calls of Resource Manager and its lists of files."""
    properties = SimpleNamespace(endpoint=ACCOUNT.endpoint, provisioning_state="Succeeded")
    made = SimpleNamespace(
        id=ACCOUNT.id, name=ACCOUNT.name, kind="OpenAI", location="swedencentral", properties=properties
    )
    accounts = SimpleNamespace(begin_create=scripted(Poller()), get=scripted(made))
    sent, listed = scripted(role_answer), scripted(*files)
    clients = {
        "cognitive": SimpleNamespace(accounts=accounts),
        "resources": SimpleNamespace(send_request=sent),
        "openai": lambda endpoint: SimpleNamespace(files=SimpleNamespace(list=listed)),
    }
    return clients, sent, listed


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Answer(201, {}), id="given"),
        pytest.param(Answer(409, error_body("RoleAssignmentExists", "exists")), id="given-before"),
    ],
)
def test_the_account_is_made_with_the_role_and_waited_for_until_that_has_spread(answer: Answer) -> None:
    clients, sent, listed = building_an_account(answer, azure_error(401, "PermissionDenied"), [])
    group = ResourceGroup(NAMES.resource_group, "swedencentral", {}, "Succeeded")
    assert make_account(a_run(clients), CALLER, group) == Account(
        ACCOUNT.id, ACCOUNT.name, "OpenAI", "swedencentral", ACCOUNT.endpoint, "Succeeded"
    )
    request = sent.calls[0][0][0]
    path = f"{ACCOUNT.id}/providers/Microsoft.Authorization/roleAssignments/{NAMES.role_assignment}"
    assert (request.method, request.url) == ("PUT", f"https://management.azure.com{path}?api-version=2022-04-01")
    assert len(listed.calls) == 2


def test_the_connection_is_put_on_the_hub_and_all_of_the_hubs_are_listed() -> None:
    made = {"name": NAMES.connection, **connection_body(ACCOUNT)}
    search = {"name": "search", "properties": {"category": "CognitiveSearch", "authType": "ApiKey", "target": "t"}}
    sent = scripted(Answer(200, made), Answer(200, {"value": [made, search]}))
    found = make_connection(a_run({"resources": SimpleNamespace(send_request=sent)}), HUB, ACCOUNT)
    ours = Connection(NAMES.connection, "AzureOpenAI", "AAD", ACCOUNT.endpoint, ACCOUNT.id)
    assert found == Connections(ours, (ours, Connection("search", "CognitiveSearch", "ApiKey", "t", "")))
    assert [(call[0][0].method, call[0][0].url.partition("?")[0]) for call in sent.calls] == [
        ("PUT", f"https://management.azure.com{HUB.id}/connections/{NAMES.connection}"),
        ("GET", f"https://management.azure.com{HUB.id}/connections"),
    ]


def test_a_workspace_is_read_from_azures_description() -> None:
    properties = {
        "provisioningState": "Succeeded",
        **hub_body("", "", HUB.storage_account_id, HUB.key_vault_id)["properties"],
    }
    body = {"id": HUB.id, "name": HUB.name, "kind": "Hub", "location": "swedencentral", "properties": properties}
    assert workspace(body) == HUB


def test_what_azure_leaves_out_is_an_empty_text() -> None:
    assert workspace({}) == Workspace("", "", "", "", "", "", "", "")
    assert connection({"properties": {"metadata": None}}) == Connection("", "", "", "", "")
