"""One student's grade, as every output of a grading run takes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from lab.build.chat import Conversation
from lab.grading.feedback_steps import without_hint
from lab.grading.roster import Student
from lab.spec import LabSpec
from lab.verdict import UNREAD, StepResult, Verdict

GRADED = "graded"
NOT_GRADED = "could not be graded"


@dataclass(frozen=True)
class Score:
    """The points earned of `maximum`; `earned` is None when a marked step could not be checked: `status` says why."""

    earned: float | None
    maximum: int
    status: str

    @property
    def percent(self) -> float | None:
        """The share of the points in per cent, to two decimals; None without a score."""
        return None if self.earned is None or not self.maximum else round(100 * self.earned / self.maximum, 2)


@dataclass(frozen=True)
class Flag:
    """Something for the grader to look at, which changes no mark and is not shown to students."""

    kind: Literal["shared", "early", "late", "data"]
    reason: str


@dataclass(frozen=True)
class Graded:
    """A student of the roster, the verdict on the environment, the score, the chat and what was flagged."""

    student: Student
    verdict: Verdict
    score: Score
    conversations: tuple[Conversation, ...] = ()
    flags: tuple[Flag, ...] = ()


def score_of(steps: Iterable[StepResult], marked: frozenset[str], spec: LabSpec) -> Score:
    """Add up the points of the marked steps; one of which not all could be checked costs none: the score stays open."""
    counted = [step for step in steps if step.id in marked]
    maximum = sum(step.points for step in counted)
    open_steps = [step for step in counted if step.is_open]
    # What the others are blocked by says most; it is not among them when its own step is not marked.
    open_steps.sort(key=lambda step: step.outcome == "blocked")
    if open_steps:
        first = open_steps[0]
        reason = str(first.evidence.get(UNREAD) or without_hint(first.reason, spec.step(first.id), spec))
        others = len(open_steps) - 1
        more = f"; and {others} more" if others else ""
        return Score(None, maximum, f"{NOT_GRADED}: step {first.id}: {reason}{more}")
    return Score(round(sum(step.earned for step in counted), 2), maximum, GRADED)
