"""Errors that say what was found, what was asked for and what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

Outcome = Literal["passed", "failed", "blocked", "inconclusive", "skipped"]


class InputError(Exception):
    """Something given to the suite (a file, an option) cannot be used; every problem is listed.

    Raised before anything is created. `source` names the file or option, `problems` holds one sentence each.
    """

    def __init__(self, source: str, problems: Sequence[str]) -> None:
        self.source = source
        self.problems = tuple(problems)
        super().__init__(source, self.problems)

    def __str__(self) -> str:
        listed = "\n".join(f"  - {problem}" for problem in self.problems)
        return f"{self.source} cannot be used:\n{listed}"


class StepError(Exception):
    """A step of the lab did not come about; `step` is its id, `reason` says what was found and what was asked for."""

    outcome: Outcome = "inconclusive"

    def __init__(self, step: str, reason: str, evidence: Mapping[str, object] | None = None) -> None:
        self.step = step
        self.reason = reason
        self.evidence = dict(evidence or {})
        super().__init__(step, reason)

    def __str__(self) -> str:
        return f"{self.step}: {self.reason}"


class Broken(StepError):
    """The lab is wrong: what it asks for cannot be done or came out otherwise."""

    outcome: Outcome = "failed"


class Undecided(StepError):
    """The step could not be checked: no credentials, no quota here, throttled, network down, or a deadline passed."""

    outcome: Outcome = "inconclusive"


class NoRoom(Undecided):
    """Quota or capacity ran out in this region: another one may have room."""


class Blocked(StepError):
    """The step was not tried because an earlier one did not come about; `cause` is that one's error."""

    outcome: Outcome = "blocked"

    def __init__(self, step: str, cause: StepError) -> None:
        self.cause = cause
        super().__init__(step, f"not tried, because step {cause.step} did not come about: {cause.reason}")


def mismatch(thing: str, found: object, asked: object) -> str:
    """One sentence for a check that failed: the thing, what was found, and what the lab asks for."""
    return f"{shown(thing, 500)}: found {shown(found)}, the lab asks for {shown(asked)}"


def shown(value: object, limit: int = 200) -> str:
    """A value as one short line that is safe on a terminal: control characters escaped, long text cut."""
    text = value if isinstance(value, str) else repr(value)
    line = "".join(char if char.isprintable() else repr(char)[1:-1] for char in text) or "nothing"
    return line if len(line) <= limit else f"{line[:limit]}… ({len(line)} characters)"
