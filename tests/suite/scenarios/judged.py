"""Whether a run of the lab under a scenario said what the scenario expects, and nothing beyond it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from fixtures.checks import steps_before
from fixtures.finish import EXIT
from tests.suite.projects import Run
from tests.suite.scenarios.catalogue import Case

# What a person cannot act on: the name of a Python error in the place of what was found and what was expected.
UNREADABLE = re.compile(
    r"\b(KeyError|AttributeError|TypeError|ValueError|IndexError|AssertionError|ValidationError: \d+ validation|"
    r"DeserializationError|Traceback|NoneType|object at 0x)"
)
# What a run tells of a rule that was applied to no answer: the scenario brings about less than it says.
IDLE_RULE = re.compile(r"^scenario \S+: rule .*$", re.MULTILINE)
CLEAN = {"deleted": True, "purged": True, "left": []}


def problems(case: Case, run: Run) -> list[str]:
    """What is not as the scenario expects; empty when all is."""
    if run.verdict is None:
        return [f"no verdict was written; exit code {run.code}"]
    return [
        *_verdict(case, run, run.verdict),
        *_first(case, run.verdict),
        *_later(run.verdict),
        *_clean_up(case, run.verdict),
        *IDLE_RULE.findall(run.output),
    ]


def first_not_passed(verdict: dict[str, Any]) -> dict[str, Any] | None:
    """The first step, in the lab's order, that is not passed."""
    return next((step for step in verdict["steps"] if step["outcome"] != "passed"), None)


def _verdict(case: Case, run: Run, verdict: dict[str, Any]) -> Iterator[str]:
    if verdict["verdict"] != case.expected.verdict:
        yield f"verdict: found {verdict['verdict']}, expected {case.expected.verdict}"
    # A run that works and leaves something behind is not well either.
    asked = EXIT[verdict["verdict"]] or (10 if verdict["clean_up"]["left"] else 0)
    if run.code != asked:
        yield f"exit code: found {run.code}, expected {asked} for {verdict['verdict']}"


def _first(case: Case, verdict: dict[str, Any]) -> Iterator[str]:
    first, expected = first_not_passed(verdict), case.expected
    found = first["id"] if first else None
    if found != expected.step:
        yield f"first step not passed: found {found}, expected {expected.step}"
    if first is None:
        return
    outcome = {"broken": "failed", "inconclusive": "inconclusive"}.get(expected.verdict)
    if outcome and first["outcome"] != outcome:
        yield f"step {first['id']}: found {first['outcome']}, expected {outcome}"
    if expected.reason not in first["reason"]:
        yield f"reason: found {first['reason']!r}, expected {expected.reason!r} in it"


def _later(verdict: dict[str, Any]) -> Iterator[str]:
    """One reason and no cascade: what depends on a step that did not come about is blocked, and says by which."""
    causes = [step["id"] for step in verdict["steps"] if step["outcome"] in ("failed", "inconclusive")]
    for step in verdict["steps"]:
        if step["outcome"] in ("failed", "inconclusive"):
            before = sorted(steps_before(step["id"]) & set(causes))
            if before:
                yield f"step {step['id']}: found {step['outcome']} because of {before[0]}, expected blocked"
            if "Next: " not in step["reason"]:
                yield f"step {step['id']}: found no next thing to do in {step['reason']!r}"
        elif step["outcome"] == "blocked":
            if not any(f"step {cause} " in step["reason"] for cause in causes):
                yield f"step {step['id']}: found blocked by none of {', '.join(causes)}: {step['reason']!r}"
        elif step["outcome"] != "passed":
            yield f"step {step['id']}: found {step['outcome']}, expected passed, failed, blocked or inconclusive"
        if unreadable := UNREADABLE.search(step["reason"]):
            yield f"step {step['id']}: found {unreadable[0]} in its reason, expected words: {step['reason']!r}"


def _clean_up(case: Case, verdict: dict[str, Any]) -> Iterator[str]:
    made_nothing = not verdict["resource_group"]
    is_about_clean_up = (case.expected.step or "").startswith("5.")
    if not made_nothing and not is_about_clean_up and verdict["clean_up"] != CLEAN:
        yield f"clean-up: found {verdict['clean_up']}, expected {CLEAN}"
