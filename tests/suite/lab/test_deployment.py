"""Steps 3.2 and 3.3: the deployment as it is asked for, and its end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from azure.mgmt.cognitiveservices import models

from lab.build.deployment import Deployment, deploy, deployment_from, wait_for_deployment
from lab.errors import Broken, NoRoom, StepError, Undecided
from lab.journal import read_journal
from lab.run import Run
from tests.suite.lab.azure_answers import azure_error
from tests.suite.lab.fakes import ACCOUNT, SUFFIX, TUNED, Poller, Scripted, a_job, a_run, scripted

NAME = f"ft-travel-{SUFFIX}"
GROUP = f"rg-ft-travel-{SUFFIX}"
NOT_THERE = azure_error(404, "DeploymentNotFound")
MADE = Deployment(NAME, TUNED, "1", "OpenAI", "Standard", 5, "Microsoft.DefaultV2", "Creating")


def azures_deployment(state: str = "Creating") -> Any:
    """A deployment as the management SDK gives it, from JSON as recorded."""
    return models.Deployment.deserialize(
        {
            "name": NAME,
            "sku": {"name": "Standard", "capacity": 5},
            "properties": {
                "model": {"format": "OpenAI", "name": TUNED, "version": "1"},
                "raiPolicyName": "Microsoft.DefaultV2",
                "provisioningState": state,
            },
        }
    )


def with_deployments(begin: Scripted, get: Scripted, journal: Path | None = None) -> Run:
    deployments = SimpleNamespace(begin_create_or_update=begin, get=get)
    return a_run({"cognitive": SimpleNamespace(deployments=deployments)}, journal=journal)


def test_the_deployment_is_asked_for_as_the_lab_says_and_not_waited_for() -> None:
    begin, get = scripted(Poller()), scripted(NOT_THERE, azures_deployment())
    assert deploy(with_deployments(begin, get), ACCOUNT, a_job()) == MADE
    body = {
        "sku": {"name": "Standard", "capacity": 5},
        "properties": {"model": {"format": "OpenAI", "name": TUNED, "version": "1"}},
    }
    assert begin.calls == [((GROUP, ACCOUNT.name, NAME, body), {"polling": False})]
    assert get.calls == 2 * [((GROUP, ACCOUNT.name, NAME), {})]


def test_it_is_journalled_before_it_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "live-1.jsonl"
    refused = scripted(azure_error(400, "InsufficientQuota"))
    with pytest.raises(Undecided):
        deploy(with_deployments(refused, scripted(NOT_THERE), path), ACCOUNT, a_job())
    (entry,) = read_journal(path)
    assert (entry.event, entry.kind, entry.name) == ("making", "deployment", NAME)


def test_one_that_an_interrupted_run_asked_for_is_not_asked_for_again(tmp_path: Path) -> None:
    path = tmp_path / "live-1.jsonl"
    begin = scripted(Poller())
    assert deploy(with_deployments(begin, scripted(azures_deployment()), path), ACCOUNT, a_job()) == MADE
    assert begin.calls == []
    assert read_journal(path) == ()


def test_two_writes_at_once_and_a_late_first_look_are_survived() -> None:
    begin = scripted(azure_error(409, "RequestConflict"), Poller())
    get = scripted(NOT_THERE, NOT_THERE, azures_deployment())
    assert deploy(with_deployments(begin, get), ACCOUNT, a_job()) == MADE


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        pytest.param("ServiceModelDeprecated", Broken, id="model-retired"),
        pytest.param("DeploymentModelNotSupported", Broken, id="model-unknown"),
        pytest.param("InsufficientQuota", NoRoom, id="no-quota-here"),
    ],
)
def test_a_refused_deployment_is_explained(code: str, kind: type[StepError]) -> None:
    with pytest.raises(kind, match=f"Azure answered 400 {code}") as raised:
        deploy(with_deployments(scripted(azure_error(400, code)), scripted(NOT_THERE)), ACCOUNT, a_job())
    assert raised.value.step == "3.2"
    assert raised.value.reason.startswith(f"deploying {TUNED}: ")


def test_it_is_waited_for_until_it_is_ready() -> None:
    get = scripted(azures_deployment(), azures_deployment("Accepted"), azures_deployment("succeeded"))
    ready = wait_for_deployment(with_deployments(scripted(), get), ACCOUNT, MADE)
    assert ready == replace(MADE, provisioning_state="succeeded")
    assert len(get.calls) == 3


@pytest.mark.parametrize("state", ["Failed", "Canceled", "Disabled", "Deleting"])
def test_any_other_end_is_undecided(state: str) -> None:
    get = scripted(azures_deployment(state), azures_deployment("Succeeded"))
    with pytest.raises(Undecided, match=f"deployment {NAME}: found {state}, the lab asks for one that is ready") as e:
        wait_for_deployment(with_deployments(scripted(), get), ACCOUNT, MADE)
    assert e.value.step == "3.3"


def test_one_that_is_still_being_made_at_its_deadline_is_undecided() -> None:
    run = with_deployments(scripted(), scripted(azures_deployment()))
    with pytest.raises(Undecided, match=f"deployment {NAME}: still not there after 3600 s; last seen: .*Creating"):
        wait_for_deployment(run, ACCOUNT, MADE)


def test_one_that_answers_404_for_a_while_is_waited_for() -> None:
    get = scripted(*[NOT_THERE] * 4, azures_deployment("Succeeded"))
    assert wait_for_deployment(with_deployments(scripted(), get), ACCOUNT, MADE).provisioning_state == "Succeeded"


def test_one_that_disappears_is_undecided() -> None:
    gone = azure_error(404, "ResourceNotFound")
    get = scripted(azures_deployment(), gone)
    with pytest.raises(Undecided, match="Azure answered 404 ResourceNotFound"):
        wait_for_deployment(with_deployments(scripted(), get), ACCOUNT, MADE)
    assert len(get.calls) == 1 + 5


@pytest.mark.parametrize(
    ("document", "untold"),
    [
        pytest.param({}, "sku.name, sku.capacity, properties.model.name, properties.provisioningState", id="nothing"),
        pytest.param(
            {
                "sku": {"name": "Standard"},
                "properties": {"provisioningState": "Creating", "model": {"format": "OpenAI"}},
            },
            "sku.capacity, properties.model.name",
            id="members-of-members",
        ),
    ],
)
def test_half_a_deployment_is_looked_at_again_and_then_undecided(document: Any, untold: str) -> None:
    half = models.Deployment.deserialize({"name": NAME, **document})
    get = scripted(NOT_THERE, half, azures_deployment())
    assert deploy(with_deployments(scripted(Poller()), get), ACCOUNT, a_job()) == MADE
    with pytest.raises(Undecided, match=f"found no {untold} in Azure's answer"):
        deploy(with_deployments(scripted(Poller()), scripted(NOT_THERE, half)), ACCOUNT, a_job())


def test_what_azure_leaves_out_is_empty() -> None:
    body = models.Deployment.deserialize({"properties": {}})
    assert deployment_from(body) == Deployment("", "", "", "", "", 0, "", "")
