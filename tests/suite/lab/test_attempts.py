"""One region after another: when quota or capacity runs out, what was made is deleted and the next one is tried."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from lab import attempts as module
from lab import stages as stages_module
from lab.attempts import Attempts, Move, Region
from lab.clock import Cancelled, WallClock
from lab.errors import Blocked, Broken, NoRoom, StepError, Undecided
from lab.quota import Quota
from lab.run import Run
from lab.settings import Setting
from lab.stages import Stage
from lab.survey import ModelVersion, RegionModels, Survey
from tests.suite.lab.fakes import STARTED, a_run, settings_of

FIRST = "eastus2"
WANTED = ("survey", "account", "job", "deployment", "ready")
DEADLINE = 10.0


def a_region(name: str, left: int | None = 5, *, able: bool = True) -> RegionModels:
    """A region with so much quota left (None: not known)."""
    version = ModelVersion("0125", True, able, None, None, (), "")
    return RegionModels(name, (version,), quota=None if left is None else Quota("tuned", 5, 5 - left))


@dataclass
class Place:
    """Regions in which the lab's stages run, at first in `first`; `full` says which stage finds no room in which."""

    regions: tuple[RegionModels, ...]
    full: Mapping[str, StepError] = field(default_factory=dict)
    first: str = FIRST
    journal: Path | None = None
    opened: list[Run] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    leaving: Callable[[Run], None] = lambda run: None

    def open_run(self, region: Region | None) -> Run:
        chosen = None if region is None else Setting(region.name, "a test")
        settings = settings_of(suffix=region.suffix if region else "suffix00", region=chosen)
        clients = {"close": lambda: self.closed.append(settings.suffix)}
        run = a_run(clients, settings=settings, clock=WallClock(), journal=self.journal)
        self.opened.append(run)
        return run

    def delete(self, run: Run) -> None:
        run.clock.checkpoint()
        self.leaving(run)
        self.left.append(run.names.suffix)

    def survey(self, run: Run) -> Survey:
        chosen = run.settings.region.value if run.settings.region else self.first
        return Survey("gpt-35-turbo", STARTED, chosen, self.regions)

    def work(self, name: str, step: str) -> Callable[..., Any]:
        def made(run: Run, found: Survey, *others: Any) -> Any:
            error = self.full.get(found.region)
            if error is not None and error.step == step:
                raise error
            return f"{name} in {found.region}"

        return made

    def stages(self) -> dict[str, Stage]:
        steps = {"account": "1.4", "job": "2.4", "deployment": "3.2", "ready": "3.3"}
        made = [Stage("survey", "2.2", (), self.survey)]
        for before, (name, step) in zip(("", *steps), steps.items(), strict=False):
            needs = ("survey", before) if before else ("survey",)
            made.append(Stage(name, step, needs, self.work(name, step)))
        return {stage.name: stage for stage in made}


Start = Callable[..., tuple[Place, Attempts]]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts the lab's stages in such places."""
    begun: list[Attempts] = []

    def begin(
        *regions: RegionModels,
        may_move: bool = True,
        first: str = FIRST,
        journal: Path | None = None,
        **full: StepError,
    ) -> tuple[Place, Attempts]:
        place = Place(regions, full, first, journal)
        for name in (module, stages_module):
            monkeypatch.setattr(name, "STAGES", place.stages())
        monkeypatch.setattr(module, "delete_group", place.delete)
        monkeypatch.setattr(module, "purge_deleted", lambda run: None)
        numbers = count(1)
        attempts = Attempts(place.open_run, lambda: f"suffix{next(numbers):02}", may_move=may_move)
        attempts.start(WANTED)
        begun.append(attempts)
        return place, attempts

    yield begin
    for attempts in begun:
        attempts.cancel()


def full(step: str, reason: str = "Azure answered 400 InsufficientQuota") -> NoRoom:
    return NoRoom(step, reason)


@pytest.mark.parametrize("step", ["1.4", "2.4", "3.2"])
def test_the_next_region_is_tried_and_what_was_made_is_deleted_first(start: Start, step: str) -> None:
    place, attempts = start(a_region(FIRST), a_region("swedencentral"), eastus2=full(step))
    assert attempts.result("ready") == "ready in swedencentral"
    assert place.left == ["suffix00"]
    assert attempts.moves == (Move(FIRST, step, "Azure answered 400 InsufficientQuota"),)


def test_a_result_is_given_only_by_the_attempt_that_stays(start: Start) -> None:
    _, attempts = start(a_region(FIRST), a_region("swedencentral"), eastus2=full("3.2"))
    assert attempts.result("account") == "account in swedencentral"
    assert attempts.known("survey").region == "swedencentral"


def test_a_region_with_room_is_tried_before_one_without_and_none_twice(start: Start) -> None:
    regions = (
        a_region(FIRST),
        a_region("northcentralus", left=0),
        a_region("swedencentral"),
        a_region("unknown", None),
    )
    place, attempts = start(*regions, **{region.region: full("3.2", region.region) for region in regions})
    with pytest.raises(NoRoom) as raised:
        attempts.result("deployment")
    tried = [move.region for move in attempts._full]
    assert tried == [FIRST, "swedencentral", "unknown", "northcentralus"]
    assert place.left == ["suffix00", "suffix01", "suffix02"], "the last one is left to the clean-up"
    assert raised.value.reason == (
        "no region that was tried has room (eastus2: eastus2; swedencentral: swedencentral; unknown: unknown; "
        "northcentralus: northcentralus); delete deployments, ask for more under Quotas in the portal, or use another "
        "subscription"
    )
    assert attempts.moves == (), "the reason tells of them all"


