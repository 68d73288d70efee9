"""A look at one student's environment: what every find is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from lab.azure_errors import explained, refusal
from lab.clients import Clients
from lab.clock import Clock
from lab.find.known import Known
from lab.pacing import Pacing
from lab.progress import Progress, Unwatched
from lab.spec import LabSpec
from lab.waiting import Wait, retried

T = TypeVar("T")
# How long to pause between two tries of a read, in Azure's seconds, where the server names no time.
EVERY_S = 5.0


@dataclass(frozen=True)
class Look:
    """Where a student's environment is, and what it is read with; `pacing` and `known` are shared by many looks."""

    spec: LabSpec
    clients: Clients
    clock: Clock
    resource_group: str
    pacing: Pacing
    known: Known
    allow_keys: bool = False
    progress: Progress = field(default_factory=Unwatched)

    def wait(self, step: str, what: str, every: float = EVERY_S) -> Wait:
        """A wait with the deadline of one read, whatever the step's own: nothing is being made that could be late."""
        return Wait(step, what, every, self.spec.grading.deadline_s, self.progress)

    def read(self, step: str, what: str, call: Callable[[], T]) -> T:
        """Make one read, again while Azure is busy; raises `Broken` or `Undecided` for the step.

        A right that is not there will not come by waiting, as it does just after a run granted it.
        """

        def once() -> T:
            try:
                return call()
            except Exception as error:
                raise explained(step, what, error) if _has_no_right(error) else error from error

        try:
            return retried(self.wait(step, what), self.clock, once)
        except Exception as error:
            raise explained(step, what, error) from error


def _has_no_right(error: Exception) -> bool:
    answer = refusal(error)
    return answer is not None and answer.code == "PermissionDenied"


@dataclass(frozen=True)
class Seen:
    """What was found: `value` is what the tests see; `identity` tells two environments apart, `made` is in UTC."""

    value: object
    identity: str = ""
    made: datetime | None = None
