"""The lab in one region after another, until one has room for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from lab.clean_up import delete_group
from lab.errors import Blocked, NoRoom, StepError
from lab.journal import Journal
from lab.progress import showing
from lab.purge import purge_deleted
from lab.run import Run
from lab.stages import STAGES, Around, Stages, closure
from lab.survey import Survey

# Once the deployment is accepted, no quota of the region can stop the lab any more.
MAY_FIND_NO_ROOM = ("account", "training_file", "job", "deployment")
REGION = "region"
ADVICE = "delete deployments, ask for more under Quotas in the portal, or use another subscription"


@dataclass(frozen=True)
class Region:
    """Where an attempt is made: a region's name, and a suffix for the names of all that is made there."""

    name: str
    suffix: str


@dataclass(frozen=True)
class Move:
    """A region that had no room, and what Azure said."""

    region: str
    step: str
    reason: str


def _noted(journal: Journal) -> list[Move]:
    """The regions that this run found full before it was interrupted."""
    return [
        Move(entry.name, entry.details["step"], entry.details["reason"])
        for entry in journal.entries()
        if entry.kind == REGION and entry.event == "full"
    ]


class Attempts:
    """The stages of a run. When quota or capacity runs out, what was made is deleted and the next region is tried.

    Results are given out only by an attempt that stays: a result of a region that is left again would not be true.
    `open_run` makes the run for a region (None: one is chosen by the survey); the same region twice gives it again,
    with clients and a clock of its own. A full region is journalled, so that a resumed run does not try it again.
    """

    def __init__(
        self,
        open_run: Callable[[Region | None], Run],
        new_suffix: Callable[[], str],
        around: Around | None = None,
        *,
        may_move: bool = True,
    ) -> None:
        self._open_run = open_run
        self._new_suffix = new_suffix
        self._around = around
        self._may_move = may_move
        self._wanted: list[str] = []
        self._settled = False
        self._stopped = threading.Event()
        self._run = open_run(None)
        self._full = _noted(self._run.journal)
        self._stages = Stages(self._run, around)

    def start(self, names: Iterable[str]) -> None:
        """Start these stages and what they need, each as soon as its needs are there."""
        self._wanted = list(names)
        self._stages.start(self._wanted)

    def result(self, name: str) -> Any:
        """The result of a stage, waiting for it; raises its `StepError`, or `Blocked` when an earlier stage has one."""
        if name in STAGES and not self._settled:
            self._settle()
        try:
            return self._stages.result(name)
        except StepError as error:
            raise self._with_all_regions(error) from error

    def known(self, name: str) -> Any:
        """The result of a stage that has ended well, else None; waits for nothing."""
        return self._stages.known(name)

    @property
    def moves(self) -> tuple[Move, ...]:
        """The regions that were left for another one; none when none has room, as the error then tells of all."""
        here = self._run.settings.region
        if here is None or here.value in [move.region for move in self._full]:
            return ()
        return tuple(self._full)

    def stop(self) -> None:
        """Stop waiting everywhere and start nothing more; does not wait for what is going on."""
        self._stopped.set()
        self._run.clock.cancel()

    def cancel(self) -> None:
        """Stop waiting everywhere and start nothing more; returns when every stage has ended."""
        self._stages.cancel()
        self._run.clients.close()

    def _settle(self) -> None:
        while self._may_move and (error := self._no_room()) is not None:
            survey: Survey | None = self._stages.known("survey")
            if survey is None:
                break
            if survey.region not in [move.region for move in self._full]:
                self._full.append(Move(survey.region, error.step, error.reason))
                self._run.journal.write("full", REGION, survey.region, step=error.step, reason=error.reason)
            following = self._following(survey)
            if following is None or self._stopped.is_set():
                break
            self._leave(Region(survey.region, self._run.names.suffix), following)
            self._run = self._open_run(Region(following, self._new_suffix()))
            self._stages = Stages(self._run, self._around)
            if self._stopped.is_set():
                self._run.clock.cancel()
            self._stages.start(self._wanted)
        self._settled = True

    def _no_room(self) -> NoRoom | None:
        for name in closure(self._wanted):
            if name in MAY_FIND_NO_ROOM:
                error = self._stages.error(name)
                cause = error.cause if isinstance(error, Blocked) else error
                if isinstance(cause, NoRoom):
                    return cause
        return None

    def _following(self, survey: Survey) -> str | None:
        full = {move.region for move in self._full}
        untried = replace(survey, regions=tuple(found for found in survey.regions if found.region not in full))
        asked = self._run.spec.deployment
        return next(iter(untried.best_regions(asked.sku, asked.capacity)), None)

    def _leave(self, region: Region, following: str) -> None:
        self.cancel()
        leaving = self._open_run(region)
        try:
            with showing(leaving.progress, "5.1", "deleted_group"):
                leaving.progress.noted("5.1", f"{region.name} has no room; next: {following}")
                delete_group(leaving)
            with showing(leaving.progress, "5.2", "purge"):
                purge_deleted(leaving)
        finally:
            leaving.clients.close()

    def _with_all_regions(self, error: StepError) -> StepError:
        cause = error.cause if isinstance(error, Blocked) else error
        if not isinstance(cause, NoRoom) or not self._full:
            return error
        tried = "; ".join(f"{move.region}: {move.reason}" for move in self._full)
        reason = f"no region that was tried has room ({tried}); {ADVICE}"
        everywhere = NoRoom(cause.step, reason, cause.evidence)
        return Blocked(error.step, everywhere) if isinstance(error, Blocked) else everywhere
