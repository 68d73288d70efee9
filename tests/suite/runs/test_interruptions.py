"""Whatever ends a run, its resource group is deleted and its verdict written."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest

from tests.suite.runs.conftest import Project, RunningEmulator

pytestmark = pytest.mark.server

# Slow enough that the stage is still going when the signal comes: training takes 33 minutes of Azure's time.
SPEED = ("--speed", "300")


@pytest.mark.parametrize(
    ("number", "method", "path"),
    [
        pytest.param(signal.SIGINT, "POST", "/openai/fine_tuning/jobs", id="ctrl-c-while-training"),
        pytest.param(signal.SIGTERM, "PUT", "/deployments/", id="sigterm-while-deploying"),
        pytest.param(signal.SIGTERM, "PUT", "/resourcegroups/", id="sigterm-while-building"),
    ],
)
@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one-process", "two-workers"])
def test_a_signal_leaves_nothing_behind(
    project: Project,
    start_emulator: Callable[..., RunningEmulator],
    number: signal.Signals,
    method: str,
    path: str,
    workers: tuple[str, ...],
) -> None:
    emulator = start_emulator(*SPEED)
    process = project.start(*workers, *emulator.arguments, **emulator.environment)
    emulator.wait_for(method, path)
    # Ctrl-C reaches every process of the terminal's group, a SIGTERM only the one it is sent to.
    (os.killpg if number == signal.SIGINT else os.kill)(process.pid, number)
    run = project.ended(process)
    assert run.code == 2, run.output
    assert emulator.is_empty(), run.output
    assert run.verdict is not None, run.output
    assert run.verdict["verdict"] == "inconclusive"
    assert run.verdict["clean_up"] == {"deleted": True, "purged": True, "left": []}


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
