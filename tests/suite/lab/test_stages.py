"""The stages: what each needs, in which order they run, and what becomes of errors and interruptions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from lab import stages as module
from lab.clock import Cancelled, WallClock
from lab.errors import Blocked, Broken, Undecided
from lab.judge import load_judge
from lab.spec import STEP_IDS
from lab.stages import CLEAN_UP, STAGES, Stage, Stages, cassettes, closure
from tests.suite.lab.fakes import a_run, settings_of

DEADLINE = 10.0
Work = Callable[..., Any]


@dataclass
class Bench:
    """Makes stages in place of the lab's, notes which of them ran, and ends every run it began."""

    monkeypatch: pytest.MonkeyPatch
    ran: list[str] = field(default_factory=list)
    begun: list[Stages] = field(default_factory=list)

    def stages(
        self,
        *given: Stage,
        clean_up: tuple[Stage, ...] = (),
        around: Any = None,
        one_after_another: bool = False,
    ) -> Stages:
        self.monkeypatch.setattr(module, "STAGES", {stage.name: self._noted(stage) for stage in given})
        self.monkeypatch.setattr(module, "CLEAN_UP", {stage.name: self._noted(stage) for stage in clean_up})
        run = a_run(clock=WallClock(), settings=settings_of(one_after_another=one_after_another))
        self.begun.append(Stages(run, around))
        return self.begun[-1]

    def _noted(self, stage: Stage) -> Stage:
        def work(*given: Any) -> Any:
            self.ran.append(stage.name)
            return stage.work(*given)

        return replace(stage, work=work)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """Stages in place of the lab's."""
    bench = Bench(monkeypatch)
    yield bench
    for stages in bench.begun:
        stages.cancel()


def a_stage(name: str, *needs: str, work: Work | None = None, step: str = "1.1") -> Stage:
    """A stage whose result is its name and those of its needs, when no other work is given."""
    return Stage(name, step, needs, work or (lambda run, *found: "+".join((*found, name))))


def failing(error: BaseException) -> Work:
    def work(*given: Any) -> Any:
        raise error

    return work


@pytest.fixture(params=[False, True], ids=["side-by-side", "one-after-another"])
def in_turn(request: pytest.FixtureRequest) -> bool:
    """Whether stages run one after another: what holds of both ways is tested of both."""
    return bool(request.param)


def test_a_stage_is_given_the_results_of_its_needs_in_their_order(bench: Bench, in_turn: bool) -> None:
    stages = bench.stages(a_stage("a"), a_stage("b", "a"), a_stage("c", "b", "a"), one_after_another=in_turn)
    assert stages.result("c") == "a+b+a+c"
    assert bench.ran == ["a", "b", "c"]


def test_a_result_is_computed_once(bench: Bench, in_turn: bool) -> None:
    stages = bench.stages(a_stage("a"), a_stage("b", "a"), one_after_another=in_turn)
    stages.start(["b"])
    assert [stages.result("b"), stages.result("a"), stages.result("b")] == ["a+b", "a", "a+b"]
    assert sorted(bench.ran) == ["a", "b"]


def test_an_error_is_kept_and_raised_to_all_who_ask(bench: Bench, in_turn: bool) -> None:
    error = Broken("2.5", "the job failed")
    stages = bench.stages(a_stage("trained", work=failing(error)), one_after_another=in_turn)
    for _ in range(2):
        with pytest.raises(Broken) as raised:
            stages.result("trained")
        assert raised.value is error
    assert bench.ran == ["trained"]


def test_blocked_names_the_first_cause_and_nothing_after_it_is_tried(bench: Bench, in_turn: bool) -> None:
    error = Broken("2.5", "the job failed")
    stages = bench.stages(
        a_stage("trained", work=failing(error), step="2.5"),
        a_stage("deployment", "trained", step="3.2"),
        a_stage("ready", "deployment", step="3.3"),
        one_after_another=in_turn,
    )
    with pytest.raises(Blocked) as raised:
        stages.result("ready")
    assert raised.value.step == "3.3"
    assert raised.value.cause is error
    assert raised.value.reason == "not tried, because step 2.5 did not come about: the job failed"
    assert bench.ran == ["trained"]


