"""Whatever ends a run, at whatever stage, nothing is left behind and what is written is true.

A cell of the matrix is a way to be interrupted, a stage, and one process or two workers. A few cells run each time; all
of them with `pytest -m slow`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest

from lab.spec import STEP_IDS
from tests.suite.projects import PATIENCE, Project, Run
from tests.suite.running import RunningEmulator
from tests.suite.runs.azure_calls import made
from tests.suite.runs.plants import LATE, LEFT_OPEN, LOST, SWEPT_AT_ONCE

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(os.name == "nt", reason="Windows sends no such signals"),
]


@dataclass(frozen=True)
class Stage:
    """A stage, and the request by which it is known to have been reached."""

    name: str
    method: str
    path: str


STAGES = (
    Stage("preflight", "GET", "/subscriptions/"),
    Stage("group", "PUT", "/resourcegroups/"),
    Stage("hub", "PUT", "/workspaces/hub-"),
    Stage("upload", "POST", "/openai/files"),
    Stage("training", "POST", "/fine_tuning/jobs"),
    Stage("deployment", "PUT", "/deployments/"),
    Stage("chat", "POST", "/chat/completions"),
    Stage("clean-up", "DELETE", "/resourcegroups/"),
)
SIGNALS = ("ctrl-c", "ctrl-c-twice", "ctrl-c-thrice", "sigterm")
KILLS = ("kill-and-sweep", "kill-and-resume")
WORKERS = {"one-process": (), "two-workers": ("-n", "2")}
# A run each of the ways, each stage twice or so: the cells that every plain `pytest` tries.
EACH_TIME = {
    ("ctrl-c", "training", "one-process"),
    ("ctrl-c-twice", "hub", "two-workers"),
    ("ctrl-c-thrice", "clean-up", "one-process"),
    ("sigterm", "group", "one-process"),
    ("sigterm", "deployment", "two-workers"),
    ("worker-kill", "upload", "two-workers"),
    ("kill-and-sweep", "training", "two-workers"),
    ("kill-and-resume", "training", "one-process"),
}


def cells(
    *ways: str, stages: tuple[Stage, ...] = STAGES, workers: tuple[str, ...] = tuple(WORKERS)
) -> list[pytest.ParameterSet]:
    """All cells of these ways; those that are not tried each time are marked as slow."""
    return [
        pytest.param(
            way,
            stage,
            WORKERS[processes],
            id=f"{way}-{stage.name}-{processes}",
            marks=() if (way, stage.name, processes) in EACH_TIME else pytest.mark.slow,
        )
        for way, stage, processes in product(ways, stages, workers)
    ]


@dataclass(frozen=True)
class Cell:
    """A run that has reached the stage at which it is to be interrupted."""

    project: Project
    emulator: RunningEmulator
    process: subprocess.Popen[str]

    def send(self, number: signal.Signals) -> None:
        """Ctrl-C reaches every process of the terminal's group, any other signal only the one it is sent to."""
        (os.killpg if number == signal.SIGINT else os.kill)(self.process.pid, number)

    def wait_for_clean_up(self) -> None:
        """Poll until the run has begun to delete, or has ended because it had nothing to delete."""
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None and not any(verb == "DELETE" for verb, _, _ in self.emulator.requests()):
            assert time.monotonic() < deadline, "the run neither cleaned up nor ended"
            time.sleep(0.02)

    def workers(self) -> list[int]:
        """The ids of the run's worker processes. The one that builds the lab is first: it has loaded Azure's SDKs."""
        command = ["ps", "-A", "-o", "rss=,pid=,ppid="]
        listed = subprocess.run(command, text=True, capture_output=True, check=True).stdout
        rows = [tuple(map(int, line.split())) for line in listed.splitlines()]
        return [child for _, child, parent in sorted(rows, reverse=True) if parent == self.process.pid]

    def run(self, *arguments: str) -> Run:
        """Another run of the same project, after this one was killed."""
        return self.project.run(*arguments, *self.emulator.arguments, **self.emulator.environment)


Reach = Callable[[Stage, tuple[str, ...]], Cell]


@pytest.fixture
def reach(project: Project, start_emulator: Callable[..., RunningEmulator], tmp_path: Path) -> Reach:
    """Start a run and wait until it has reached a stage."""

    def reached(stage: Stage, workers: tuple[str, ...]) -> Cell:
        scenario = tmp_path / "late.toml"
        scenario.write_text(LATE)
        emulator = start_emulator("--scenario", str(scenario))
        process = project.start(*workers, *emulator.arguments, **emulator.environment)
        emulator.wait_for(stage.method, stage.path)
        return Cell(project, emulator, process)

    return reached


def check_the_verdict(run: Run, cell: Cell) -> None:
    """Nothing is left, and the verdict says what became of the run and no more."""
    assert cell.emulator.is_empty(), run.output
    assert run.verdict is not None, run.output
    built = made(cell.emulator)["group"] > 0
    assert run.verdict["verdict"] == "inconclusive"
    assert run.verdict["clean_up"] == {"deleted": built, "purged": built, "left": []}
    assert bool(run.verdict["resource_group"]) == built
    assert set(run.outcomes().values()) <= {"passed", "inconclusive", "blocked", "skipped"}, run.outcomes()


