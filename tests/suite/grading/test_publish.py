"""From the verdicts and evidence of a report directory to all that a grader takes from it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from lab.errors import Broken, InputError, StepError
from lab.evidence import Redactor
from lab.find.environment import find_all
from lab.find.look import Seen
from lab.grading.evidence import FILE as EVIDENCE
from lab.grading.evidence import write_evidence
from lab.grading.manifest import Manifest
from lab.grading.publish import FILE, conclude_student, marking, publish
from lab.grading.roster import Roster, read_roster
from lab.grading.shards import WHOLE, Shard
from lab.spec import LabSpec
from lab.verdict import Check
from tests.suite.find.environments import Environment, look_at
from tests.suite.grading.classes import Written
from tests.suite.grading.rosters import a_roster
from tests.suite.lab.fakes import STARTED, the_spec

GRADED = datetime(2024, 11, 15, 12, 30, tzinfo=timezone.utc)
SPEC = the_spec()
PASSED = [Check(step.id, "passed", "", 1.0) for step in SPEC.steps if step.marked]


def manifest_of(roster: Roster, **changes: Any) -> Manifest:
    made = Manifest("live-1", "live", roster.digest, len(roster.students), WHOLE, "en", STARTED)
    return replace(made, **changes)


def the_roster(folder: Path, *rows: str) -> Roster:
    return read_roster(a_roster(folder, *rows))


def folder_of(directory: Path, student: str) -> Path:
    return directory / "students" / student


def read_before(directory: Path, student: str, **changed: Seen | StepError) -> None:
    """The evidence of a student whose lab is as asked, but for what is changed."""
    found = {**find_all(look_at(Environment())), **changed}
    write_evidence(folder_of(directory, student), student, found, GRADED, Redactor({}))


def checked(directory: Path, student: str, manifest: Manifest, checks: Iterable[Check] = PASSED) -> None:
    conclude_student(folder_of(directory, student), student, list(checks), SPEC, manifest)


def verdict_of(directory: Path, student: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder_of(directory, student) / FILE).read_text(encoding="utf-8"))
    return document


@pytest.fixture
def roster(tmp_path: Path) -> Roster:
    return the_roster(tmp_path, "s001,rg-s001", "s002,rg-s002", "s003,rg-s003")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "report"


def test_everybody_has_a_row_in_the_rosters_order(directory: Path, roster: Roster) -> None:
    manifest = manifest_of(roster)
    for graded in ("s003", "s001"):
        read_before(directory, graded)
        checked(directory, graded, manifest)
    publish(directory, roster, manifest, SPEC)
    rows = Written(directory).table("gradebook.csv")
    assert [(row["id"], row["score"], row["grading_status"]) for row in rows] == [
        ("s001", "100", "graded"),
        ("s002", "", rows[1]["grading_status"]),
        ("s003", "100", "graded"),
    ]
    assert "the run ended before this student was read; go on with --resume" in rows[1]["grading_status"]
    for student in roster.students:
        names = {path.name for path in folder_of(directory, student.id).iterdir()}
        assert {FILE, "feedback.md", "feedback.html"} <= names


def test_a_verdict_says_when_and_where_it_was_read(directory: Path, roster: Roster) -> None:
    read_before(directory, "s001")
    checked(directory, "s001", manifest_of(roster))
    verdict = verdict_of(directory, "s001")
    assert verdict["environment"] == "s001"
    assert verdict["verdict"] == "works", "the clean-up is not marked, and says nothing of the lab"
    assert (verdict["region"], verdict["resource_group"]) == ("swedencentral", "rg-s001")
    assert verdict["started"] == verdict["finished"] == "2024-11-15T12:30:00Z"
    assert verdict["clean_up"] == {"deleted": False, "purged": False, "left": []}


@pytest.mark.parametrize("evidence", ["", "[]", '{"graded": "2024-11-15T12:30:00+00:00", "found": {"hub": {}}}'])
def test_a_verdict_needs_no_evidence(directory: Path, roster: Roster, evidence: str) -> None:
    folder_of(directory, "s001").mkdir(parents=True)
    (folder_of(directory, "s001") / EVIDENCE).write_text(evidence, encoding="utf-8")
    checked(directory, "s001", manifest_of(roster))
    verdict = verdict_of(directory, "s001")
    assert (verdict["region"], verdict["resource_group"]) == ("", "")


def test_the_facts_of_a_hub_that_was_not_found_are_empty(directory: Path, roster: Roster) -> None:
    read_before(directory, "s001", hub=Broken("1.3", "found none"))
    checked(directory, "s001", manifest_of(roster))
    assert (verdict_of(directory, "s001")["region"], verdict_of(directory, "s001")["resource_group"]) == ("", "rg-s001")


def test_shared_and_untimely_work_is_flagged_for_the_grader_alone(directory: Path, roster: Roster) -> None:
    manifest = manifest_of(roster, deadline=datetime(2024, 11, 14, 12, tzinfo=timezone.utc))
    for student in roster.students:
        read_before(directory, student.id, job=Broken("2.4", "found none"))
        checked(directory, student.id, manifest)
    publish(directory, roster, manifest, SPEC)
    flags = Written(directory).table("flags.csv")
    assert [(row["flag"], row["reason"]) for row in flags if row["id"] == "s002"] == [
        ("shared", "the same resource group as s001, s003"),
        ("shared", "the same account as s001, s003"),
        ("shared", "the same deployment as s001, s003"),
        ("late", "deployment of 2024-11-14 13:00:00 UTC, after 2024-11-14 12:00:00 UTC"),
    ]
    for student in roster.students:
        for name in ("feedback.md", "feedback.html"):
            text = (folder_of(directory, student.id) / name).read_text(encoding="utf-8")
            assert not [other.id for other in roster.students if other is not student and other.id in text]
    assert [row["score"] for row in Written(directory).table("gradebook.csv")] == ["100"] * 3, "a flag costs nothing"


def test_the_same_evidence_gives_the_same_files(directory: Path, roster: Roster) -> None:
    manifest = manifest_of(roster)
    read_before(directory, "s001")
    checked(directory, "s001", manifest)

    def published() -> dict[str, bytes]:
        publish(directory, roster, manifest, SPEC)
        files = [path for path in directory.rglob("*") if path.is_file()]
        return {str(path.relative_to(directory)): path.read_bytes() for path in files}

    assert published() == published()


def test_only_the_shards_students_are_told(directory: Path, roster: Roster) -> None:
    manifest = manifest_of(roster, shard=Shard(1, 2))
    mine = manifest.shard.of(roster.students)
    assert 0 < len(mine) < 3
    publish(directory, roster, manifest, SPEC)
    assert [row["id"] for row in Written(directory).table("gradebook.csv")] == [student.id for student in mine]
    assert sorted(path.name for path in (directory / "students").iterdir()) == sorted(one.id for one in mine)


def test_after_the_clean_up_nothing_else_is_marked(directory: Path, roster: Roster) -> None:
    manifest = manifest_of(roster, expect_clean=True)
    spec = marking(SPEC, manifest)
    assert {step.id for step in spec.steps if step.marked} == {"5.1", "5.2"}
    assert marking(SPEC, manifest_of(roster)) is SPEC
    checks = [Check("5.1", "passed", "", 1.0), Check("5.2", "failed", "found an account", 1.0)]
    conclude_student(folder_of(directory, "s001"), "s001", checks, spec, manifest)
    publish(directory, roster, manifest, SPEC)
    row = Written(directory).table("gradebook.csv")[0]
    assert (row["score"], row["max"]) == (str(SPEC.step("5.1").points), str(maximum(spec)))


def maximum(spec: LabSpec) -> int:
    return sum(step.points for step in spec.steps if step.marked)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 2}', "[" * 100_000])
@pytest.mark.parametrize("name", [FILE, EVIDENCE])
def test_a_damaged_file_of_a_student_is_refused_by_its_name(
    directory: Path, roster: Roster, name: str, text: str
) -> None:
    manifest = manifest_of(roster)
    read_before(directory, "s002")
    checked(directory, "s002", manifest)
    (folder_of(directory, "s002") / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="grade the student again") as refused:
        publish(directory, roster, manifest, SPEC)
    assert refused.value.source == str(folder_of(directory, "s002") / name)
    assert not (directory / "gradebook.csv").exists(), "half a gradebook would be taken for a whole one"
