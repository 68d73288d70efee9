"""Section 1: an AI hub and project in a resource group of their own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lab.build.account import Account
from lab.build.connection import Connections
from lab.build.hub import Workspace
from lab.build.resource_group import ResourceGroup
from lab.errors import mismatch
from lab.names import RUN_TAG, SUITE, SUITE_TAG
from lab.sign_in import SignIn
from lab.spec import LabSpec, region_name
from lab.survey import Survey, describe


@pytest.mark.step("1.1")
def test_subscription_is_enabled(signed_in: SignIn) -> None:
    state = signed_in.subscription_state
    assert state.lower() == "enabled", mismatch("state of the subscription", state, "Enabled")


@pytest.mark.step("1.2")
def test_resource_group_is_there(resource_group: ResourceGroup) -> None:
    state = resource_group.provisioning_state
    assert state.lower() == "succeeded", mismatch(f"state of {resource_group.name}", state, "Succeeded")


@pytest.mark.owned
@pytest.mark.step("1.2")
def test_resource_group_is_tagged(resource_group: ResourceGroup) -> None:
    tags = resource_group.tags
    assert tags.get(SUITE_TAG) == SUITE, mismatch(f"tag {SUITE_TAG}", tags.get(SUITE_TAG, ""), SUITE)
    assert tags.get(RUN_TAG), mismatch(f"tag {RUN_TAG}", tags.get(RUN_TAG, ""), "the run's own mark")


@pytest.mark.step("1.3")
def test_hub_is_a_hub(hub: Workspace) -> None:
    assert hub.kind.lower() == "hub", mismatch(f"kind of {hub.name}", hub.kind, "Hub")
    state = hub.provisioning_state
    assert state.lower() == "succeeded", mismatch(f"state of {hub.name}", state, "Succeeded")


@pytest.mark.step("1.3")
def test_hub_is_in_a_listed_region(
    hub: Workspace, survey: Survey, lab: LabSpec, warning: Callable[[str], None]
) -> None:
    for region in survey.regions:
        if not region.can_fine_tune(survey.today):
            warning(f"region {region.region}, which the lab lists: {describe(survey, region)}")
    listed = ", ".join(region.name for region in lab.regions)
    assert lab.region(hub.location), mismatch(f"region of {hub.name}", hub.location, f"one of {listed}")


@pytest.mark.step("1.4")
def test_account_is_in_the_hubs_region(account: Account, hub: Workspace, warning: Callable[[str], None]) -> None:
    if account.access == "key":
        warning(f"account {account.name}: roles may not be assigned here, so its key was used to call it")
    same = region_name(account.location) == region_name(hub.location)
    assert same, mismatch(f"region of {account.name}", account.location, hub.location)
    is_openai = account.kind.lower() in ("openai", "aiservices")
    assert is_openai, mismatch(f"kind of {account.name}", account.kind, "OpenAI or AIServices")
    state = account.provisioning_state
    assert state.lower() == "succeeded", mismatch(f"state of {account.name}", state, "Succeeded")


@pytest.mark.step("1.4")
def test_connection_leads_to_the_account(connections: Connections, account: Account) -> None:
    made, listed = connections.made, [connection.name for connection in connections.all]
    asked = "one to Azure OpenAI or AI services"
    assert made is not None, mismatch("connections of the hub", ", ".join(listed) or "none", asked)
    is_openai = made.category.lower() in ("azureopenai", "aiservices")
    assert is_openai, mismatch(f"category of {made.name}", made.category, "AzureOpenAI or AIServices")
    same = made.account_id.lower() == account.id.lower()
    assert same, mismatch(f"account of {made.name}", made.account_id, account.id)
    is_listed = made.name.lower() in [name.lower() for name in listed]
    assert is_listed, mismatch("connections of the hub", ", ".join(listed), made.name)


@pytest.mark.step("1.5")
def test_search_is_skipped(connections: Connections) -> None:
    search = [item.name for item in connections.all if item.category.lower() in ("cognitivesearch", "azureaisearch")]
    assert not search, mismatch("connections to AI Search", ", ".join(search), "none")


@pytest.mark.step("1.6")
def test_project_is_under_the_hub(project: Workspace, hub: Workspace) -> None:
    assert project.kind.lower() == "project", mismatch(f"kind of {project.name}", project.kind, "Project")
    same = project.hub_id.lower() == hub.id.lower()
    assert same, mismatch(f"hub of {project.name}", project.hub_id, hub.id)
    state = project.provisioning_state
    assert state.lower() == "succeeded", mismatch(f"state of {project.name}", state, "Succeeded")
