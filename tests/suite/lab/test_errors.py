"""The errors: each says what a person can act on."""

from __future__ import annotations

import pytest

from lab.errors import Blocked, Broken, InputError, Outcome, StepError, Undecided, mismatch, shown


def test_refused_input_lists_all_its_problems() -> None:
    error = InputError("roster.csv", ["row 2: no id", "row 3: no resource_group"])
    assert str(error) == "roster.csv cannot be used:\n  - row 2: no id\n  - row 3: no resource_group"
    assert error.problems == ("row 2: no id", "row 3: no resource_group")


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        pytest.param(Broken("2.5", "x"), "failed", id="broken"),
        pytest.param(Undecided("2.5", "x"), "inconclusive", id="undecided"),
        pytest.param(Blocked("3.2", Broken("2.5", "x")), "blocked", id="blocked"),
    ],
)
def test_each_error_knows_its_outcome(error: StepError, outcome: Outcome) -> None:
    assert error.outcome == outcome


def test_a_steps_error_shows_its_step_first() -> None:
    assert str(Broken("2.5", "the job failed")) == "2.5: the job failed"


def test_evidence_is_a_copy() -> None:
    given = {"status": 400}
    error = Broken("2.5", "x", given)
    given["status"] = 500
    assert error.evidence == {"status": 400}


def test_blocked_names_the_step_and_the_reason_that_stopped_it() -> None:
    cause = Broken("2.5", "the job failed")
    error = Blocked("3.2", cause)
    assert error.step == "3.2"
    assert error.cause is cause
    assert error.reason == "not tried, because step 2.5 did not come about: the job failed"


def test_a_mismatch_names_the_thing_what_was_found_and_what_is_asked_for() -> None:
    assert mismatch("deployment capacity", 10, 5) == "deployment capacity: found 10, the lab asks for 5"


@pytest.mark.parametrize(
    ("value", "line"),
    [
        pytest.param("Hub", "Hub", id="text-as-it-is"),
        pytest.param("허브", "허브", id="korean-as-it-is"),
        pytest.param("", "nothing", id="empty-text"),
        pytest.param(None, "None", id="none"),
        pytest.param(["a"], "['a']", id="list"),
        pytest.param("a\nb\x1b[2J", "a\\nb\\x1b[2J", id="control-characters"),
        pytest.param("x" * 201, "x" * 200 + "… (201 characters)", id="long-text-cut"),
        pytest.param("x" * 200, "x" * 200, id="not-too-long"),
    ],
)
def test_a_value_is_shown_on_one_safe_line(value: object, line: str) -> None:
    assert shown(value) == line
