"""What a student is told about each step: what it came to, what was found, what the lab asks for, what to do next."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lab.errors import Outcome
from lab.grading.cells import number
from lab.grading.feedback_words import FeedbackWords
from lab.spec import LabSpec, Language, Section, Step
from lab.verdict import StepResult, Verdict

# Beside each outcome's word, so that neither the sign nor the colour says it alone.
SIGNS: Mapping[Outcome, str] = {"passed": "✓", "failed": "✗", "blocked": "↑", "inconclusive": "?", "skipped": "–"}
ASKS = "the lab asks for "
# Where a message goes on with Python's own account of an error; texts of Azure's or a student's have no line ends here.
TRACEBACK = "Traceback (most recent call last):\n"
# How the reason of a blocked step names the one that it waits for (lab.errors.Blocked).
NOT_TRIED = re.compile(r"not tried, because step (\d+\.\d+) ")


@dataclass(frozen=True)
class Finding:
    """What was found, and what the lab asks for (empty when the finding does not say it apart)."""

    found: str
    asked: str


@dataclass(frozen=True)
class StepPart:
    """One step: `outcome` names the style, `sign` and `word` say it; `next` is empty when there is nothing to do."""

    id: str
    title: str
    outcome: Outcome
    sign: str
    word: str
    points: str
    findings: tuple[Finding, ...]
    remarks: tuple[str, ...]
    next: str


@dataclass(frozen=True)
class SectionPart:
    """One section of the lab and what it is worth."""

    title: str
    points: str
    steps: tuple[StepPart, ...]


@dataclass(frozen=True)
class Telling:
    """What the steps of one verdict are told with."""

    spec: LabSpec
    verdict: Verdict
    language: Language
    words: FeedbackWords

    @property
    def results(self) -> Mapping[str, StepResult]:
        return {result.id: result for result in self.verdict.steps}

    def unchecked(self) -> tuple[Step, ...]:
        """The marked steps that could not be checked, which leave the score open."""
        results = self.results
        found = [step for step in self.spec.steps if step.marked and step.id in results and results[step.id].is_open]
        ids = [step.id for step in found]
        return tuple(step for step in found if waits_for(results[step.id]) not in ids)

    def is_open(self, step: Step) -> bool:
        """Whether a marked step's points are undecided: it could not be checked, or waits for one that was not."""
        unchecked, result = {each.id for each in self.unchecked()}, self.results[step.id]
        return step.marked and (result.is_open or waits_for(result) in unchecked)


def sections_of(telling: Telling) -> tuple[SectionPart, ...]:
    """Every section of the lab with its steps."""
    return tuple(_section(telling, section) for section in telling.spec.sections)


def waits_for(result: StepResult) -> str:
    """The id of the step that a blocked one was not tried for; empty for any other."""
    named = NOT_TRIED.match(result.reason) if result.outcome == "blocked" else None
    return named.group(1) if named else ""


def without_hint(reason: str, step: Step, spec: LabSpec) -> str:
    """A step's reason without the hint that `lab.verdict.judge_run` ends it with, in whatever language."""
    reason = reason.partition(TRACEBACK)[0].rstrip()
    en, ko = spec.words.en, spec.words.ko
    for wording, hint in ((en, step.hint.en), (en, en.try_again), (ko, step.hint.ko), (ko, ko.try_again)):
        ending = wording.next.format(hint=hint)
        if reason.endswith(ending):
            return reason.removesuffix(ending).rstrip(" .")
    return reason


def findings_of(reason: str) -> tuple[Finding, ...]:
    """Each finding of a reason, in which several are joined by semicolons; nothing but the joints is lost."""
    findings: list[Finding] = []
    found: list[str] = []
    for part in reason.split("; "):
        before, asks, asked = part.partition(ASKS)
        if before.strip():
            found.append(before.rstrip(", ") if asks else before)
        if asks:
            findings.append(Finding("; ".join(found), asked))
            found = []
    if found and findings:
        # What comes after what the lab asks for belongs to it, such as a command.
        last = findings.pop()
        findings.append(Finding(last.found, "; ".join([last.asked, *found])))
    elif found:
        findings.append(Finding("; ".join(found), ""))
    return tuple(findings)


def points_of(wording: str, earned: float, points: float, **more: str) -> str:
    """Points as the words put them."""
    return wording.format(earned=number(earned), points=number(points), **more)


def _section(telling: Telling, section: Section) -> SectionPart:
    results, words = telling.results, telling.words
    steps = [step for step in telling.spec.steps if step.section == section.id and step.id in results]
    marked = [step for step in steps if step.marked]
    points = sum(results[step.id].points for step in marked)
    left = sum(results[step.id].points for step in marked if telling.is_open(step))
    wording = (words.points_open if left else words.points_of) if marked else words.unmarked
    return SectionPart(
        title=f"{section.id}. {section.title.in_language(telling.language)}",
        points=points_of(wording, sum(results[step.id].earned for step in marked), points, open=number(left)),
        steps=tuple(_step(telling, step, results[step.id]) for step in steps),
    )


def _step(telling: Telling, step: Step, result: StepResult) -> StepPart:
    # What the reason of a step that was not tried says is told at the step that it waits for.
    told = result.outcome == "skipped" or bool(waits_for(result))
    reason = "" if told else without_hint(result.reason, step, telling.spec)
    return StepPart(
        id=step.id,
        title=step.title.in_language(telling.language),
        outcome=result.outcome,
        sign=SIGNS[result.outcome],
        word=getattr(telling.words, result.outcome),
        points=_points(telling, step, result),
        findings=findings_of(reason),
        remarks=tuple(warning.reason for warning in telling.verdict.warnings if warning.step == step.id),
        next=_next(telling, step, result),
    )


def _points(telling: Telling, step: Step, result: StepResult) -> str:
    words = telling.words
    if not step.marked:
        return words.unmarked
    if telling.is_open(step):
        return words.undecided.format(points=number(result.points))
    return points_of(words.points_of, result.earned, result.points)


def _next(telling: Telling, step: Step, result: StepResult) -> str:
    words, hint = telling.words, step.hint.in_language(telling.language)
    if result.outcome == "passed" or (result.outcome == "skipped" and not step.marked):
        return ""
    if result.outcome == "inconclusive" or telling.is_open(step):
        return words.look_yourself.format(hint=hint)
    earlier = waits_for(result)
    return words.after_earlier.format(step=earlier, hint=hint) if earlier else hint
