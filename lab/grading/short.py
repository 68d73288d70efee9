"""A student's result in a line or two, for gradebooks that have room for no more."""

from __future__ import annotations

from collections.abc import Sequence

from lab.grading.assignment import Assignment
from lab.grading.graded import Graded
from lab.grading.text import among_others
from lab.verdict import StepResult

# How many failed steps are told with their reason, and how long a reason may be.
TOLD = 3
LONGEST_REASON = 300


def in_short(graded: Graded, assignment: Assignment) -> str:
    """How many marked steps are done, the first that failed with what to do next, and which others are open."""
    words = assignment.words.short
    results = assignment.results(graded)
    failed = [step for step in results if step.outcome not in ("passed", "blocked")]
    blocked = [step for step in results if step.outcome == "blocked"]
    if not failed and not blocked:
        return words.all_passed
    parts = [words.passed.format(count=len(results) - len(failed) - len(blocked), all=len(results))]
    parts += [
        words.failed.format(step=step.id, title=step.title, reason=among_others(step.reason, LONGEST_REASON))
        for step in failed[:TOLD]
    ]
    if failed[TOLD:]:
        parts.append(words.more_failed.format(steps=_ids(failed[TOLD:])))
    if blocked:
        parts.append(words.blocked.format(steps=_ids(blocked)))
    return " ".join(parts)


def _ids(steps: Sequence[StepResult]) -> str:
    return ", ".join(step.id for step in steps)