def test_any_other_error_becomes_the_steps_own(bench: Bench, in_turn: bool) -> None:
    stages = bench.stages(a_stage("first_prompt", work=failing(KeyError("id")), step="4.2"), one_after_another=in_turn)
    with pytest.raises(Undecided, match="first prompt: Azure's answer cannot be read: found no 'id' in it") as raised:
        stages.result("first_prompt")
    assert raised.value.step == "4.2"


def test_what_can_runs_side_by_side(bench: Bench) -> None:
    meeting = threading.Barrier(2, timeout=DEADLINE)
    stages = bench.stages(
        a_stage("hub", work=lambda run: meeting.wait()), a_stage("account", work=lambda run: meeting.wait())
    )
    stages.start(["hub", "account"])
    assert {stages.result("hub"), stages.result("account")} == {0, 1}


def test_starting_starts_what_is_needed_and_nothing_else(bench: Bench) -> None:
    stages = bench.stages(a_stage("a"), a_stage("b", "a"), a_stage("other"))
    stages.start(["b"])
    stages.settle()
    assert sorted(bench.ran) == ["a", "b"]


def test_one_after_another_everything_runs_when_asked_for_and_in_the_askers_thread(bench: Bench) -> None:
    stages = bench.stages(a_stage("a", work=lambda run: threading.get_ident()), one_after_another=True)
    stages.start(["a"])
    assert bench.ran == []
    assert stages.result("a") == threading.get_ident()


def test_after_an_interruption_nobody_waits_for_ever(bench: Bench) -> None:
    stages = bench.stages(a_stage("a", work=failing(KeyboardInterrupt())), one_after_another=True)
    with pytest.raises(KeyboardInterrupt):
        stages.result("a")
    stages.settle()
    assert stages.known("a") is None


def test_cancelling_stops_those_that_wait_and_those_after_them(bench: Bench) -> None:
    waiting = threading.Event()

    def wait(run: Any) -> None:
        waiting.set()
        run.clock.sleep(3600)

    stages = bench.stages(a_stage("trained", work=wait, step="2.5"), a_stage("deployment", "trained", step="3.2"))
    stages.start(["deployment"])
    assert waiting.wait(DEADLINE)
    stages.cancel()
    with pytest.raises(Undecided, match="trained: the run was interrupted"):
        stages.result("trained")
    with pytest.raises(Blocked, match="the run was interrupted"):
        stages.result("deployment")
    assert bench.ran == ["trained"]


def test_after_cancelling_nothing_new_is_started_even_when_all_it_needs_is_there(bench: Bench) -> None:
    working, told_to_stop = threading.Event(), threading.Event()

    def work(run: Any) -> str:
        working.set()
        with pytest.raises(Cancelled):
            run.clock.sleep(DEADLINE)
        told_to_stop.set()
        return "a"

    stages = bench.stages(a_stage("a", work=work), a_stage("b", "a"))
    stages.start(["b"])
    assert working.wait(DEADLINE)
    stages.cancel()
    assert told_to_stop.is_set()
    assert stages.known("a") == "a"
    assert stages.known("b") is None
    assert bench.ran == ["a"]


def test_a_cancelled_run_can_be_settled_and_looked_at(bench: Bench) -> None:
    waiting = threading.Event()

    def wait(run: Any) -> None:
        waiting.set()
        run.clock.sleep(3600)

    bench.monkeypatch.setattr(module, "ThreadPoolExecutor", lambda **given: ThreadPoolExecutor(max_workers=1))
    stages = bench.stages(a_stage("a", work=wait), a_stage("not_begun"))
    stages.start(["a", "not_begun"])
    assert waiting.wait(DEADLINE)
    stages.cancel()
    stages.settle()
    assert stages.known("a") is None
    assert stages.known("not_begun") is None
    assert bench.ran == ["a"]


