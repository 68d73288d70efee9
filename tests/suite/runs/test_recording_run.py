"""Recording the lab: the same again but for dates, and nothing of a run that does not work."""

from __future__ import annotations

import difflib
import re
from pathlib import Path

import pytest

from tests.suite.projects import Project

pytestmark = pytest.mark.server
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def contents(directory: Path) -> dict[str, list[str]]:
    return {
        path.relative_to(directory).as_posix(): path.read_text(encoding="utf-8").splitlines()
        for path in sorted(directory.rglob("*.yaml"))
    }


def test_recording_again_changes_only_dates(project: Project) -> None:
    before = contents(project.root / "cassettes")
    run = project.run("--emulator", "--record")
    assert run.code == 0, run.output
    after = contents(project.root / "cassettes")
    assert after.keys() == before.keys()
    changed = [
        line
        for name in before
        for line in difflib.unified_diff(before[name], after[name], n=0, lineterm="")
        if line[0] in "+-" and not line.startswith(("+++", "---"))
    ]
    assert all(DATE.search(line) for line in changed), "\n".join(changed)
    replayed = project.run()
    assert replayed.code == 0, replayed.output


def test_a_broken_run_is_not_recorded(project: Project) -> None:
    path = project.root / "tests" / "lab" / "test_3_deployment.py"
    path.write_text(path.read_text().replace("asked = lab.deployment.capacity", "asked = 6"))
    before = contents(project.root / "cassettes")
    run = project.run("--emulator", "--record")
    assert run.code == 1, run.output
    assert "the cassettes were left as they were" in run.output
    assert contents(project.root / "cassettes") == before