@pytest.mark.parametrize(("way", "stage", "workers"), cells(*SIGNALS))
def test_a_signal_leaves_nothing_behind(way: str, stage: Stage, workers: tuple[str, ...], reach: Reach) -> None:
    cell = reach(stage, workers)
    cell.send(signal.SIGTERM if way == "sigterm" else signal.SIGINT)
    if way == "ctrl-c-twice":
        cell.wait_for_clean_up()
    for _ in range({"ctrl-c-twice": 1, "ctrl-c-thrice": 2}.get(way, 0)):
        if cell.process.poll() is None:
            cell.send(signal.SIGINT)
    run = cell.project.ended(cell.process)
    assert run.code == 2, run.output
    check_the_verdict(run, cell)


@pytest.mark.parametrize(("way", "stage", "workers"), cells("worker-kill", stages=STAGES[1:], workers=("two-workers",)))
def test_a_worker_that_is_killed_leaves_nothing_behind(
    way: str, stage: Stage, workers: tuple[str, ...], reach: Reach
) -> None:
    cell = reach(stage, workers)
    os.kill(cell.workers()[0], signal.SIGKILL)
    run = cell.project.ended(cell.process)
    assert run.code == 10, run.output
    check_the_verdict(run, cell)
    assert any("crashed while running" in step["reason"] for step in run.verdict["steps"]) if run.verdict else False
    assert max(made(cell.emulator).values()) == 1, "the worker in its place goes on with what is there"


@pytest.mark.parametrize(("way", "stage", "workers"), cells("kill-and-sweep"))
def test_after_a_kill_the_sweep_deletes_what_is_left(
    way: str, stage: Stage, workers: tuple[str, ...], reach: Reach, project: Project
) -> None:
    with (project.root / "conftest.py").open("a") as conftest:
        conftest.write(SWEPT_AT_ONCE)
    cell = reach(stage, workers)
    killed = kill(cell)
    swept = cell.run("--sweep", "--yes")
    assert swept.code == 0, killed.output + swept.output
    assert cell.emulator.is_empty(), swept.output
    assert killed.verdict is None
    assert "unfinished" not in cell.run("--sweep").output


@pytest.mark.parametrize(("way", "stage", "workers"), cells("kill-and-resume"))
def test_after_a_kill_the_run_is_resumed_and_makes_nothing_twice(
    way: str, stage: Stage, workers: tuple[str, ...], reach: Reach
) -> None:
    cell = reach(stage, workers)
    kill(cell)
    (journal,) = (cell.project.root / ".lab" / "runs").iterdir()
    resumed = cell.run("--resume", journal.stem, *workers)
    assert cell.emulator.is_empty(), resumed.output
    if stage.name == "preflight":
        assert resumed.code == 4, resumed.output
        assert "found nothing to go on with" in resumed.output
    elif stage.name == "clean-up":
        assert resumed.code == 10, resumed.output
        assert "this run began to delete it" in resumed.step("1.2")["reason"]
        check_the_verdict(resumed, cell)
    else:
        assert resumed.code == 0, resumed.output
        assert resumed.outcomes() == dict.fromkeys(STEP_IDS, "passed")
        assert set(made(cell.emulator).values()) == {1}, made(cell.emulator)


def kill(cell: Cell) -> Run:
    """Kill the controlling process as a power cut would; its workers end by themselves."""
    workers = cell.workers()
    os.kill(cell.process.pid, signal.SIGKILL)
    run = cell.project.ended(cell.process)
    deadline = time.monotonic() + PATIENCE
    while any(alive(worker) for worker in workers):
        assert time.monotonic() < deadline, "a worker outlived its controller"
        time.sleep(0.02)
    return run


def alive(process: int) -> bool:
    """Whether a process is there that is not a zombie."""
    found = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], text=True, capture_output=True, check=False)
    return bool(found.stdout.strip()) and not found.stdout.strip().startswith("Z")


def test_an_interruption_that_python_loses_ends_the_run_all_the_same(
    project: Project, start_emulator: Callable[..., RunningEmulator]
) -> None:
    with (project.root / "conftest.py").open("a") as conftest:
        conftest.write(LOST)
    emulator = start_emulator()
    run = project.run(*emulator.arguments, **emulator.environment)
    assert run.code == 2, run.output
    assert run.verdict is not None
    assert run.verdict["verdict"] == "inconclusive"
    assert run.outcomes()["1.1"] in ("inconclusive", "passed")
    assert run.outcomes()["4.2"] == run.outcomes()["5.1"] == "skipped"
    assert emulator.is_empty()


def test_what_an_interruption_leaves_open_is_no_failure(
    project: Project, start_emulator: Callable[..., RunningEmulator]
) -> None:
    with (project.root / "conftest.py").open("a") as conftest:
        conftest.write(LEFT_OPEN)
    emulator = start_emulator()
    run = project.run(*emulator.arguments, **emulator.environment)
    assert run.code == 2, run.output
    assert "Traceback" not in run.output


def test_a_failing_test_leaves_nothing_behind(project: Project, start_emulator: Callable[..., RunningEmulator]) -> None:
    path = project.root / "tests" / "lab" / "test_2_fine_tuning.py"
    path.write_text(path.read_text().replace('assert status == "processed"', 'assert status == "other"'))
    emulator = start_emulator()
    run = project.run("-x", *emulator.arguments, **emulator.environment)
    assert run.code == 1, run.output
    assert run.step("2.3")["outcome"] == "failed"
    assert run.outcomes()["5.1"] == "skipped"
    assert emulator.is_empty()
    assert run.verdict is not None
    assert run.verdict["clean_up"] == {"deleted": True, "purged": True, "left": []}
