"""A class with a mistake for each thing that the lab asks for: every row is what an instructor would have written."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from emulator import toml
from tests.suite.grading_runs.reports import Report
from tests.suite.projects import Project, Run
from tests.suite.running import RunningEmulator

pytestmark = [pytest.mark.server, pytest.mark.slow]

HERE = Path(__file__).parent
# Whose environments trouble.toml keeps from being read, at which step, and what the row says of it.
UNREADABLE = {
    "007055": ("1.2", "403 AuthorizationFailed"),
    "007056": ("1.2", "429 SubscriptionRequestsThrottled"),
    "007057": ("2.4", "500 InternalServerError"),
    "007058": ("2.3", "APIConnectionError"),
    "007059": ("2.3", "401 PermissionDenied"),
    "007060": ("1.4", "403 AuthorizationFailed"),
}
CHAT = re.compile(r"/_account/[^/]+/openai/deployments/[^/]+/chat/completions")
SIGN_IN = re.compile(r"/[^/]+/oauth2/v2\.0/token")
# 100 points in all; a step that needs one that is missing is blocked, and earns what its other checks found.
SCORES = {
    "rg-made-by-nobody": "2",
    "rg-hub-absent": "80",
    "rg-account-absent": "20",
    "rg-job-absent": "73",
    "rg-deployment-absent": "64",
    "rg-deployment-creating": "76",
    "rg-type-capacity-and-filter": "91",
    "rg-base-model": "81",
    "rg-cooking": "84",
}


@dataclass(frozen=True)
class Row:
    """A student of the roster, and what the class file says that the grader must find."""

    id: str
    name: str
    group: str
    failed: list[str]

    def __str__(self) -> str:
        return f"{self.id}-{self.group}"


def _roster() -> list[Row]:
    students = toml.read(HERE / "class.toml")[1]["student"]
    failed = {student["resource_group"]: student.get("expect_failed", []) for student in students}
    with (HERE / "roster.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        Row(row["id"], row["name"], row["resource_group"], failed.get(row["resource_group"], ["1.2"])) for row in rows
    ]


ROSTER = _roster()


@dataclass(frozen=True)
class Graded:
    """The run over the class, the requests that it made, and what the emulator says of itself."""

    run: Run
    report: Report
    requests: list[tuple[str, str, int]]
    settings: dict[str, Any]


@pytest.fixture(scope="module")
def graded(project: Project, start_emulator: Callable[..., RunningEmulator]) -> Graded:
    emulator = start_emulator("--class", str(HERE / "class.toml"), "--scenario", str(HERE / "trouble.toml"))
    grade = ("--grade", str(HERE / "roster.csv"))
    process = project.start(*emulator.arguments, *grade, "-n", "2", "-q", **emulator.environment)
    run = project.ended(process, patience=300)
    report = Report(project.root / "report")
    return Graded(run, report, emulator.requests(), emulator.get("/_emulator/settings"))


def test_somebody_could_not_be_graded_and_the_exit_code_says_so(graded: Graded) -> None:
    assert graded.run.code == 10, graded.run.output
    assert "Traceback" not in graded.run.output
    assert f"{len(ROSTER) - len(UNREADABLE)} of {len(ROSTER)} graded" in graded.run.output
    assert "--resume emulator-" in graded.run.output


def test_every_row_is_there_in_the_rosters_order(graded: Graded) -> None:
    assert list(graded.report.gradebook) == [row.id for row in ROSTER]
    for row in ROSTER:
        name = " ".join(row.name.split())
        assert graded.report.gradebook[row.id]["name"] == (f"'{name}" if name.startswith("=") else name)


@pytest.mark.parametrize("row", ROSTER, ids=str)
def test_exactly_the_steps_are_failed_that_the_student_did_otherwise(row: Row, graded: Graded) -> None:
    steps = graded.report.verdict(row.id)["steps"]
    assert graded.report.steps(row.id, "failed") == row.failed, [step for step in steps if step["outcome"] != "passed"]
    cells = graded.report.gradebook[row.id]
    assert [step["id"] for step in steps if cells[step["id"]] == "failed"] == row.failed


@pytest.mark.parametrize("row", [row for row in ROSTER if row.id not in UNREADABLE], ids=str)
def test_who_could_be_read_has_a_score(row: Row, graded: Graded) -> None:
    cells, verdict = graded.report.gradebook[row.id], graded.report.verdict(row.id)
    assert cells["grading_status"] == "graded"
    assert graded.report.steps(row.id, "inconclusive") == []
    assert float(cells["score"]) == sum(step["earned"] for step in verdict["steps"] if step["outcome"] != "skipped")
    if row.group in SCORES:
        assert cells["score"] == SCORES[row.group]
    if row.failed:
        assert float(cells["score"]) < 100
        assert verdict["verdict"] == "broken"
    else:
        assert (cells["score"], cells["percent"], verdict["verdict"]) == ("100", "100", "works")


@pytest.mark.parametrize("student", UNREADABLE)
def test_who_could_not_be_read_has_no_score_and_loses_nothing(student: str, graded: Graded) -> None:
    step, said = UNREADABLE[student]
    cells = graded.report.gradebook[student]
    assert (cells["score"], cells["percent"], cells[step]) == ("", "", "inconclusive")
    assert cells["grading_status"].startswith(f"could not be graded: step {step}: ")
    assert said in cells["grading_status"]
    for name in ("canvas.csv", "moodle.csv"):
        assert student not in (graded.report.directory / name).read_text(encoding="utf-8-sig")


def test_nothing_but_reads_and_questions_was_sent(graded: Graded) -> None:
    assert len(graded.requests) > 10 * len(ROSTER)
    for method, path, _ in graded.requests:
        assert method in ("GET", "HEAD", "POST"), (method, path)
        assert method != "POST" or CHAT.fullmatch(path) or SIGN_IN.fullmatch(path), (method, path)


def test_who_shares_work_is_flagged_and_nobody_else(graded: Graded) -> None:
    with (graded.report.directory / "flags.csv").open(encoding="utf-8-sig", newline="") as file:
        flags = [(row["id"], row["flag"], row["reason"]) for row in csv.DictReader(file)]
    shared = ("resource group", "account", "job", "deployment")
    assert flags == [
        (student, "shared", f"the same {thing} as {other}")
        for student, other in (("007001", "007062"), ("007062", "007001"))
        for thing in shared
    ]


def test_a_page_tells_of_its_own_student_only(graded: Graded) -> None:
    ids = {row.id for row in ROSTER}
    for row in ROSTER:
        pages = graded.report.files_of(row.id)
        assert pages.keys() >= {"feedback.md", "feedback.html", "verdict.json", "evidence.json"}
        for name, text in pages.items():
            found = {student for student in ids if student in text}
            assert found <= {row.id, "007001" if row.group == "rg-as-asked" else row.id}, (row.id, name, found)
            assert "Traceback" not in text


def test_no_file_tells_who_graded_or_where(graded: Graded) -> None:
    hidden = [graded.settings[name] for name in ("subscription_id", "tenant_id", "client_id", "client_secret")]
    hidden.append(graded.settings["principal_id"])
    for path in graded.report.directory.rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            assert not [secret for secret in hidden if secret in text], path
