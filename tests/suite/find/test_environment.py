"""What is missing fails its step, what cannot be read costs nothing, and what waits for either is blocked by it."""

from __future__ import annotations

from typing import Any

import pytest

from lab.errors import Blocked, Broken, Undecided
from lab.find.environment import FINDS, find_all
from lab.find.known import Known
from lab.find.look import Seen
from tests.suite.find.environments import (
    ACCOUNT_ID,
    DATA,
    DROPPED,
    NO_RIGHT,
    NO_ROLE,
    OTHER,
    TRAVEL,
    Environment,
    a_connection,
    a_deployment,
    a_job,
    a_workspace,
    an_account,
    error,
    look,
    look_at,
    seen,
    sleeps,
)
from tests.suite.lab.azure_answers import azure_error, openai_error
from tests.suite.lab.fakes import TUNED
from tests.suite.lab.offers import a_model

NO_GROUP = azure_error(404, "ResourceGroupNotFound")
NO_SUBSCRIPTION = azure_error(404, "SubscriptionNotFound")
MODEL = "fine-tuning gpt-35-turbo in swedencentral"


def test_an_environment_as_the_lab_asks_for_is_found_whole() -> None:
    found = look()
    assert list(found) == [find.name for find in FINDS]
    assert not [outcome for outcome in found.values() if not isinstance(outcome, Seen)]


@pytest.mark.parametrize(
    ("there", "name", "step", "words"),
    [
        pytest.param({"group": NO_GROUP}, "resource_group", "1.2", "rg-s001: found none of this name", id="group"),
        pytest.param({"workspaces": []}, "hub", "1.3", "found no hub, the lab asks for one", id="hub"),
        pytest.param({"workspaces": [a_workspace()]}, "project", "1.6", "found no project, the lab", id="project"),
        pytest.param({"accounts": []}, "account", "1.4", "found no account, the lab asks for an Azure", id="account"),
        pytest.param({"accounts": [an_account(kind="Face")]}, "account", "1.4", "found no account", id="other-kind"),
        pytest.param({"jobs": []}, "job", "2.4", "aoai-1: found no fine-tuning job, the lab asks for one", id="job"),
        pytest.param({"files": []}, "training_file", "2.3", "found no training file", id="file"),
        pytest.param({"deployments": []}, "deployment", "3.2", "found no deployment", id="deployment"),
        pytest.param(
            {"deployments": [a_deployment(state="Failed")]}, "ready", "3.3", "ft-travel: found Failed, the", id="ready"
        ),
        pytest.param(
            {"jobs": [a_job(status="running")]}, "trained", "2.5", "found running, the lab asks for one", id="running"
        ),
        pytest.param({"jobs": [a_job(result_files=[])]}, "metrics", "3.1", "found no result file", id="metrics"),
        pytest.param(
            {"contents": {"file-1": DATA, "file-result": openai_error(404, "notFound")}},
            "metrics",
            "3.1",
            "result file file-result: found none of this name any more",
            id="result-file-deleted",
        ),
        pytest.param({"jobs": [], "models": []}, "base_model", "2.2", f"{MODEL}: found no version for it", id="model"),
        pytest.param(
            {"jobs": [], "models": [a_model(capabilities={"fineTune": "false"})]}, "base_model", "2.2", MODEL, id="tune"
        ),
    ],
)
def test_what_is_missing_fails_its_step(there: dict[str, Any], name: str, step: str, words: str) -> None:
    found = error(name, **there)
    assert (type(found), found.step) == (Broken, step)
    assert words in found.reason


