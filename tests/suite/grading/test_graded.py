"""The score: points of the marked steps, shares of them, and none at all while something could not be checked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from lab.errors import Outcome
from lab.grading.graded import GRADED, Score, score_of
from lab.spec import STEP_IDS, LabSpec
from lab.verdict import UNREAD, Check, RunFacts, judge_run
from tests.suite.grading.feedback_students import NO_CLEAN_UP
from tests.suite.lab.fakes import the_spec

FACTS = RunFacts("live-1", "live", "s001", "gpt-35-turbo", "swedencentral", "rg-s001", "", "")
SPEC = the_spec()
MARKED = frozenset(step.id for step in SPEC.steps if step.marked)


def scored(checks: Iterable[Check], marked: frozenset[str] = MARKED, spec: LabSpec = SPEC) -> Score:
    """The score when every marked step passed but for those of these checks."""
    given = list(checks)
    others = [Check(step, "passed", "", 1.0) for step in marked - {check.step for check in given}]
    return score_of(judge_run(spec, FACTS, [*others, *given], NO_CLEAN_UP).steps, marked, spec)


def checked(step: str, *outcomes: Outcome, **evidence: Any) -> list[Check]:
    return [Check(step, outcome, f"found {outcome}", 1.0, evidence) for outcome in outcomes]


def test_a_whole_lab() -> None:
    found = scored([])
    assert found == Score(100, 100, GRADED)
    assert found.percent == 100


@pytest.mark.parametrize(
    ("checks", "earned"),
    [
        pytest.param(checked("3.2", "passed", "passed", "failed"), 96, id="two-of-three"),
        pytest.param(checked("3.2", "passed", "failed", "failed", "failed"), 91, id="one-of-four"),
        pytest.param(checked("3.2", "failed"), 88, id="none"),
        pytest.param(checked("3.2", "passed", "blocked"), 94, id="blocked-earns-nothing"),
        pytest.param(checked("2.5", "passed", "passed", "failed"), 97.33, id="a-third-is-rounded"),
        pytest.param([*checked("2.5", "passed", "failed", "failed"), *checked("4.2", "blocked")], 86.67, id="both"),
    ],
)
def test_a_step_earns_a_share_for_each_check_that_passed(checks: list[Check], earned: float) -> None:
    found = scored(checks)
    assert (found.earned, found.maximum, found.status) == (earned, 100, GRADED)
    assert found.percent == earned


def test_thirds_of_many_steps_add_up_to_two_decimals() -> None:
    found = scored(check for step in sorted(MARKED) for check in checked(step, "passed", "failed", "failed"))
    assert found.earned is not None
    assert round(found.earned, 2) == found.earned
    assert abs(found.earned - 100 / 3) < 0.1


def test_a_step_that_is_not_marked_counts_for_nothing() -> None:
    assert scored(checked("5.1", "failed")) == Score(100, 100, GRADED)
    assert scored(checked("5.1", "inconclusive")) == Score(100, 100, GRADED)
    assert scored(checked("1.1", "failed"), MARKED - {"1.1"}) == Score(98, 98, GRADED)


@pytest.mark.parametrize("outcome", ["inconclusive", "skipped"])
def test_what_could_not_be_checked_leaves_the_score_open(outcome: Outcome) -> None:
    found = scored(checked("3.1", outcome))
    assert (found.earned, found.percent, found.maximum) == (None, None, 100)
    assert found.status.startswith("could not be graded: step 3.1: ")


def test_the_status_says_why_and_not_what_to_do() -> None:
    found = scored([*checked("3.1", "inconclusive"), *checked("4.1", "inconclusive"), *checked("4.2", "inconclusive")])
    assert found.status == "could not be graded: step 3.1: found inconclusive; and 2 more"
    assert SPEC.step("3.1").hint.en not in found.status


def test_a_step_no_test_looked_at_leaves_the_score_open() -> None:
    steps = judge_run(SPEC, FACTS, [], NO_CLEAN_UP).steps
    assert score_of(steps, MARKED, SPEC).earned is None


def test_a_failed_step_of_which_not_all_could_be_checked_leaves_the_score_open() -> None:
    unread = checked("1.4", "inconclusive", **{UNREAD: "throttled"})
    found = scored([*checked("1.4", "failed"), *unread])
    assert found == Score(None, 100, "could not be graded: step 1.4: throttled")


def test_what_waits_for_a_step_that_is_not_marked_and_could_not_be_read_leaves_the_score_open() -> None:
    waiting = checked("4.2", "blocked", **{UNREAD: "no role"})
    assert scored([*checked("4.1", "inconclusive"), *waiting], MARKED - {"4.1"}).earned is None
    found = scored([*waiting, *checked("4.3", "inconclusive")])
    assert found.status == "could not be graded: step 4.3: found inconclusive; and 1 more", "the cause comes first"


def test_a_step_that_is_blocked_by_a_failed_one_is_scored() -> None:
    assert scored([*checked("2.4", "failed"), *checked("2.5", "blocked")]).earned == 80


def test_nothing_to_earn_is_no_division_by_zero() -> None:
    free = replace(SPEC, steps=tuple(replace(step, points=0) for step in SPEC.steps))
    found = scored([], spec=free)
    assert (found.earned, found.maximum, found.percent) == (0, 0, None)


def test_every_step_of_the_lab_is_there_to_be_marked() -> None:
    assert set(STEP_IDS) >= MARKED
    assert sum(step.points for step in SPEC.steps if step.id in MARKED) == SPEC.total