def test_a_region_that_cannot_fine_tune_is_never_tried(start: Start) -> None:
    regions = (a_region(FIRST), a_region("switzerlandnorth", able=False))
    place, attempts = start(*regions, eastus2=full("3.2"))
    with pytest.raises(NoRoom, match=r"no region that was tried has room \(eastus2: "):
        attempts.result("deployment")
    assert place.left == []


def test_a_region_that_was_full_before_an_interruption_is_not_tried_again(start: Start, tmp_path: Path) -> None:
    regions = (a_region(FIRST), a_region("swedencentral"), a_region("northcentralus"))
    journal = tmp_path / "run.jsonl"
    _, attempts = start(*regions, journal=journal, eastus2=full("3.2", "none left"))
    attempts.result("ready")
    none_either = full("3.2", "none either")
    _, resumed = start(*regions, first="swedencentral", journal=journal, swedencentral=none_either)
    assert resumed.result("ready") == "ready in northcentralus"
    assert resumed.moves == (Move(FIRST, "3.2", "none left"), Move("swedencentral", "3.2", "none either"))
    assert attempts.moves == resumed.moves[:1]


def test_what_comes_after_it_is_blocked_for_the_same_reason(start: Start) -> None:
    _, attempts = start(a_region(FIRST), eastus2=full("3.2", "full"))
    with pytest.raises(Blocked) as raised:
        attempts.result("ready")
    assert raised.value.step == "3.3"
    assert raised.value.cause.step == "3.2"
    assert "no region that was tried has room (eastus2: full)" in raised.value.reason


def test_where_the_region_is_given_nothing_else_is_tried(start: Start) -> None:
    place, attempts = start(a_region(FIRST), a_region("swedencentral"), may_move=False, eastus2=full("3.2", "full"))
    with pytest.raises(NoRoom) as raised:
        attempts.result("deployment")
    assert raised.value.reason == "full"
    assert (place.left, attempts.moves) == ([], ())


@pytest.mark.parametrize("error", [Broken("3.2", "retired"), Undecided("3.2", "throttled")], ids=["broken", "other"])
def test_no_other_error_moves_the_lab(start: Start, error: StepError) -> None:
    place, attempts = start(a_region(FIRST), a_region("swedencentral"), eastus2=error)
    with pytest.raises(type(error)) as raised:
        attempts.result("deployment")
    assert raised.value is error
    assert place.left == []


def test_the_region_is_left_with_clients_and_a_clock_of_their_own(start: Start) -> None:
    place, attempts = start(a_region(FIRST), a_region("swedencentral"), eastus2=full("1.4"))
    attempts.result("ready")
    first, leaving, second = place.opened
    assert (first.names, leaving.names) == (leaving.names, first.names)
    assert second.names != first.names
    with pytest.raises(Cancelled):
        first.clock.checkpoint()
    leaving.clock.checkpoint()
    assert place.closed == ["suffix00", "suffix00"]


def test_a_region_that_cannot_be_left_stops_the_lab_and_is_tried_again_when_asked_again(start: Start) -> None:
    place, attempts = start(a_region(FIRST), a_region("swedencentral"), eastus2=full("3.2"))
    problems = [Undecided("5.1", "locked")]

    def once(run: Run) -> None:
        if problems:
            raise problems.pop()

    place.leaving = once
    with pytest.raises(Undecided, match="locked"):
        attempts.result("deployment")
    assert attempts.result("deployment") == "deployment in swedencentral"
    assert len(attempts.moves) == 1


def test_an_interruption_while_a_region_is_left_ends_everything(start: Start) -> None:
    place, attempts = start(a_region(FIRST), a_region("swedencentral"), eastus2=full("3.2"))

    def interrupted(run: Run) -> None:
        raise KeyboardInterrupt

    place.leaving = interrupted
    with pytest.raises(KeyboardInterrupt):
        attempts.result("deployment")
    ended = threading.Thread(target=attempts.cancel)
    ended.start()
    ended.join(DEADLINE)
    assert not ended.is_alive()
    assert len(place.opened) == 2, "nothing was begun in the next region"


def test_after_a_stop_nothing_is_moved_and_nothing_new_is_begun(start: Start) -> None:
    place, attempts = start(a_region(FIRST), a_region("swedencentral"), eastus2=full("3.2"))
    attempts.stop()
    with pytest.raises(StepError):
        attempts.result("deployment")
    assert (place.left, len(place.opened)) == ([], 1)


def test_a_stop_while_a_region_is_left_begins_nothing_in_the_next_one(start: Start) -> None:
    place, attempts = start(a_region(FIRST), a_region("swedencentral"), eastus2=full("3.2"))
    place.leaving = lambda run: attempts.stop()
    with pytest.raises(StepError, match="the run was interrupted"):
        attempts.result("deployment")
    assert place.left == ["suffix00"]