@pytest.mark.parametrize(
    "refused",
    [
        pytest.param(NO_RIGHT, id="403"),
        pytest.param(azure_error(403), id="403-without-a-body"),
        pytest.param(azure_error(429, "TooManyRequests"), id="429"),
        pytest.param(azure_error(500, "InternalServerError"), id="500"),
        pytest.param(azure_error(503), id="503"),
        pytest.param(DROPPED, id="dropped"),
        pytest.param(RuntimeError("of our own"), id="unforeseen"),
    ],
)
@pytest.mark.parametrize(
    ("part", "names", "step"),
    [
        pytest.param("subscription", ["signed_in"], "1.1", id="subscription"),
        pytest.param("group", ["resource_group"], "1.2", id="group"),
        pytest.param("workspaces", ["workspaces", "hub"], "1.3", id="workspaces"),
        pytest.param("connections", ["listed_connections", "connections"], "1.4", id="connections"),
        pytest.param("accounts", ["account"], "1.4", id="accounts"),
        pytest.param("deployments", ["deployments", "deployment"], "3.2", id="deployments"),
        pytest.param("jobs", ["jobs", "best_job", "job"], "2.4", id="jobs"),
        pytest.param("files", ["training_file"], "2.3", id="files"),
        pytest.param("answers", ["playground"], "4.1", id="answers"),
    ],
)
def test_what_cannot_be_read_is_undecided(part: str, names: list[str], step: str, refused: Exception) -> None:
    found = look(**{part: refused})
    for name in names:
        outcome = found[name]
        assert isinstance(outcome, Undecided), (name, outcome)
        assert outcome.step == step
    assert not [outcome for outcome in found.values() if isinstance(outcome, Broken)], "nothing is missing"


@pytest.mark.parametrize("part", ["jobs", "files", "answers"])
def test_a_missing_role_is_not_waited_for(part: str) -> None:
    changed: dict[str, Any] = {part: NO_ROLE}
    there = Environment(**changed)
    ours = look_at(there)
    found = find_all(ours)
    assert sleeps(ours) == []
    assert there.asked.count("answer" if part == "answers" else part) == 1
    (refused,) = {outcome.reason for outcome in found.values() if isinstance(outcome, Undecided)}
    assert "Azure answered 401 PermissionDenied: lacks the required data action" in refused


def test_what_passes_by_itself_is_waited_for() -> None:
    tries = iter([azure_error(503), DROPPED, azure_error(429, headers={"Retry-After": "17"})])
    ours = look_at(Environment(accounts=lambda: next(tries, [an_account()])))
    assert isinstance(find_all(ours)["account"], Seen)
    assert sleeps(ours)[2] == 17


@pytest.mark.parametrize(
    "token", [openai_error(401, "ExpiredAuthenticationToken"), openai_error(404, "DeploymentNotFound")]
)
def test_a_token_that_ran_out_and_a_deployment_just_made_are_waited_for(token: Exception) -> None:
    tries = iter([token])
    assert seen("playground", answers=lambda: next(tries, [TRAVEL])).replies[0].text == TRAVEL


def test_a_subscription_that_is_not_there_is_nobodys_missing_group() -> None:
    found = look(group=NO_SUBSCRIPTION, subscription=NO_SUBSCRIPTION)
    outcome = found["resource_group"]
    assert isinstance(outcome, Undecided)
    assert "SubscriptionNotFound" in outcome.reason
    assert {type(one) for one in found.values()} == {Undecided, Blocked}


def test_what_waits_for_something_is_blocked_by_its_cause() -> None:
    found = look(group=NO_GROUP)
    for find in FINDS[2:]:
        outcome = found[find.name]
        assert isinstance(outcome, Blocked), find.name
        assert (outcome.step, outcome.cause.step) == (find.step, "1.2")
        assert "step 1.2 did not come about" in outcome.reason


def test_only_what_needs_it_is_blocked() -> None:
    found = look(jobs=NO_ROLE)
    blocked = {name: outcome.cause for name, outcome in found.items() if isinstance(outcome, Blocked)}
    assert list(blocked) == ["base_model", "trained", "metrics"]
    assert {cause.step for cause in blocked.values()} == {"2.4"}
    assert isinstance(found["deployment"], Seen), "a tuned model is known by its name"
    assert isinstance(found["second_prompt"], Seen)


def test_a_list_without_its_rows_is_no_empty_list() -> None:
    for part, name in (("jobs", "jobs"), ("files", "training_file")):
        outcome = error(name, **{part: lambda: None})
        assert isinstance(outcome, Undecided)
        assert "found no data in a list" in outcome.reason


def test_a_job_that_lacks_what_every_job_has_is_asked_for_again() -> None:
    tries = iter([[a_job(status=None)]])
    assert seen("job", jobs=lambda: next(tries, [a_job()])).status == "succeeded"


