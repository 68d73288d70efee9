"""The verdict of a run: what each step came to, and whether the lab works."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from lab.clean_up import CleanUp
from lab.errors import Outcome
from lab.spec import LabSpec, Language

VERSION = 1
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
    """A step as the verdict reports it; `earned` of `points`, `seconds` spent in its checks."""

    id: str
    title: str
    outcome: Outcome
    reason: str
    seconds: float
    points: int
    earned: int
    evidence: Mapping[str, Any]


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


def judge_run(
    spec: LabSpec,
    facts: RunFacts,
    checks: Iterable[Check],
    clean_up: CleanUp,
    language: Language = "en",
    found_before: Iterable[Finding] = (),
) -> Verdict:
    """The verdict over all checks of a run; a step that no check looked at is `skipped`.

    `found_before` are warnings from before the run: one that a check repeats is told once.
    """
    found = list(checks)
    steps = tuple(
        _step_result(spec, step.id, [check for check in found if check.step == step.id], language)
        for step in spec.steps
    )
    told = (Finding(check.step, reason) for check in found for reason in check.warnings)
    warnings = dict.fromkeys([*found_before, *told])
    return Verdict(facts, conclude([step.outcome for step in steps]), steps, tuple(warnings), clean_up)


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
    reason = "; ".join(reasons) or ("no check of this step was run" if outcome == "skipped" else "")
    if outcome in ("failed", "inconclusive"):
        reason = f"{reason.rstrip('.')}. Next: {step.hint.in_language(language)}"
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
        earned=step.points if outcome == "passed" else 0,
        evidence=evidence,
    )
