"""What is held against a run under a scenario, with verdicts made by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lab.spec import STEP_IDS
from tests.suite.projects import Run
from tests.suite.scenarios.catalogue import Case, Expected
from tests.suite.scenarios.judged import problems

CASE = Case(Path("a.toml"), "a", "A breaks", "by design", Expected("broken", "2.4", "found b"))
WELL = {"deleted": True, "purged": True, "left": []}


def a_run(code: int = 1, clean_up: dict[str, Any] | None = None, group: str = "rg-1", **steps: tuple[str, str]) -> Run:
    """A run whose steps passed but for those given as `s2_4=(outcome, reason)`."""
    found = {name[1:].replace("_", "."): value for name, value in steps.items()}
    rows = [
        dict(zip(("outcome", "reason"), found.get(step, ("passed", "")), strict=True), id=step) for step in STEP_IDS
    ]
    outcomes = [row["outcome"] for row in rows]
    verdict = "broken" if "failed" in outcomes else "works" if set(outcomes) == {"passed"} else "inconclusive"
    return Run(code, "", {"verdict": verdict, "steps": rows, "clean_up": clean_up or WELL, "resource_group": group})


FAILED = ("failed", "model: found b, the lab asks for c. Next: choose c")
BLOCKED = ("blocked", "not tried, because step 2.4 did not come about: found b")


def test_a_run_as_expected_has_no_problems() -> None:
    assert problems(CASE, a_run(s2_4=FAILED, s2_5=BLOCKED, s3_1=BLOCKED)) == []


@pytest.mark.parametrize(
    ("run", "found"),
    [
        pytest.param(Run(3, "", None), "no verdict was written; exit code 3", id="no-verdict"),
        pytest.param(a_run(0), "verdict: found works, expected broken", id="verdict"),
        pytest.param(a_run(10, s2_4=FAILED), "exit code: found 10, expected 1 for broken", id="exit-code"),
        pytest.param(a_run(s2_3=FAILED), "first step not passed: found 2.3, expected 2.4", id="step"),
        pytest.param(
            a_run(10, s2_4=("inconclusive", "Next: found b")), "found inconclusive, expected failed", id="kind"
        ),
        pytest.param(a_run(s2_4=("failed", "found d. Next: e")), "reason: found 'found d. Next: e'", id="reason"),
        pytest.param(a_run(s2_4=("failed", "found b")), "found no next thing to do", id="no-advice"),
        pytest.param(
            a_run(s2_4=FAILED, s2_5=FAILED), "step 2.5: found failed because of 2.4, expected blocked", id="cascade"
        ),
        pytest.param(a_run(s2_4=FAILED, s3_1=("blocked", "so")), "step 3.1: found blocked by none of 2.4", id="cause"),
        pytest.param(a_run(s2_4=FAILED, s5_2=("skipped", "")), "step 5.2: found skipped", id="skipped"),
        pytest.param(
            a_run(s2_4=("failed", "found b: KeyError: 'c'. Next: d")), "step 2.4: found KeyError", id="unreadable"
        ),
        pytest.param(
            a_run(clean_up={**WELL, "left": ["resource group rg-1"]}, s2_4=FAILED), "clean-up: found", id="left"
        ),
    ],
)
def test_what_is_otherwise_is_told(run: Run, found: str) -> None:
    assert any(found in problem for problem in problems(CASE, run))


def test_a_rule_that_was_applied_to_no_answer_is_told() -> None:
    line = "scenario a: rule 2 (GET */completion) matched no request"
    assert problems(CASE, replace(a_run(s2_4=FAILED), output=f"19 steps\n{line}\n1 failed")) == [line]


def test_where_nothing_was_made_nothing_is_cleaned_up() -> None:
    nothing = {"deleted": False, "purged": False, "left": []}
    assert problems(CASE, a_run(clean_up=nothing, group="", s2_4=FAILED)) == []
