"""Cells that no spreadsheet runs, texts that nothing obeys, and keys that importers read as they are."""

from __future__ import annotations

import csv
import io
import unicodedata

import pytest

from lab.grading.cells import harmless, number, rows, would_run
from lab.grading.keys import canvas_keys, moodle_takes
from lab.grading.roster import Student
from lab.grading.text import among_others, in_code, one_line
from tests.suite.grading.classes import HOSTILE

RUN = [
    "=1+1",
    "+1",
    "-1",
    "@A1",
    "\t=1",
    "\r=1",
    " \u00a0=1",
    "\u200b=1",
    "\ufeff@x",
    "＝1",
    "＋1",
    "－1",
    "＠A1",
    "x;=1",
]
STAY = ["", "Ada", "a=b", "a-b", "1-2", "007", "'=1", "x; y", "김-민준", "–5", "#N/A", "3.2", "שלום"]


@pytest.mark.parametrize("text", RUN)
def test_a_formula_gets_an_apostrophe_and_keeps_its_text(text: str) -> None:
    cell = harmless(text)
    assert would_run(text)
    assert not would_run(cell)
    assert cell.replace("'", "", 1) == one_line(text)


@pytest.mark.parametrize("text", STAY)
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert not would_run(text)
    assert harmless(text) == text


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_cell_is_one_line_of_printable_text_and_no_formula(text: str) -> None:
    cell = harmless(text)
    assert not would_run(cell)
    assert len(cell.splitlines()) == 1
    assert not [char for char in cell if unicodedata.category(char) in ("Cc", "Cs")]
    file = io.StringIO()
    rows(file).writerow(("s001", cell, "20"))
    assert list(csv.reader([file.getvalue()], strict=True)) == [["s001", cell, "20"]]


@pytest.mark.parametrize(
    ("value", "written"),
    [(20, "20"), (17.5, "17.5"), (0, "0"), (100.0, "100"), (0.25, "0.25"), (33.333333, "33.33"), (1000, "1000")],
)
def test_numbers_have_no_decimals_that_say_nothing(value: float, written: str) -> None:
    assert number(value) == written


def test_controls_are_shown_as_signs_and_line_breaks_as_spaces() -> None:
    assert one_line("a\x1b[31mb\r\nc\td\x00\x9b\ud83d") == "a␛[31mb  c d␀\ufffd\ufffd"


def test_a_long_text_is_cut_and_says_how_long_it_was() -> None:
    assert one_line("x" * 30, 10) == "xxxxxxxxxx… (30 characters)"


def test_text_among_others_turns_nobody_elses_around() -> None:
    assert among_others("\u202egnp.exe\u2066", 20) == "gnp.exe"
    assert among_others("كليو שלום", 20) == "كليو שלום"


def test_text_in_code_cannot_leave_it() -> None:
    assert in_code("a `b` <b>", 20) == "`a ˋbˋ <b>`"
    assert in_code("", 20) == ""


def student(**keys: str) -> Student:
    return Student(row=2, id=keys.pop("id", "s001"), resource_group="rg", **keys)


@pytest.mark.parametrize("key", ["12.345.678", "1,5", "5.", ".", ",7", "=1", "+821012345678", "a\nb", " u1", "u" * 300])
def test_a_key_that_canvas_or_a_spreadsheet_would_change_is_left_out(key: str) -> None:
    assert canvas_keys(student(sis_user_id=key)) is None
    keys = canvas_keys(student(sis_user_id=key, sis_login_id="ada"))
    assert keys is not None
    assert (keys.sis_user_id, keys.sis_login_id) == ("", "ada")


@pytest.mark.parametrize("key", ["u1001", "00123", "12.5", "2024-001", "ada@contoso.edu", "12.345.678-K", "홍길동"])
def test_any_other_key_is_written_as_it_is(key: str) -> None:
    keys = canvas_keys(student(sis_user_id=key))
    assert keys is not None
    assert keys.sis_user_id == key
    assert moodle_takes(key)


@pytest.mark.parametrize("canvas_id", ["12abc", "１２", "-5", "1.5", "abc"])
def test_an_id_of_canvas_that_ruby_would_read_as_another_number_is_left_out(canvas_id: str) -> None:
    keys = canvas_keys(student(canvas_id=canvas_id, sis_user_id="u1"))
    assert keys is not None
    assert (keys.id, keys.sis_user_id) == ("", "u1")


def test_a_roster_without_columns_of_canvas_has_the_sis_user_id_as_its_id() -> None:
    keys = canvas_keys(student(id="u1001"))
    assert keys is not None
    assert (keys.id, keys.sis_user_id, keys.sis_login_id) == ("", "u1001", "")


@pytest.mark.parametrize("key", ["", "0", "a\\", "=1", "-5", " a", "a\nb"])
def test_a_key_that_moodle_would_not_find_the_student_by_is_left_out(key: str) -> None:
    assert not moodle_takes(key)
