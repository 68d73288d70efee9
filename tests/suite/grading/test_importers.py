"""canvas.csv and moodle.csv, imported by the importers' own rules."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lab.grading.cells import would_run
from lab.grading.graded import Graded
from lab.grading.roster import Student
from lab.spec import Language
from tests.suite.grading.classes import ADA, BEN, CLEO, HOSTILE, Written, grade, the_assignment, write
from tests.suite.grading.importers import CanvasImport, RefusedError, User, import_to_canvas, import_to_moodle

TITLE = "Lab 04b Fine-tune"
COURSE = (
    User(1234, "Ada Lovelace", "u1001", "ada", "ada@contoso.edu", "s001"),
    User(12, "Ben", "u1002", "ben", "ben@contoso.edu", "00123"),
    User(77, "Cleo", "u1003", "cleo", "cleo@contoso.edu", "s003"),
    User(99, "Nobody of the roster", "u9999", "nobody", "nobody@contoso.edu", "s999"),
)
WRONG: list[Graded] = [
    grade(ADA, {"3.2": ("failed", "type of d: found GlobalStandard, the lab asks for Standard")}, earned={"3.2": 9.5}),
    grade(BEN),
    grade(CLEO, {"1.3": ("inconclusive", "throttled")}),
]


def canvas(written: Written, assignments: dict[int, str] | None = None) -> CanvasImport:
    return import_to_canvas(written.text("canvas.csv"), COURSE, assignments or {98765: TITLE})


def moodle(written: Written, key: str = "Email address") -> dict[int, tuple[float, str]]:
    return import_to_moodle(written.text("moodle.csv"), COURSE, key)


def test_canvas_finds_the_students_the_assignment_and_its_points(tmp_path: Path) -> None:
    found = canvas(write(tmp_path, WRONG))
    assert found.grades == {1234: "97.5", 12: "100"}
    assert (found.maximum, found.assignment_id, found.new_assignment, found.unknown) == ("100", 98765, "", [])


def test_canvas_goes_by_the_assignments_id_when_it_is_given(tmp_path: Path) -> None:
    assignment = the_assignment(title="Called otherwise here", canvas_id="98765")
    written = write(tmp_path, WRONG, assignment)
    assert canvas(written).assignment_id == 98765
    assert canvas(written, {5: "Another"}).new_assignment == "Called otherwise here (98765)"


def test_canvas_has_the_shape_that_its_importer_documents(tmp_path: Path) -> None:
    assert write(tmp_path, WRONG).rows("canvas.csv") == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", TITLE],
        ["    Points Possible", "", "", "", "", "100"],
        ["Lovelace, Ada", "1234", "u1001", "", "", "97.5"],
        ['김민준 "Ben"', "", "u1002", "", "A-1", "100"],
    ]


def test_moodle_finds_the_students_by_e_mail_and_by_id(tmp_path: Path) -> None:
    written = write(tmp_path, WRONG)
    assert written.rows("moodle.csv")[0] == ["Email address", "ID number", TITLE, f"{TITLE} (feedback)"]
    for key in ("Email address", "ID number"):
        found = moodle(written, key)
        assert {user: points for user, (points, _) in found.items()} == {1234: 97.5, 12: 100.0}
        assert found[12][1] == "Every step is done. Well done!"
        assert found[1234][1].startswith(
            "16 of 17 steps are done. Step 3.2, Deployment: "
            "type of d: found GlobalStandard, the lab asks for Standard. Next: "
        )


def test_moodles_feedback_is_korean_when_asked(tmp_path: Path) -> None:
    language: Language = "ko"
    written = write(tmp_path, [grade(ADA, language=language)], the_assignment(language))
    assert moodle(written)[1234][1] == "모든 단계를 완료했습니다. 수고했습니다!"


def test_who_could_not_be_graded_keeps_the_grade_of_before(tmp_path: Path) -> None:
    written = write(tmp_path, WRONG)
    assert 77 not in canvas(written).grades
    assert 77 not in moodle(written)


def test_one_student_without_an_e_mail_takes_the_column_away(tmp_path: Path) -> None:
    written = write(tmp_path, [grade(ADA), grade(replace(BEN, email=""), {"1.3": ("failed", "found none")})])
    assert written.rows("moodle.csv")[0] == ["ID number", TITLE, f"{TITLE} (feedback)"]
    assert {user: points for user, (points, _) in moodle(written, "ID number").items()} == {1234: 100.0, 12: 94.0}


def test_the_importers_rules_catch_what_the_files_avoid(tmp_path: Path) -> None:
    text = write(tmp_path, WRONG).text("moodle.csv")
    for broken in (
        text.replace("ben@contoso.edu", ""),  # goes to Ada
        text.replace("ben@contoso.edu", "unknown@contoso.edu"),
        text.replace(",100,", ",ERR,"),
        text.replace(",100,", ",-,"),
        text.replace(",100,", ",101,"),
    ):
        assert broken != text
        with pytest.raises(RefusedError):
            import_to_moodle(broken, COURSE, "Email address")
    header = write(tmp_path, WRONG).text("canvas.csv").replace("Section", "Group")
    with pytest.raises(RefusedError, match="Invalid header row"):
        import_to_canvas(header, COURSE, {})


@pytest.mark.parametrize("maximum", [100, 250])
def test_no_grade_is_more_than_moodle_allows(tmp_path: Path, maximum: int) -> None:
    assignment = the_assignment()
    steps = tuple(
        replace(step, points=step.points + maximum - 100 if step.id == "3.2" else step.points)
        for step in assignment.spec.steps
    )
    assignment = replace(assignment, spec=replace(assignment.spec, steps=steps))
    full = grade(ADA)
    full = replace(full, score=replace(full.score, earned=float(maximum), maximum=maximum))
    half = replace(grade(BEN), score=replace(full.score, earned=maximum / 2))
    written = write(tmp_path, [full, half], assignment)
    assert {user: points for user, (points, _) in moodle(written).items()} == {1234: 100.0, 12: 50.0}
    assert canvas(written).maximum == str(maximum)
    assert canvas(written).grades == {1234: str(maximum), 12: str(maximum // 2)}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_name_section_or_reply_changes_nobodys_grade(tmp_path: Path, text: str) -> None:
    student = replace(ADA, name=text, section=text)
    said = f"answer of d: found {text}, the lab asks for one about travel"
    written = write(tmp_path, [grade(BEN), grade(student, {"4.2": ("failed", said)}), grade(replace(CLEO, name=text))])
    assert canvas(written).grades == {12: "100", 1234: "92", 77: "100"}
    assert canvas(written).maximum == "100"
    assert canvas(written).unknown == []
    for key in ("Email address", "ID number"):
        assert {user: points for user, (points, _) in moodle(written, key).items()} == {
            12: 100.0,
            1234: 92.0,
            77: 100.0,
        }
    cells = [cell for name in ("canvas.csv", "moodle.csv") for row in written.rows(name) for cell in row]
    assert not [cell for cell in cells if would_run(cell)]
    assert not [row for row in written.rows("moodle.csv") if set("<>\\") & set(row[3])]
    assert max(len(row[3]) for row in written.rows("moodle.csv")) < 1000


@pytest.mark.parametrize("key", ["0", "=1+1", "a\\"])
def test_who_cannot_be_found_safely_has_no_row_and_is_counted(tmp_path: Path, key: str) -> None:
    nobody = Student(5, key, "rg-x", "Mallory", "mallory@contoso.edu", sis_user_id="=1")
    graded = grade(nobody)
    with pytest.raises(RefusedError):
        import_to_moodle(f"ID number,L,L (feedback)\n{key},20,x\n", COURSE, "ID number")
    if key == "a\\":
        return  # no folder can have this id, and a roster refuses it
    written = write(tmp_path, [grade(BEN), graded])
    assert moodle(written, "ID number").keys() == canvas(written).grades.keys() == {12}
    assert "the importer could find them by: 1" in written.text("summary.md")
    assert written.table("gradebook.csv")[1]["score"] == "100"
