"""Which of several is looked at: the one that is most like what the lab asks for."""

from __future__ import annotations

from typing import Any

import pytest

from lab.find.environment import find_all
from lab.find.look import Seen
from tests.suite.find.environments import (
    ACCOUNT_ID,
    GROUP_ID,
    HUB_ID,
    Environment,
    a_connection,
    a_deployment,
    a_file,
    a_job,
    a_workspace,
    an_account,
    look_at,
)
from tests.suite.lab.fakes import TUNED

OTHERS = f"gpt-35-turbo-0125.ft-{'1' * 32}-other"


def found(name: str, **there: Any) -> Any:
    """What a find comes to in an environment of which these parts are otherwise."""
    outcome = find_all(look_at(Environment(**there)))[name]
    assert isinstance(outcome, Seen), outcome
    return outcome.value


def a_project(name: str = "project-1", **changes: Any) -> dict[str, Any]:
    return a_workspace(name, "Project", **{"hub": HUB_ID, **changes})


FAILED: dict[str, Any] = {"properties": {"provisioningState": "Failed"}}
LATER: dict[str, Any] = {"systemData": {"createdAt": "2024-11-15T09:00:00Z"}}


@pytest.mark.parametrize(
    "other",
    [
        pytest.param([a_workspace("other", **FAILED, **LATER)], id="failed"),
        pytest.param([a_workspace("other", properties={"provisioningState": "Creating"})], id="half-finished"),
        pytest.param([a_workspace("other", location="westeurope", **LATER)], id="elsewhere"),
        pytest.param([a_workspace("other", kind="Default", **LATER)], id="no-hub"),
        pytest.param([a_workspace("other", **LATER)], id="without-a-project"),
        pytest.param([a_workspace("other", systemData={})], id="of-no-known-time"),
    ],
)
@pytest.mark.parametrize("first", [True, False], ids=["listed-first", "listed-last"])
def test_the_hub(other: list[dict[str, Any]], first: bool) -> None:
    mine = [a_workspace(), a_project()]
    assert found("hub", workspaces=other + mine if first else mine + other).name == "hub-1"


def test_of_two_good_hubs_the_newest() -> None:
    assert found("hub", workspaces=[a_workspace(), a_workspace("newer", **LATER)]).name == "newer"


def test_a_workspace_that_is_no_hub_is_looked_at_where_there_is_nothing_else() -> None:
    assert found("hub", workspaces=[a_workspace(kind="Default"), a_project()]).kind == "Default"


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(a_project("other", hub=f"{GROUP_ID}/providers/x/another", **LATER), id="of-another-hub"),
        pytest.param(a_project("other", **FAILED, **LATER), id="failed"),
        pytest.param(a_project("other", systemData={"createdAt": "2024-11-13T09:00:00Z"}), id="older"),
    ],
)
def test_the_project(other: dict[str, Any]) -> None:
    assert found("project", workspaces=[a_workspace(), other, a_project(hub=HUB_ID.upper())]).name == "project-1"


@pytest.mark.parametrize("kind", ["OpenAI", "AIServices", "aiservices"])
def test_the_account_that_the_hub_is_connected_to(kind: str) -> None:
    accounts = [an_account("other"), an_account("speech", "SpeechServices"), an_account(kind=kind)]
    connected = [
        a_connection("to-search", "CognitiveSearch", f"{GROUP_ID}/s"),
        a_connection(account=ACCOUNT_ID.upper()),
    ]
    assert found("account", accounts=accounts, connections=connected).name == "aoai-1"


def test_a_search_connection_leads_to_no_account() -> None:
    accounts = [an_account("other", state="Failed"), an_account()]
    to_other = a_connection("search", "CognitiveSearch", accounts[0].id)
    assert found("account", accounts=accounts, connections=[to_other]).name == "aoai-1"


@pytest.mark.parametrize("order", [1, -1])
def test_without_a_connection_the_account_with_the_tuned_model(order: int) -> None:
    accounts = [an_account("empty"), an_account("base"), an_account("failed", state="Failed"), an_account("tuned")]
    deployed = {"empty": [], "base": [a_deployment(model="gpt-4o")], "tuned": [a_deployment()], "failed": []}
    assert found("account", accounts=accounts[::order], connections=[], deployments=deployed).name == "tuned"


