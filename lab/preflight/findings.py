"""What a preflight found, and what that says of the lab."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from lab.errors import Broken, StepError
from lab.prices import Cost
from lab.sign_in import SignIn
from lab.spec import Text
from lab.verdict import Conclusion

Level = Literal["ok", "warning", "problem"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. A problem stands in the way of a run; with `breaks` it is the lab that is wrong."""

    level: Level
    step: str
    reason: str
    breaks: bool = False


def ok(step: str, reason: str) -> Finding:
    """What is as it should be."""
    return Finding("ok", step, reason)


def warning(step: str, reason: str) -> Finding:
    """What does not stop a student."""
    return Finding("warning", step, reason)


def problem(step: str, reason: str) -> Finding:
    """What keeps this account, subscription or moment from checking the lab."""
    return Finding("problem", step, reason)


def from_error(error: StepError) -> Finding:
    """The error of a step: a problem, and the lab's own when the error says so."""
    return Finding("problem", error.step, error.reason, breaks=isinstance(error, Broken))


@dataclass(frozen=True)
class RegionRow:
    """What one region offers of the model, in thousands of tokens a minute for quotas; None where it is not known."""

    region: Text
    can_fine_tune: bool | None = None
    can_deploy: bool | None = None
    version: str = ""
    training_until: datetime | None = None
    retires: datetime | None = None
    quota_left: int | None = None
    quota_limit: int | None = None


@dataclass(frozen=True)
class Preflight:
    """Everything that was found; `who` is None without a sign-in, `cost` None where it cannot be estimated.

    `today` is Azure's own date, None as long as Azure was not asked; `charged` is false on the emulator.
    """

    model: str
    findings: tuple[Finding, ...]
    who: SignIn | None = None
    today: datetime | None = None
    regions: tuple[RegionRow, ...] = ()
    cost: Cost | None = None
    charged: bool = True

    @property
    def problems(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.level == "problem")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.level == "warning")

    @property
    def conclusion(self) -> Conclusion:
        """Broken when the lab is wrong, inconclusive when anything else stands in the way, else works."""
        if any(finding.breaks for finding in self.problems):
            return "broken"
        return "inconclusive" if self.problems else "works"

    def rewritten(self, text: Callable[[str], str]) -> Preflight:
        """The same with every reason put through a function, such as one that takes out ids."""
        findings = tuple(replace(finding, reason=text(finding.reason)) for finding in self.findings)
        return replace(self, findings=findings)
