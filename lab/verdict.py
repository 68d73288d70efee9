"""The verdict of a run: what each step came to, and whether the lab works."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

from lab.clean_up import CleanUp
from lab.errors import Outcome
from lab.spec import CLEAN_UP_SECTION, STEP_IDS, LabSpec, Language

VERSION = 1
UNREAD = "unread"
"""The member of a check's evidence that says what could not be read for it: a grading run leaves its points open."""
Conclusion = Literal["works", "broken", "inconclusive"]

# The worst check of a step decides its outcome.
WORST_FIRST: tuple[Outcome, ...] = ("failed", "inconclusive", "blocked", "skipped", "passed")


@dataclass(frozen=True)
class Check:
    """What one test found about a step; `evidence` holds what Azure showed, `warnings` what does not stop a student."""

    step: str
    outcome: Outcome
    reason: str
    seconds: float
    evidence: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class StepResult:
    """A step as the verdict reports it; `earned` of `points`, a share of them for each check that passed."""

    id: str
    title: str
    outcome: Outcome
    reason: str
    seconds: float
    points: int
    earned: float
    evidence: Mapping[str, Any]

    @property
    def is_open(self) -> bool:
        """Whether not all of its checks could be made, whatever the others say; so nothing is known of its points."""
        return self.outcome in ("inconclusive", "skipped") or UNREAD in self.evidence


@dataclass(frozen=True)
class Finding:
    """A finding that does not stop a student."""

    step: str
    reason: str


@dataclass(frozen=True)
class RunFacts:
    """What is known of a run beside its steps; texts are empty while unknown, times are ISO 8601 in UTC."""

    run: str
    mode: str
    environment: str
    model: str
    region: str
    resource_group: str
    started: str
    finished: str


@dataclass(frozen=True)
class Verdict:
    """Everything that `verdict.json` holds."""

    facts: RunFacts
    verdict: Conclusion
    steps: tuple[StepResult, ...]
    warnings: tuple[Finding, ...]
    clean_up: CleanUp

    def as_json(self) -> dict[str, Any]:
        """The verdict in the form of schema version 1."""
        facts = asdict(self.facts)
        return {
            "version": VERSION,
            **{name: facts[name] for name in ("run", "mode", "environment")},
            "verdict": self.verdict,
            **{name: facts[name] for name in ("model", "region", "resource_group", "started", "finished")},
            "steps": [asdict(step) for step in self.steps],
            "warnings": [asdict(warning) for warning in self.warnings],
            "clean_up": {**asdict(self.clean_up), "left": list(self.clean_up.left)},
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Verdict:
        """The verdict that `as_json` gave; raises `KeyError`, `TypeError` or `ValueError` for anything else."""
        if document["version"] != VERSION:
            raise ValueError(f"version {document['version']}")
        return cls(
            facts=RunFacts(**{each.name: document[each.name] for each in fields(RunFacts)}),
            verdict=document["verdict"],
            steps=tuple(StepResult(**step) for step in document["steps"]),
            warnings=tuple(Finding(**warning) for warning in document["warnings"]),
            clean_up=CleanUp(**{**document["clean_up"], "left": tuple(document["clean_up"]["left"])}),
        )


def judge_run(
    spec: LabSpec,
    facts: RunFacts,
    checks: Iterable[Check],
    clean_up: CleanUp,
    language: Language = "en",
    found_before: Iterable[Finding] = (),
    decisive: Collection[str] = STEP_IDS,
) -> Verdict:
    """The verdict over all checks of a run; a step that no check looked at is `skipped`.

    `found_before` are warnings from before the run: one that a check repeats is told once. Only `decisive` steps
    decide whether the lab works.
    """
    found = list(checks)
    steps = tuple(
        _step_result(spec, step.id, [check for check in found if check.step == step.id], language)
        for step in spec.steps
    )
    told = (Finding(check.step, reason) for check in found for reason in check.warnings)
    warnings = dict.fromkeys([*found_before, *told])
    conclusion = conclude([step.outcome for step in steps if step.id in decisive])
    return Verdict(facts, conclusion, steps, tuple(warnings), clean_up)


def conclude(outcomes: Sequence[Outcome]) -> Conclusion:
    """Broken when anything failed, works when everything passed, else inconclusive."""
    if "failed" in outcomes:
        return "broken"
    return "works" if outcomes and all(outcome == "passed" for outcome in outcomes) else "inconclusive"


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The outcome that decides when there are several; `skipped` when there are none."""
    found = set(outcomes)
    return next((outcome for outcome in WORST_FIRST if outcome in found), "skipped")


def _step_result(spec: LabSpec, step_id: str, checks: list[Check], language: Language) -> StepResult:
    step = spec.step(step_id)
    outcome = worst(check.outcome for check in checks)
    reasons = dict.fromkeys(check.reason for check in checks if check.outcome == outcome and check.reason)
    words = spec.words.in_language(language)
    reason = "; ".join(reasons) or (words.not_checked if outcome == "skipped" else "")
    if outcome in ("failed", "inconclusive"):
        # The hint says what to change in the lab, which an inconclusive step does not show to be wrong; but how to
        # delete what may be left must be told whatever the reason.
        use_hint = outcome == "failed" or step.section == CLEAN_UP_SECTION
        hint = step.hint.in_language(language) if use_hint else words.try_again
        reason = f"{reason.rstrip('.')}. {words.next.format(hint=hint)}"
    evidence: dict[str, Any] = {}
    for check in checks:
        evidence.update(check.evidence)
    return StepResult(
        id=step_id,
        title=step.title.in_language(language),
        outcome=outcome,
        reason=reason,
        seconds=round(sum(check.seconds for check in checks), 3),
        points=step.points,
        earned=_share(step.points, sum(check.outcome == "passed" for check in checks), len(checks)),
        evidence=evidence,
    )


def _share(points: int, passed: int, checks: int) -> float:
    """The points for the checks that passed, to two decimals; a whole number where it is one."""
    earned = round(points * passed / checks, 2) if checks else 0
    return int(earned) if earned == int(earned) else earned
