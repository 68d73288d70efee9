"""Shards that are merged, work outside of the time that was given, and environments that were cleaned up."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.suite.grading_runs.reports import Report
from tests.suite.projects import PATIENCE, Project, Run
from tests.suite.running import RunningEmulator
from tests.suite.runs.azure_calls import ACCOUNTS, GROUPS, call

pytestmark = pytest.mark.server

STUDENTS = 6
ROSTER = "".join(f'{n:03},"Kim, {n}",rg-{n},{n}@contoso.edu\n' for n in range(1, STUDENTS + 1))
# In the same group as the first, and in another shard than the first.
TWIN = "shared,Ann,rg-1,a@contoso.edu\n"
WRONG = 'set = [ { resource = "deployment", path = "sku.capacity", value = 10 } ]\n'


@pytest.fixture(scope="module")
def emulator(
    start_emulator: Callable[..., RunningEmulator], tmp_path_factory: pytest.TempPathFactory
) -> RunningEmulator:
    file = tmp_path_factory.mktemp("class") / "class.toml"
    tables = [
        f'[[student]]\nid = "{n:03}"\nresource_group = "rg-{n}"\n{WRONG if n == 2 else ""}'
        for n in range(1, STUDENTS + 1)
    ]
    file.write_text("".join(tables), encoding="utf-8")
    return start_emulator("--class", str(file))


@pytest.fixture
def grade(project: Project, emulator: RunningEmulator, tmp_path: Path) -> Callable[..., Run]:
    (tmp_path / "roster.csv").write_text(f"id,name,resource_group,email\n{ROSTER}{TWIN}", encoding="utf-8")

    def run(directory: str, *arguments: str) -> Run:
        given = ("--grade", str(tmp_path / "roster.csv"), "--report-dir", str(tmp_path / directory), "-q", *arguments)
        return project.run(*emulator.arguments, *given, **emulator.environment)

    return run


def test_merged_shards_are_what_one_run_would_have_written(
    grade: Callable[..., Run], project: Project, tmp_path: Path
) -> None:
    times = ("--not-before", "2024-11-15T03:30Z", "--deadline", "2024-11-15T04:00Z")
    whole = grade("whole", *times)
    assert whole.code == 0, whole.output
    parts = []
    for shard in ("1/2", "2/2"):
        run = grade(shard[0], "--shard", shard, *times)
        assert run.code == 0, run.output
        parts.append(Report(tmp_path / shard[0]))
    students = [set(part.gradebook) for part in parts]
    assert not students[0] & students[1]
    assert any(("001" in one) != ("shared" in one) for one in students), "flags must be found across shards"
    command = [sys.executable, "-m", "lab.grading.merge", "merged", *(str(part.directory) for part in parts)]
    merged = subprocess.run(command, cwd=project.root, capture_output=True, text=True, timeout=60, check=False)
    assert merged.returncode == 0, merged.stdout + merged.stderr
    report, expected = Report(project.root / "merged"), Report(tmp_path / "whole")
    assert report.of_the_class() == expected.of_the_class()
    assert report.verdicts() == expected.verdicts()
    flags = report.of_the_class()["flags.csv"].decode()
    assert "shared,shared,the same resource group as 001" in flags
    assert '002,early,"hub of 2024-11-15 03:' in flags
    assert '002,late,"deployment of 2024-11-15 04:' in flags
    for student in ("001", "shared"):
        assert "late" not in report.text(student, "feedback.md")


def test_what_was_cleaned_up_is_looked_for_where_it_was(
    grade: Callable[..., Run], emulator: RunningEmulator, tmp_path: Path
) -> None:
    for group in ("rg-4", "rg-5"):
        _delete_group(emulator, group)
    account = (
        "/providers/Microsoft.CognitiveServices/locations/swedencentral/resourceGroups/rg-5/deletedAccounts/oai-005"
    )
    _no_answer(emulator, account, ACCOUNTS)
    emulator.forget_requests()
    run = grade("clean", "--expect-clean")
    assert run.code == 0, run.output
    rows = Report(tmp_path / "clean").gradebook
    assert {
        one: (row["score"], row["5.1"], row["5.2"]) for one, row in rows.items() if one in ("003", "004", "005")
    } == {
        "003": ("0", "failed", "blocked"),
        "004": ("6", "passed", "failed"),
        "005": ("10", "passed", "passed"),
    }
    assert all(row["max"] == "10" for row in rows.values())
    assert {method for method, path, _ in emulator.requests() if "/oauth2/" not in path} <= {"GET", "HEAD"}


def _delete_group(emulator: RunningEmulator, group: str) -> None:
    """What a student does at the end of the lab."""
    _no_answer(emulator, f"/resourcegroups/{group}", GROUPS)
    deadline = time.monotonic() + PATIENCE
    while group in emulator.get("/_emulator/state")["resource_groups"]:
        assert time.monotonic() < deadline, f"{group} was still there after {PATIENCE:.0f} s"


def _no_answer(emulator: RunningEmulator, path: str, api_version: str) -> None:
    """A deletion, which Azure answers without a document."""
    with pytest.raises(ValueError, match="Expecting value"):
        call(emulator, "DELETE", path, api_version)
