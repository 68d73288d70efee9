"""The roster: what is read from a CSV file, and what is refused with which words."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from lab.grading.roster import Student, read_roster
from lab.grading.student_rules import COLUMNS
from tests.suite.grading.rosters import a_class, a_roster, problems, the_problem
from tests.suite.lab.fakes import ROOT, SUBSCRIPTION

ALL = ",".join(COLUMNS)


def test_a_row_becomes_a_student_with_every_column(tmp_path: Path) -> None:
    row = f'007,rg-007,"Kim, 하늘",h@contoso.edu,{SUBSCRIPTION},0042,u7,h.kim,A'
    path = a_roster(tmp_path, row, header=ALL)
    roster = read_roster(path)
    assert roster.students == (
        Student(2, "007", "rg-007", "Kim, 하늘", "h@contoso.edu", SUBSCRIPTION, "0042", "u7", "h.kim", "A"),
    )
    assert roster.digest == hashlib.sha256(path.read_bytes()).hexdigest()


def test_only_an_id_and_a_group_are_needed_in_any_order_of_columns(tmp_path: Path) -> None:
    roster = read_roster(a_roster(tmp_path, "rg-1,s1", header="resource_group,id"))
    assert roster.students == (Student(2, "s1", "rg-1"),)


def test_the_sample_is_a_roster_that_shows_what_names_and_ids_may_be() -> None:
    students = read_roster(ROOT / "data" / "roster-sample.csv").students
    assert len(students) == 6
    assert all(student.id.startswith("00") and student.email.endswith("@contoso.edu") for student in students)
    names = " ".join(student.name for student in students)
    assert "김하늘" in names
    assert "נועם" in names
    assert ", " in names
    assert '"' in names


def test_space_around_cells_is_no_part_of_them_and_a_quote_may_follow_one(tmp_path: Path) -> None:
    path = a_roster(
        tmp_path, ' s1 ,\trg-1 ,  "Lee,  Ann"', "s2,rg-2,\u00a0Bo\u3000", header=" id , resource_group,name"
    )
    assert [(each.id, each.resource_group, each.name) for each in read_roster(path).students] == [
        ("s1", "rg-1", "Lee, Ann"),
        ("s2", "rg-2", "Bo"),
    ]


def test_names_are_kept_and_shown_on_one_line(tmp_path: Path) -> None:
    hostile = "=cmd|' /C calc'!A0 <b>[x](http://y)</b> ../../etc"
    rows = [f's1,rg-1,"{hostile}"', 's2,rg-2,"Ann\nLee"', "s3,rg-3,\x1b[31mred\x07", "s4,rg-4,נועם \u200fברק"]
    path = a_roster(tmp_path, *rows, header="id,resource_group,name")
    names = [student.name for student in read_roster(path).students]
    assert names == [hostile, "Ann Lee", "\u241b[31mred\u2407", "נועם \u200fברק"]


def test_columns_that_a_learning_platform_adds_are_let_be(tmp_path: Path) -> None:
    header = "Student,id,Lab 04b (98765),resource_group,uid,Lab 04b (98765),,username"
    path = a_roster(tmp_path, "Ann,s1,17,rg-1,5,18,,ann", header=header)
    assert read_roster(path).students == (Student(2, "s1", "rg-1"),)


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("Section", "section"),
        ("E-Mail", "email"),
        ("subscription_id", "subscription"),
        ("SIS User ID", "sis_user_id"),
        ("sis-login-id", "sis_login_id"),
        ("canvasid", "canvas_id"),
    ],
)
def test_a_column_that_is_nearly_ours_is_asked_about(tmp_path: Path, misspelt: str, meant: str) -> None:
    path = a_roster(tmp_path, "s1,rg-1,x", header=f"id,resource_group,{misspelt}")
    assert the_problem(path) == f"row 1: column '{misspelt}': no column of a roster; did you mean {meant}?"


def test_a_column_that_is_nearly_ours_is_let_be_beside_ours(tmp_path: Path) -> None:
    path = a_roster(tmp_path, "s1,4711,rg-1", header="id,ID,resource_group")
    assert read_roster(path).students == (Student(2, "s1", "rg-1"),)


def test_missing_and_repeated_columns_are_told_together_with_wrong_rows(tmp_path: Path) -> None:
    path = a_roster(tmp_path, "rg..,a@b,a@b", header="resource_group,email,email")
    repeated, missing, group = problems(path)
    assert repeated == "row 1: column email: found 2 times, expected once"
    assert missing.startswith("row 1: column id: found none of this name among the 3 columns, parted by a comma")
    assert group.startswith("row 2: resource_group: found 'rg..', expected a name that Azure takes")


def test_a_file_without_a_header_is_missing_both_columns(tmp_path: Path) -> None:
    found = problems(a_roster(tmp_path, "s2,rg-2", header="s1,rg-1"))
    assert [problem[:23] for problem in found] == ["row 1: column id: found", "row 1: column resource_"]


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("resource_group", "rg one", "expected a name that Azure takes"),
        ("resource_group", "rg.", "expected a name that Azure takes"),
        ("resource_group", "g" * 91, "expected a name that Azure takes"),
        ("subscription", "my subscription", "expected a subscription's id"),
        ("subscription", SUBSCRIPTION[:-1], "expected a subscription's id"),
        ("email", "ann", "expected one e-mail address"),
        ("email", "a@b c@d", "expected one e-mail address"),
        ("canvas_id", '"1\n2"', "expected no control characters or line breaks"),
        ("sis_login_id", "a\x1bb", "found 'a\\x1bb', expected no control characters or line breaks"),
    ],
)
def test_a_cell_that_cannot_be_right_is_refused(tmp_path: Path, column: str, value: str, said: str) -> None:
    cells = {"id": "s1", "resource_group": "rg-1", column: value}
    problem = the_problem(a_roster(tmp_path, ",".join(cells.values()), header=",".join(cells)))
    assert problem.startswith(f"row 2: {column}: ")
    assert said in problem


@pytest.mark.parametrize("group", ["RG_(a).b-c", "그룹-1", "g" * 90])
def test_a_group_may_be_called_what_azure_takes(tmp_path: Path, group: str) -> None:
    assert read_roster(a_roster(tmp_path, f"s1,{group}")).students[0].resource_group == group


def test_two_students_may_name_one_group(tmp_path: Path) -> None:
    assert len(read_roster(a_roster(tmp_path, "s1,rg-1", "s2,RG-1")).students) == 2


@pytest.mark.parametrize(
    "value",
    [
        *("a/b", "a\\b", "..", ".", ".a", "a.", "a:b", "a*b", "a?", "a|b", "<a>", '"a""b"'),
        *("CON", "con", "nul.txt", "Com1", "LPT9.a.b", "COM¹", "aux .txt", "CONIN$"),
        *("a\x07b", "a\tb", '"a\nb"', "a\u200bb", "a\u202eb", "a\u00a0b", "x" * 101, "김" * 81),
    ],
    ids=ascii,
)
def test_an_id_that_cannot_be_a_folder_everywhere_is_refused(tmp_path: Path, value: str) -> None:
    assert the_problem(a_roster(tmp_path, f"{value},rg-1")).startswith("row 2: id: found '")


@pytest.mark.parametrize(
    "value", ["0", "007", "ann@contoso.edu", "김하늘", "a b", "=1+1", "-rf", "console", "COM10", "x" * 100, "김" * 80]
)
def test_an_id_that_can_be_a_folder_stays_as_it_is(tmp_path: Path, value: str) -> None:
    (student,) = read_roster(a_roster(tmp_path, f"{value},rg-1")).students
    assert student.id == value
    (tmp_path / student.id).mkdir()


@pytest.mark.parametrize(
    ("column", "first", "second"),
    [
        ("id", "s001", "S001"),
        ("id", "Zoe\u0308", "zo\u00eb"),
        ("id", "straße", "STRASSE"),
        ("email", "ann@contoso.edu", "Ann@contoso.edu"),
        ("canvas_id", "17", "17"),
        ("sis_user_id", "u1", "U1"),
        ("sis_login_id", "ann", "ann"),
    ],
)
def test_what_a_student_is_found_by_is_nobody_elses(tmp_path: Path, column: str, first: str, second: str) -> None:
    rows = [{"id": name, "resource_group": "rg", column: value} for name, value in (("a", first), ("b", second))]
    other = {"id": "c", "resource_group": "rg", column: "another" if column != "email" else "c@d"}
    path = a_roster(tmp_path, *(",".join(row.values()) for row in (rows[0], other, rows[1])), header=",".join(other))
    assert the_problem(path).startswith(f"row 4: {column}: found the same as in row 2")


def test_what_is_optional_may_be_empty_in_many_rows(tmp_path: Path) -> None:
    path = a_roster(tmp_path, "s1,rg-1,,,", "s2,rg-2,,,", header="id,resource_group,email,canvas_id,subscription")
    assert len(read_roster(path).students) == 2


def test_all_problems_of_a_row_and_of_all_rows_are_told_at_once(tmp_path: Path) -> None:
    path = a_roster(tmp_path, "a/b,,x", "s2,rg-2,y", "s2,rg.,z", header="id,resource_group,subscription")
    assert [problem.split(", ")[0] for problem in problems(path)] == [
        "row 2: id: found 'a/b'",
        "row 2: resource_group: is empty",
        "row 2: subscription: found 'x'",
        "row 3: subscription: found 'y'",
        "row 4: id: found the same as in row 3 (letter case does not count)",
        "row 4: resource_group: found 'rg.'",
        "row 4: subscription: found 'z'",
    ]


def test_of_many_problems_the_first_fifty_are_listed(tmp_path: Path) -> None:
    found = problems(a_roster(tmp_path, *("a/b,rg-1" for _ in range(1000))))
    assert len(found) == 51
    assert found[49].startswith("row 51: ")
    assert found[50] == "and 950 more"


def test_a_class_of_twenty_thousand_is_read_and_one_more_is_refused(tmp_path: Path) -> None:
    rows = list(a_class(20_001))
    assert len(read_roster(a_roster(tmp_path, *rows[:-1])).students) == 20_000
    assert the_problem(a_roster(tmp_path, *rows)).startswith("row 20002: found more than 20,000 students")