def test_deployments_are_not_asked_for_where_there_is_nothing_to_choose() -> None:
    there = Environment(accounts=[an_account("other"), an_account()])
    find_all(look_at(there))
    assert there.asked.count("deployments of aoai-1") == 1
    assert "deployments of other" not in there.asked


@pytest.mark.parametrize(
    ("connections", "name"),
    [
        pytest.param([a_connection("other", account="/x"), a_connection("mine")], "mine", id="to-the-account"),
        pytest.param([a_connection("other", account="/x")], "other", id="to-another-account"),
        pytest.param([a_connection("search", "AzureAISearch", ACCOUNT_ID)], None, id="to-search-alone"),
        pytest.param([], None, id="none"),
    ],
)
def test_the_connection(connections: list[dict[str, Any]], name: str | None) -> None:
    seen = found("connections", connections=connections)
    assert (seen.made and seen.made.name) == name
    assert len(seen.all) == len(connections)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"status": "failed", "fine_tuned_model": None, "created_at": 1731589999}, id="newer-and-failed"),
        pytest.param({"status": "cancelled", "created_at": 1731589999}, id="cancelled"),
        pytest.param({"status": "running", "created_at": 1731589999}, id="running"),
        pytest.param({"fine_tuned_model": OTHERS, "created_at": 1731589999}, id="newer-but-not-deployed"),
        pytest.param({"created_at": 1731500000}, id="older"),
        pytest.param({"suffix": "other", "created_at": 1731589999}, id="with-another-suffix"),
        pytest.param({"validation_file": "file-2", "created_at": 1731589999}, id="with-validation"),
    ],
)
@pytest.mark.parametrize("order", [1, -1])
def test_the_job(other: dict[str, Any], order: int) -> None:
    assert found("best_job", jobs=[a_job("ftjob-other", **other), a_job()][::order]).id == "ftjob-1"


def test_of_jobs_without_an_end_the_one_that_is_going_on() -> None:
    jobs = [a_job("ftjob-2", status="failed"), a_job(status="running", created_at=1)]
    assert found("best_job", jobs=jobs).id == "ftjob-1"


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(a_deployment("other", "gpt-4o", created="2024-11-15T09:00:00Z"), id="base-model"),
        pytest.param(a_deployment("other", OTHERS, created="2024-11-15T09:00:00Z"), id="of-another-job"),
        pytest.param(a_deployment("other", state="Failed", created="2024-11-15T09:00:00Z"), id="failed"),
        pytest.param(a_deployment("other", capacity=1), id="other-capacity"),
        pytest.param(a_deployment("other", created="2024-11-13T09:00:00Z"), id="older"),
    ],
)
@pytest.mark.parametrize("order", [1, -1])
def test_the_deployment(other: Any, order: int) -> None:
    assert found("deployment", deployments=[other, a_deployment(model=TUNED.upper())][::order]).name == "ft-travel"


def test_without_a_job_any_tuned_model_is_looked_at() -> None:
    deployments = [a_deployment("base", "gpt-4o"), a_deployment("tuned", OTHERS)]
    assert found("deployment", jobs=[], deployments=deployments).name == "tuned"


@pytest.mark.parametrize(
    ("files", "name"),
    [
        pytest.param([a_file("file-2", created_at=1731590000), a_file()], "file-1", id="the-jobs-own"),
        pytest.param([a_file("file-2"), a_file("file-3", created_at=1731590000)], "file-3", id="its-own-is-gone"),
        pytest.param([a_file("file-result", purpose="fine-tune-results"), a_file()], "file-1", id="results-are-none"),
        pytest.param([a_file("file-2", created_at=None), a_file("file-3")], "file-3", id="of-no-known-time"),
    ],
)
def test_the_training_file(files: list[Any], name: str) -> None:
    contents = {"file-1": b"", "file-2": b"", "file-3": b"", "file-result": b"step,train_loss\n1,2\n"}
    assert found("training_file", files=files, contents=contents).id == name
