"""`--regrade` marks what was read, again and with another rubric, and asks nobody."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.suite.grading_runs.reports import Report
from tests.suite.projects import Project, Run, copied
from tests.suite.running import RunningEmulator

pytestmark = [pytest.mark.server, pytest.mark.slow]

CLASS = """
[[student]]
id = "s1"
resource_group = "rg-s1"
[[student]]
id = "s2"
resource_group = "rg-s2"
set = [ { resource = "deployment", path = "sku.capacity", value = 10 } ]
[[student]]
id = "s3"
resource_group = "rg-s3"
set = [ { resource = "project", value = "absent" } ]
"""
ROSTER = 'id,name,resource_group\ns1,"Kim, Min",rg-s1\ns2,=Bo,rg-s2\ns3,김하늘,rg-s3\ns4,Di,rg-none\n'
# As data/lab.toml has them: the points of steps 1.6 and 3.2, and what all add up to.
SCORES = {"s1": "100", "s2": "97", "s3": "94", "s4": "2"}


@dataclass
class Regraded:
    """A report on a class, in a project of its own, and the emulator that was asked for it."""

    project: Project
    emulator: RunningEmulator
    report: Report

    def regrade(self, *arguments: str) -> Run:
        """Mark the evidence anew; nothing runs that could be asked."""
        before = self.emulator.requests()
        run = self.project.run("--regrade", "graded", "-q", *arguments)
        assert self.emulator.requests() == before
        return run

    def scores(self) -> dict[str, str]:
        return {student: row["score"] for student, row in Report(self.report.directory).gradebook.items()}

    def with_rubric(self, **points: int) -> None:
        """Give steps other points (`s3_2=20`)."""
        path = self.project.root / "data" / "lab.toml"
        lines = path.read_text(encoding="utf-8").splitlines()
        wanted = {f'id = "{name[1:].replace("_", ".")}"': value for name, value in points.items()}
        for start, line in enumerate(lines):
            if line in wanted:
                at = next(n for n in range(start, len(lines)) if lines[n].startswith("points = "))
                lines[at] = f"points = {wanted[line]}"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def graded(tmp_path: Path, start_emulator: Callable[..., RunningEmulator]) -> Regraded:
    project = copied(tmp_path / "project")
    (project.root / "class.toml").write_text(CLASS, encoding="utf-8")
    (project.root / "roster.csv").write_text(ROSTER, encoding="utf-8")
    emulator = start_emulator("--class", str(project.root / "class.toml"))
    grade = (*emulator.arguments, "--grade", "roster.csv", "--report-dir", "graded")
    run = project.run(*grade, "--deadline", "2024-11-15T04:00:00Z", "-q", **emulator.environment)
    assert run.code == 0, run.output
    found = Regraded(project, emulator, Report(project.root / "graded"))
    assert found.scores() == SCORES
    return found


def every_byte(report: Report) -> dict[str, bytes]:
    directory = report.directory
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        # How long the checks took stands in these.
        if path.is_file() and path.name not in ("verdict.json", "junit.xml")
    }


def test_the_same_rubric_gives_the_same_bytes_and_another_gives_other_marks(graded: Regraded) -> None:
    bytes_before, verdicts_before = every_byte(graded.report), graded.report.verdicts()
    assert "late" in bytes_before["flags.csv"].decode()
    run = graded.regrade()
    assert run.code == 0, run.output
    assert every_byte(graded.report) == bytes_before
    assert graded.report.verdicts() == verdicts_before

    graded.with_rubric(s1_6=14, s3_2=4)
    run = graded.regrade("-n", "2")
    assert run.code == 0, run.output
    assert graded.scores() == {"s1": "100", "s2": "99", "s3": "86", "s4": "2"}
    evidence = [name for name in bytes_before if name.endswith("evidence.json")]
    assert len(evidence) == 4
    after = every_byte(graded.report)
    assert {name: after[name] for name in evidence} == {name: bytes_before[name] for name in evidence}
    assert "**86 of 100 points**" in graded.report.text("s3", "feedback.md")
    kept = ("run", "started", "finished", "region", "resource_group")
    assert graded.report.verdicts()["s3"].keys() == verdicts_before["s3"].keys()
    assert all(graded.report.verdict("s3")[name] for name in kept)


def test_points_that_do_not_add_up_are_refused(graded: Regraded) -> None:
    bytes_before = every_byte(graded.report)
    graded.with_rubric(s1_6=15)
    run = graded.regrade()
    assert run.code == 4, run.output
    assert "add up to 109" in run.output
    assert every_byte(graded.report) == bytes_before


def test_who_was_not_read_is_not_graded_and_evidence_of_another_is_refused(graded: Regraded) -> None:
    (graded.report.folder("s1") / "evidence.json").unlink()
    run = graded.regrade()
    assert run.code == 10, run.output
    (row,) = [row for row in Report(graded.report.directory).gradebook.values() if not row["score"]]
    assert (row["id"], "ended before this student was read" in row["grading_status"]) == ("s1", True)
    other = (graded.report.folder("s2") / "evidence.json").read_bytes()
    (graded.report.folder("s1") / "evidence.json").write_bytes(other)
    run = graded.regrade()
    assert run.code == 4, run.output
    assert "students/s1/evidence.json: found that of s2" in run.output


def test_evidence_that_was_changed_is_refused_with_its_place(graded: Regraded) -> None:
    path = graded.report.folder("s2") / "evidence.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    del document["found"]["deployment"]["value"]["capacity"]
    path.write_text(json.dumps(document), encoding="utf-8")
    bytes_before = every_byte(graded.report)
    run = graded.regrade()
    assert run.code == 4, run.output
    for words in ("students/s2/evidence.json", "deployment.capacity: Field required", "grade the student again"):
        assert words in run.output, run.output
    assert "students/s3" not in run.output
    assert every_byte(graded.report) == bytes_before


def test_a_folder_that_is_no_report_is_refused(graded: Regraded) -> None:
    run = graded.project.run("--regrade", "data", "-q")
    assert run.code == 4, run.output
    assert "expected the report directory of a grading run" in run.output
    run = graded.project.run("--regrade", "graded", "--emulator", "-q")
    assert run.code == 4, run.output
    assert "--regrade: found it with --live or --emulator" in run.output
