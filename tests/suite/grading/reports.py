"""Report directories of shards, as a grading run leaves them, for tests."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lab.clean_up import CleanUp
from lab.errors import Outcome
from lab.files import write_json
from lab.grading.folders import folder_of
from lab.grading.graded import GRADED, NOT_GRADED
from lab.grading.manifest import Manifest, read_manifest, write_manifest
from lab.grading.roster import Roster, read_roster
from lab.grading.shards import Shard
from lab.spec import LabSpec
from lab.verdict import Check, RunFacts, judge_run
from tests.suite.lab.fakes import STARTED, the_spec

# The class of most tests, and in how many shards it was graded.
SIZE, COUNT = 11, 3

EVIDENCE = {"version": 1, "graded": "2024-11-15T09:00:00+00:00", "work": {}, "identities": {}, "found": {}}


def a_verdict(student: str, mode: str = "emulator", **outcomes: Outcome) -> dict[str, Any]:
    """A verdict on a student, passed but for the steps named (`s3_2="failed"`)."""
    spec = the_spec()
    checks = [
        Check(step.id, outcomes.get(f"s{step.id.replace('.', '_')}", "passed"), "because", 0.1) for step in spec.steps
    ]
    time = "2024-11-15T09:00:00Z"
    facts = RunFacts("emulator-1", mode, student, spec.model.name, "swedencentral", f"rg-{student}", time, time)
    return judge_run(spec, facts, checks, CleanUp(False, False, ())).as_json()


def a_shard_report(directory: Path, roster: Path, shard: Shard, **changes: Any) -> Path:
    """The report of a shard in which everybody was graded; `changes` are to its manifest."""
    read = read_roster(roster)
    members: dict[str, Any] = {
        "run": f"emulator-{shard.number}",
        "mode": "emulator",
        "roster": read.digest,
        "students": len(read.students),
        "shard": shard,
        "language": "en",
        "started": STARTED,
    }
    manifest = Manifest(**{**members, **changes})
    write_manifest(directory, manifest, roster)
    for student in shard.of(read.students):
        folder = folder_of(directory, student.id)
        folder.mkdir(parents=True)
        (folder / "verdict.json").write_text(json.dumps(a_verdict(student.id, manifest.mode)), encoding="utf-8")
        evidence = {**EVIDENCE, "student": student.id}
        (folder / "evidence.json").write_text(json.dumps(evidence), encoding="utf-8")
    return directory


def shard_reports(directory: Path, roster: Path, count: int) -> list[Path]:
    """The reports of all shards of a roster, in folders `1`, `2`, …"""
    return [a_shard_report(directory / str(n), roster, Shard(n, count)) for n in range(1, count + 1)]


def change_verdict(directory: Path, student: str, changed: Mapping[str, Any]) -> None:
    """Change members of a student's verdict."""
    path = folder_of(directory, student) / "verdict.json"
    write_json(path, {**json.loads(path.read_text(encoding="utf-8")), **changed})


def publish(directory: Path, roster: Roster, manifest: Manifest, spec: LabSpec) -> None:
    """What the merge leaves to others, in small: a gradebook from the verdicts that are there."""
    assert read_manifest(directory) == manifest
    with (directory / "gradebook.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "grading_status", *(step.id for step in spec.steps)])
        for student in roster.students:
            text = (folder_of(directory, student.id) / "verdict.json").read_text(encoding="utf-8")
            outcomes = [step["outcome"] for step in json.loads(text)["steps"]]
            status = f"{NOT_GRADED}: no rights" if "inconclusive" in outcomes else GRADED
            rows.writerow([student.id, status, *outcomes])


def of_shard(roster: Path, number: int) -> list[str]:
    return [student.id for student in Shard(number, COUNT).of(read_roster(roster).students)]
