"""One run of the lab: what every stage is given beside the results of the stages before it; and what any call needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from lab.clients import Clients
from lab.clock import Clock
from lab.journal import Journal
from lab.names import Names
from lab.pacing import Pacing
from lab.progress import Progress, Unwatched
from lab.settings import Settings
from lab.spec import LabSpec
from lab.waiting import Wait


class Caller(Protocol):
    """What a call to Azure needs of whoever makes it: a run that builds the lab, or a look at what is there."""

    @property
    def spec(self) -> LabSpec: ...

    @property
    def clients(self) -> Clients: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def progress(self) -> Progress: ...

    @property
    def pacing(self) -> Pacing: ...

    def wait(self, step: str, what: str, every: float) -> Wait: ...


@dataclass(frozen=True)
class Run:
    """The lab's specification, and the settings, names, clients, clock and journal of this run of it.

    `progress` is told how far the run is; `pacing` holds its chat requests to the deployment's rate.
    """

    spec: LabSpec
    settings: Settings
    names: Names
    clients: Clients
    clock: Clock
    journal: Journal
    progress: Progress = field(default_factory=Unwatched)
    pacing: Pacing = field(default_factory=Pacing)

    def wait(self, step: str, what: str, every: float) -> Wait:
        """A wait of a step, with the deadline that the lab's specification gives it (Azure's seconds)."""
        return Wait(step, what, every, self.spec.step(step).deadline_s, self.progress)
