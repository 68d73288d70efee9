"""A grading run that is killed or interrupted half way goes on with `--resume`, and ends as if nothing had happened.

A kill and a Ctrl-C run each time; every way with one process and with two by `pytest -m slow`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.suite.grading_runs.reports import Report
from tests.suite.projects import PATIENCE, Project, Run
from tests.suite.running import RunningEmulator

pytestmark = [
    pytest.mark.server,
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="Windows sends no such signals"),
]

STUDENTS = 12
MISTAKES = {
    "s03": '{ resource = "deployment", path = "sku.capacity", value = 10 }',
    "s04": '{ resource = "job", path = "suffix", value = "mine" }',
    "s08": '{ resource = "hub", value = "absent" }',
    "s11": '{ resource = "deployment", value = "absent" }',
}
# The models of every other student take their time, so that a run can be met half way; one group may not be read.
SLOW = "".join(
    f'[[rule]]\nwhen = {{ path = "/_account/oai-s{n:02}/*/chat/completions" }}\nthen = {{ delay_s = 1000 }}\n'
    for n in range(2, STUDENTS + 1, 2)
)
TROUBLE = f"""
id = "slow"
title = "Some models are slow, and a group may not be read"
source = "by design"
{SLOW}
[[rule]]
when = {{ path = "*/resourcegroups/rg-s09*" }}
then = {{ status = 403, set = {{ "error.code" = "AuthorizationFailed" }} }}
"""
ONE, TWO = (), ("-n", "2")


@dataclass(frozen=True)
class Class:
    """A class that an emulator holds, and the report of a run over it that nothing disturbed."""

    project: Project
    emulator: RunningEmulator
    roster: Path
    whole: Report

    def start(self, directory: str, *arguments: str) -> subprocess.Popen[str]:
        given = (*self.emulator.arguments, "--grade", str(self.roster), "--report-dir", directory, "-q", *arguments)
        return self.project.start(*given, **self.emulator.environment)

    def resumed(self, directory: str, *arguments: str) -> Run:
        """Go on with the run in a report directory, with an empty list of requests."""
        self.emulator.forget_requests()
        return self.project.ended(self.start(directory, "--resume", self.run_of(directory), *arguments))

    def run_of(self, directory: str) -> str:
        text = (self.project.root / directory / "grading.json").read_text(encoding="utf-8")
        return text.partition('"run": "')[2].partition('"')[0]

    def report(self, directory: str) -> Report:
        return Report(self.project.root / directory)

    def wait_for_half(self, directory: str, process: subprocess.Popen[str]) -> None:
        """Poll until the evidence of half of the students is there."""
        deadline, report = time.monotonic() + PATIENCE, self.report(directory)
        while len(report.finished()) < STUDENTS // 2:
            assert process.poll() is None, process.communicate()[0]
            assert time.monotonic() < deadline, f"only {report.finished()} were read within {PATIENCE:.0f} s"
            time.sleep(0.01)


@pytest.fixture(scope="module")
def the_class(
    project: Project, start_emulator: Callable[..., RunningEmulator], tmp_path_factory: pytest.TempPathFactory
) -> Class:
    folder = tmp_path_factory.mktemp("class")
    students = [f"s{n:02}" for n in range(1, STUDENTS + 1)]
    (folder / "class.toml").write_text(
        "".join(
            f'[[student]]\nid = "{one}"\nresource_group = "rg-{one}"\nset = [ {MISTAKES.get(one, "")} ]\n'
            for one in students
        )
    )
    (folder / "slow.toml").write_text(TROUBLE)
    rows = [f'{one},"Kim, {one}",rg-{one},{one}@contoso.edu' for one in students]
    (folder / "roster.csv").write_text("\n".join(["id,name,resource_group,email", *rows, "s13,Ann,rg-s01,a@b.c", ""]))
    emulator = start_emulator("--class", str(folder / "class.toml"), "--scenario", str(folder / "slow.toml"))
    undisturbed = Class(project, emulator, folder / "roster.csv", Report(project.root / "whole"))
    run = project.ended(undisturbed.start("whole"))
    assert run.code == 10, run.output
    return undisturbed


def groups_asked(emulator: RunningEmulator) -> set[str]:
    """The students whose environments were asked for anything."""
    paths = [path.lower() for _, path, _ in emulator.requests()]
    students = [f"s{n:02}" for n in range(1, STUDENTS + 2)]
    return {one for one in students if any(f"rg-{one}" in path or f"/oai-{one}/" in path for path in paths)}


@pytest.mark.parametrize(
    ("killed", "workers"),
    [
        pytest.param("controller", TWO, id="controller-of-two-workers"),
        pytest.param("everything", TWO, id="everything-with-two-workers"),
        pytest.param("controller", ONE, id="one-process"),
    ],
)
def test_a_killed_run_goes_on_and_ends_as_if_it_had_not_been(
    killed: str, workers: tuple[str, ...], the_class: Class, tmp_path: Path
) -> None:
    directory = tmp_path.name
    process = the_class.start(directory, *workers)
    the_class.wait_for_half(directory, process)
    if killed == "controller":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=PATIENCE)
    report = the_class.report(directory)
    finished = report.finished()
    assert STUDENTS // 2 <= len(finished) <= STUDENTS, "it was to be met half way"
    run = the_class.resumed(directory, *workers)
    assert run.code == 10, run.output
    again = groups_asked(the_class.emulator)
    # s13 has the group of s01, and s09 could not be read.
    owners = {"s13": "s01"}
    asked_for = {f"s{n:02}" for n in range(1, STUDENTS + 2)} - (finished - {"s09"})
    assert again == {owners.get(one, one) for one in asked_for}
    assert report.of_the_class() == the_class.whole.of_the_class()
    assert report.verdicts() == the_class.whole.verdicts()


@pytest.mark.parametrize(
    "workers",
    [pytest.param(ONE, id="one-process"), pytest.param(TWO, id="two-workers")],
)
def test_ctrl_c_leaves_whole_files_and_says_how_to_go_on(
    workers: tuple[str, ...], the_class: Class, tmp_path: Path
) -> None:
    directory = tmp_path.name
    process = the_class.start(directory, *workers)
    the_class.wait_for_half(directory, process)
    os.killpg(process.pid, signal.SIGINT)
    run = the_class.project.ended(process)
    assert run.code == 2, run.output
    assert f"--resume {the_class.run_of(directory)}" in run.output
    assert "Traceback" not in run.output
    report = the_class.report(directory)
    assert len(report.gradebook) == STUDENTS + 1
    rows = report.gradebook.values()
    assert all(row["score"] or row["grading_status"].startswith("could not be graded: ") for row in rows)
    whole = the_class.whole.gradebook
    assert all(dict(row) == whole[row["id"]] for row in rows if row["score"])
    assert any(row["score"] == "" and whole[row["id"]]["score"] for row in rows)
    run = the_class.resumed(directory, *workers)
    assert run.code == 10, run.output
    assert report.of_the_class() == the_class.whole.of_the_class()
    assert report.verdicts() == the_class.whole.verdicts()


@pytest.fixture(autouse=True)
def nothing_written(the_class: Class) -> Iterator[None]:
    """Whatever was interrupted, nothing was changed."""
    yield
    requests = the_class.emulator.requests()
    others = {method for method, path, _ in requests if "/oauth2/" not in path and "/chat/completions" not in path}
    assert others <= {"GET", "HEAD"}
