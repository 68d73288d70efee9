"""azure-ai-ml against the emulator: hubs and projects by ARM template, gets, lists and connections."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.suite.clients.azure_cli import environment
from tests.suite.clients.emulator_process import RunningEmulator
from tests.suite.clients.venvs import ClientVenv
from tests.suite.emulator import lab
from tests.suite.emulator.clients import Azure, azure

SCRIPT = Path(__file__).with_name("azure_ai_ml_walk.py")
WALK_TIMEOUT_S = 120.0
WORKSPACE = "Microsoft.MachineLearningServices/workspaces"

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def emulator_arguments() -> tuple[str, ...]:
    """So fast that a workspace is gone by the SDK's first look: it looks every 30 s otherwise, whatever it is told."""
    return ("--speed", "100000")


@pytest.fixture(scope="module")
def python() -> Path:
    """The interpreter that has azure-ai-ml; skips when it is not installed."""
    return ClientVenv("azure-ai-ml").program("python")


@pytest.fixture(scope="module")
def sdk(running: RunningEmulator) -> Iterator[Azure]:
    with azure(running.control("settings")) as clients:
        yield clients


@pytest.fixture(scope="module")
def walked(python: Path, running: RunningEmulator, sdk: Azure, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the SDK found when it walked through its part of the lab."""
    account = lab.account(sdk, lab.group(sdk, "rg-ml"), "oai-ml")
    done = subprocess.run(
        [str(python), str(SCRIPT), "rg-ml", account.id, account.properties.endpoint],
        env=environment(running, tmp_path_factory.mktemp("home")),
        capture_output=True,
        text=True,
        timeout=WALK_TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_a_hub_is_made_with_its_storage_account_and_vault(walked: Any, running: RunningEmulator) -> None:
    hub = walked["hub"]
    assert (hub["class"], hub["name"], hub["location"]) == ("Hub", "hub-ml", "swedencentral")
    assert hub["tags"]["createdByToolkit"].startswith("sdk-v2-")
    assert hub["application_insights"] is None
    state = running.control("state")
    assert hub["storage_account"].rpartition("/")[2] in state["storage_accounts"]
    assert hub["key_vault"].rpartition("/")[2] in state["vaults"]


def test_a_project_is_made_under_the_hub_and_shares_what_it_has(walked: Any) -> None:
    hub, project = walked["hub"], walked["project"]
    assert (project["class"], project["name"], project["hub_id"]) == ("Project", "project-ml", hub["id"])
    assert (project["storage_account"], project["key_vault"]) == (hub["storage_account"], hub["key_vault"])


def test_both_are_got_and_listed(walked: Any) -> None:
    assert [found["id"] for found in walked["got"]] == [walked["hub"]["id"], walked["project"]["id"]]
    assert [found["class"] for found in walked["got"]] == ["Hub", "Project"]
    assert walked["listed"] == ["hub-ml", "project-ml"]


def test_a_connection_of_the_hub_is_the_projects_too(walked: Any, sdk: Azure) -> None:
    (connection,) = walked["connections"]
    assert (connection["name"], connection["type"]) == ("openai", "azure_open_ai")
    assert connection["open_ai_resource_id"].endswith("/accounts/oai-ml")
    assert connection["target"].startswith(sdk.connection.url)
    assert walked["of_project"] == ["openai"]


def test_a_deleted_project_is_gone_and_the_hub_stays(walked: Any, running: RunningEmulator) -> None:
    assert walked["left"] == ["hub-ml"]
    assert running.control("state")["workspaces"] == ["hub-ml"]


def test_what_the_provider_refuses_fails_the_deployment(walked: Any) -> None:
    assert walked["refused"] == {"code": "DeploymentFailed", "details": ["ValidationError"]}


def test_the_deployment_lists_an_operation_for_each_resource(walked: Any, sdk: Azure) -> None:
    scope = f"{sdk.subscription}/resourcegroups/rg-ml"
    deployments = sdk.call("GET", f"{scope}/providers/Microsoft.Resources/deployments").body["value"]
    made_hub = next(found for found in deployments if found["name"].startswith("hub-ml-"))
    assert made_hub["properties"]["provisioningState"] == "Succeeded"
    operations = sdk.call("GET", f"{scope}/deployments/{made_hub['name']}/operations").body["value"]
    targets = {found["properties"]["targetResource"]["resourceType"] for found in operations}
    assert targets == {"Microsoft.Storage/storageAccounts", "Microsoft.KeyVault/vaults", WORKSPACE}
    assert operations[0]["properties"]["targetResource"]["id"] == walked["hub"]["id"]
    assert {found["properties"]["provisioningState"] for found in operations} == {"Succeeded"}