def test_what_would_only_have_helped_is_done_without() -> None:
    assert seen("account", connections=NO_RIGHT).name == "aoai-1"
    assert seen("connections", accounts=[]).made.name == "aoai"
    assert seen("best_job", deployments=NO_RIGHT).id == "ftjob-1"
    assert seen("base_model", models=NO_RIGHT).version == "0125"
    assert seen("training_file", jobs=NO_ROLE).id == "file-1"
    assert seen("deployment", jobs=[]).model == TUNED


@pytest.mark.parametrize(
    ("answers", "asked", "about_travel"),
    [
        pytest.param([TRAVEL], 2, True, id="two-of-two"),
        pytest.param([OTHER], 2, False, id="two-others"),
        pytest.param([TRAVEL, OTHER, TRAVEL], 3, True, id="the-third-decides"),
        pytest.param([OTHER, TRAVEL, OTHER], 3, False, id="the-third-decides-against"),
    ],
)
def test_the_model_is_asked_until_the_majority_is_known(answers: list[str], asked: int, about_travel: bool) -> None:
    there = Environment(answers=[*answers[:asked], *answers])
    found = find_all(look_at(there))
    first, second = found["first_prompt"], found["second_prompt"]
    assert isinstance(first, Seen)
    assert isinstance(second, Seen)
    assert (len(first.value.replies), first.value.about_travel) == (asked, about_travel)  # type: ignore[attr-defined]
    assert (len(second.value.replies), second.value.about_travel) == (asked, about_travel)  # type: ignore[attr-defined]
    assert there.asked.count("answer") == 2 * asked, "the playground's answer is one of the first question's"


def test_an_answer_that_the_filter_took_away_fails_the_step() -> None:
    outcome = error("playground", answers=openai_error(400, "content_filter"))
    assert (type(outcome), outcome.step) == (Broken, "4.1")


def test_what_tells_two_environments_apart_and_when_each_thing_was_made() -> None:
    found = {name: one for name, one in look().items() if isinstance(one, Seen)}
    assert found["account"].identity == ACCOUNT_ID
    assert found["job"].identity == f"{ACCOUNT_ID}/ftjob-1"
    assert found["deployment"].identity == f"{ACCOUNT_ID}/deployments/ft-travel"
    made = {name: f"{one.made:%d %H:%M:%S}" for name, one in found.items() if one.made}
    assert made == {
        "hub": "14 09:00:00",
        "project": "14 09:00:00",
        "account": "14 10:00:00",
        "training_file": "14 10:43:20",
        "job": "14 11:00:00",
        "deployment": "14 13:00:00",
    }, "the end of a job is not among them, since the service changes it later"


def test_a_key_is_used_only_when_it_may_be() -> None:
    there = Environment()
    find_all(look_at(there))
    assert "keys" not in there.asked
    find_all(look_at(there, allow_keys=True))
    assert "used not-a-real-key for https://aoai-1.openai.azure.com/" in there.asked


def test_where_the_key_cannot_be_had_a_role_may_do() -> None:
    found = find_all(look_at(Environment(keys=NO_RIGHT), allow_keys=True))
    assert isinstance(found["second_prompt"], Seen)


def test_what_is_the_same_for_all_is_read_once() -> None:
    known, there = Known(), Environment()
    for _ in range(3):
        find_all(look_at(there, known=known))
    assert there.asked.count("subscription") == 1
    assert there.asked.count("models of aoai-1") == 1
    assert there.asked.count("group") == 3


def test_an_account_of_another_group_counts_when_the_hub_is_connected_to_it() -> None:
    identity = ACCOUNT_ID.replace("rg-s001", "rg-class")
    connection = a_connection(account=identity)
    there = Environment(accounts=[], connections=[connection], elsewhere=an_account(id=identity))
    outcome = find_all(look_at(there))["account"]
    assert isinstance(outcome, Seen)
    assert outcome.identity == identity
    assert "account aoai-1 of rg-class" in there.asked


def test_a_connected_account_that_is_gone_is_missing_and_one_that_may_not_be_read_is_not() -> None:
    connection = a_connection(account=ACCOUNT_ID.replace("rg-s001", "rg-class"))
    gone = Environment(accounts=[], connections=[connection], elsewhere=azure_error(404, "ResourceNotFound"))
    assert isinstance(find_all(look_at(gone))["account"], Broken)
    closed = Environment(accounts=[], connections=[connection], elsewhere=NO_RIGHT)
    assert isinstance(find_all(look_at(closed))["account"], Undecided)
