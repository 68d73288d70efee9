"""Each student's results.json for Gradescope and result.json for Classroom 50, held to the schemas."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from lab.grading.classroom50 import done_at, whole_points
from lab.grading.graded import Graded
from tests.suite.grading.classes import ADA, BEN, HOSTILE, Written, grade, write

SCHEMAS = Path(__file__).parent / "schemas"
GRADESCOPE = ("results.json", "gradescope-results.json")
CLASSROOM50 = ("result.json", "classroom50-result-v1.json")
PARTLY: Graded = grade(
    BEN,
    {
        "2.4": ("failed", "suffix of the job: found none"),
        "3.2": ("failed", "capacity"),
        "3.3": ("blocked", "not tried"),
    },
    earned={"2.4": 8.5, "3.2": 4.25},
)


def checked(written: Written, student_id: str, of: tuple[str, str]) -> dict[str, Any]:
    """A student's file, which is strict JSON in UTF-8 and as its schema says."""
    file, schema = of
    content: dict[str, Any] = json.loads((written.directory / "students" / student_id / file).read_bytes().decode())
    validator = Draft202012Validator(json.loads((SCHEMAS / schema).read_bytes()))
    assert [error.message for error in validator.iter_errors(content)] == []
    json.dumps(content, ensure_ascii=False, allow_nan=False).encode("utf-8")
    return content


@pytest.mark.parametrize("schema", [GRADESCOPE[1], CLASSROOM50[1]])
def test_the_schemas_are_schemas_and_refuse(schema: str) -> None:
    content = json.loads((SCHEMAS / schema).read_bytes())
    Draft202012Validator.check_schema(content)
    assert list(Draft202012Validator(content).iter_errors({"score": -1}))


def test_gradescope_gets_the_score_and_every_marked_step(tmp_path: Path) -> None:
    found = checked(write(tmp_path, [PARTLY]), "00123", GRADESCOPE)
    assert found["score"] == 84.75
    assert found["score"] == sum(test["score"] for test in found["tests"])
    assert sum(test["max_score"] for test in found["tests"]) == 100
    assert [test["number"] for test in found["tests"]][-2:] == ["4.2", "4.3"]
    by_number = {test["number"]: test for test in found["tests"]}
    assert by_number["2.4"] == {
        "name": "Fine-tuning job",
        "number": "2.4",
        "score": 8.5,
        "max_score": 12,
        "status": "failed",
        "output": PARTLY.verdict.steps[9].reason,
        "visibility": "visible",
    }
    assert (by_number["3.3"]["status"], by_number["3.3"]["score"]) == ("failed", 0)
    assert (by_number["1.1"]["status"], by_number["1.1"]["output"]) == ("passed", "")
    assert found["output"].startswith(
        "14 of 17 steps are done. Step 2.4, Fine-tuning job: suffix of the job: found none"
    )
    assert found["output"].endswith("Steps that wait for an earlier one: 3.3.")


def test_classroom_50_gets_whole_points_that_add_up(tmp_path: Path) -> None:
    found = checked(write(tmp_path, [PARTLY]), "00123", CLASSROOM50)
    assert (found["score"], found["max-score"]) == (85, 100)
    assert found["score"] == sum(test["score"] for test in found["tests"])
    assert found["max-score"] == sum(test["max-score"] for test in found["tests"])
    assert all(test["score"] <= test["max-score"] for test in found["tests"])
    assert {test["test-name"][:3]: test["earned"] for test in found["tests"]}["3.2"] == 4.25
    assert [test["test-name"] for test in found["tests"] if not test["passed"]] == [
        *("2.4 Fine-tuning job", "3.2 Deployment", "3.3 Deployment ready"),
    ]
    assert (found["owner"], found["graded_at"]) == ("00123", "2026-11-20T09:01:30Z")


@pytest.mark.parametrize(
    ("earned", "whole"),
    [
        ([], []),
        ([2, 4], [2, 4]),
        ([1.5, 2], [2, 2]),
        ([1.5, 1.5, 1.5], [2, 2, 1]),
        ([0.33, 0.33, 0.34], [0, 0, 1]),
        ([3.99, 0.01], [4, 0]),
        ([8.4], [8]),
    ],
)
def test_parts_of_points_are_rounded_in_their_sum(earned: list[float], whole: list[int]) -> None:
    assert whole_points(earned) == whole


@pytest.mark.parametrize(
    ("job", "time"),
    [
        ({"created_at": 1731662280, "finished_at": 1731664234, "trained_tokens": 8094}, "2024-11-15T09:50:34"),
        ({"created_at": 1731662280, "finished_at": None, "trained_tokens": None}, "2024-11-15T09:18:00"),
        ({"created_at": 1731662280}, "2026-11-20T09:01:30"),
    ],
    ids=["finished", "begun", "no-job"],
)
def test_the_time_of_the_work_is_the_jobs_whenever_it_is_graded(job: dict[str, Any], time: str) -> None:
    verdict = grade(ADA).verdict
    steps = tuple(replace(step, evidence={"trained": job}) if step.id == "2.5" else step for step in verdict.steps)
    assert done_at(replace(verdict, steps=steps)).isoformat() == f"{time}+00:00"


@pytest.mark.parametrize("file", [GRADESCOPE[0], CLASSROOM50[0]])
def test_without_a_score_there_is_no_file_nor_an_old_one(tmp_path: Path, file: str) -> None:
    path = write(tmp_path, [grade(ADA)]).directory / "students" / "s001" / file
    assert path.is_file()
    write(tmp_path, [grade(ADA, {"1.2": ("inconclusive", "no rights")})])
    assert not path.exists()


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("of", [GRADESCOPE, CLASSROOM50], ids=["gradescope", "classroom50"])
def test_a_hostile_reply_is_text_in_its_own_file_and_no_mark(tmp_path: Path, text: str, of: tuple[str, str]) -> None:
    student = replace(ADA, name=text)
    written = write(tmp_path, [grade(student, {"4.2": ("failed", f"found {text}")}), grade(BEN)])
    found = checked(written, "s001", of)
    assert found["score"] == 92
    assert checked(written, "00123", of)["score"] == 100
    assert (written.directory / "students" / "s001" / of[0]).stat().st_size < 64 * 1024
    assert {path.name for path in (written.directory / "students").iterdir()} == {"s001", "00123"}


@pytest.mark.parametrize("student_id", ["..", "../s002", "/etc", "a/b", "a\\b", "", ".", "nul\x00"])
def test_an_id_cannot_leave_its_folder(tmp_path: Path, student_id: str) -> None:
    with pytest.raises(ValueError, match="cannot be the name of a student's folder"):
        write(tmp_path / "report", [grade(replace(ADA, id=student_id))])
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