def test_what_was_started_has_ended_before_the_clean_up_begins(bench: Bench) -> None:
    asked, deleted = threading.Event(), threading.Event()

    def still_working(run: Any) -> bool:
        asked.wait(DEADLINE)
        return deleted.wait(0.1)

    def delete(run: Any) -> str:
        deleted.set()
        return "gone"

    stages = bench.stages(
        a_stage("trained", work=still_working),
        a_stage("broken", work=failing(Broken("2.2", "retired"))),
        clean_up=(a_stage("deleted_group", work=delete, step="5.1"),),
    )
    stages.start(["trained", "broken"])
    asked.set()
    assert stages.result("deleted_group") == "gone"
    assert stages.known("trained") is False
    assert sorted(bench.ran[:2]) == ["broken", "trained"]
    assert bench.ran[2:] == ["deleted_group"]


def test_known_waits_for_nothing(bench: Bench) -> None:
    release = threading.Event()
    stages = bench.stages(
        a_stage("a", work=lambda run: release.wait(DEADLINE)), a_stage("bad", work=failing(Broken("1.1", "x")))
    )
    assert stages.known("a") is None, "before it was started"
    stages.start(["a", "bad"])
    assert stages.known("a") is None, "while it works"
    release.set()
    stages.settle()
    assert stages.known("a") is True
    assert stages.known("bad") is None, "after an error"


def test_each_stage_is_recorded_under_its_name_but_for_the_silent_ones(bench: Bench, in_turn: bool) -> None:
    inside: list[str] = []

    @contextmanager
    def around(cassette: str) -> Iterator[None]:
        inside.append(cassette)
        yield
        inside.append("end")

    stages = bench.stages(
        a_stage("training_data", work=lambda run: len(inside), step="2.1"),
        a_stage("base_model", "training_data", step="2.2", work=lambda run, found: found),
        around=around,
        one_after_another=in_turn,
    )
    assert stages.result("base_model") == 1
    assert inside == ["section-2/2.1-training-data", "end"]


def test_closure_holds_what_is_needed_each_after_its_needs() -> None:
    assert closure(["resource_group"]) == ["signed_in", "survey", "resource_group"]
    whole = closure(["second_prompt", "metrics", "project"])
    assert len(whole) == len(set(whole))
    assert {"hub", "account", "job", "trained", "ready", "metrics"} <= set(whole)
    for position, name in enumerate(whole):
        assert set(STAGES[name].needs) <= set(whole[:position]), name


def test_closure_leaves_out_the_clean_up_and_what_is_no_stage() -> None:
    assert closure(["deleted_group", "tmp_path"]) == []


def test_every_stage_belongs_to_a_step_and_needs_only_stages_before_it() -> None:
    known: set[str] = set()
    for stage in (*STAGES.values(), *CLEAN_UP.values()):
        assert stage.step in STEP_IDS
        assert set(stage.needs) <= known, stage.name
        known.add(stage.name)


def test_every_recording_has_a_name_of_its_own_in_its_section() -> None:
    names = cassettes()
    assert len(set(names)) == len(names)
    assert "section-2/2.5-trained" in names
    assert names[-1] == "section-5/5.2-purge"
    assert not [name for name in names if "base-model" in name], "nothing is asked of Azure there"


def test_what_can_be_done_meanwhile_runs_beside_its_stage(bench: Bench) -> None:
    begun = threading.Event()
    waiting = a_stage("hub", work=lambda *_: begun.wait(DEADLINE))
    assert bench.stages(replace(waiting, meanwhile=begun.set)).result("hub") is True


def test_nothing_runs_meanwhile_in_a_replay(bench: Bench) -> None:
    begun = threading.Event()
    stages = bench.stages(replace(a_stage("hub"), meanwhile=begun.set), one_after_another=True)
    assert (stages.result("hub"), begun.is_set()) == ("hub", False)


def test_a_stage_does_not_fail_with_what_runs_meanwhile(bench: Bench) -> None:
    stages = bench.stages(replace(a_stage("hub"), meanwhile=failing(OSError("unreadable"))))
    assert stages.result("hub") == "hub"


def test_the_judge_is_loaded_while_the_job_trains() -> None:
    assert STAGES["trained"].meanwhile is load_judge
