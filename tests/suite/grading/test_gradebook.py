"""gradebook.csv and flags.csv."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lab.grading.graded import Flag
from lab.spec import STEP_IDS
from tests.suite.grading.classes import ADA, BEN, CLEO, HOSTILE, grade, write


def test_every_student_has_a_row_in_the_order_of_the_roster(tmp_path: Path) -> None:
    wrong = {"3.2": ("failed", "capacity of d: found 10, the lab asks for 5"), "3.3": ("blocked", "not tried")}
    written = write(tmp_path, [grade(CLEO), grade(ADA, wrong), grade(BEN)])  # type: ignore[arg-type]
    table = written.table("gradebook.csv")
    assert list(table[0]) == ["id", "name", "score", "max", "percent", "grading_status", *STEP_IDS]
    assert [row["id"] for row in table] == ["s003", "s001", "00123"]
    assert [row["name"] for row in table] == [CLEO.name, ADA.name, BEN.name]
    assert [row["score"] for row in table] == ["100", "84", "100"]
    assert [row["percent"] for row in table] == ["100", "84", "100"]
    assert {row["max"] for row in table} == {"100"}
    assert {row["grading_status"] for row in table} == {"graded"}
    assert (table[1]["3.1"], table[1]["3.2"], table[1]["3.3"], table[1]["5.1"]) == (
        *("passed", "failed", "blocked"),
        "skipped",
    )


def test_a_part_of_the_points_is_written_with_its_decimals(tmp_path: Path) -> None:
    written = write(tmp_path, [grade(ADA, {"3.2": ("failed", "capacity")}, earned={"3.2": 7.5})])
    (row,) = written.table("gradebook.csv")
    assert (row["score"], row["percent"]) == ("95.5", "95.5")


def test_who_could_not_be_graded_has_no_score_and_the_reason(tmp_path: Path) -> None:
    written = write(tmp_path, [grade(ADA, {"1.3": ("inconclusive", "no right to read rg-s001")}), grade(BEN)])
    ada, ben = written.table("gradebook.csv")
    assert (ada["score"], ada["percent"], ada["max"], ada["1.3"]) == ("", "", "100", "inconclusive")
    assert ada["grading_status"].startswith("could not be graded: step 1.3: no right to read rg-s001")
    assert (ben["score"], ben["grading_status"]) == ("100", "graded")


def test_the_file_is_plain_utf_8_with_lf_and_no_mark(tmp_path: Path) -> None:
    raw = (write(tmp_path, [grade(BEN)]).directory / "gradebook.csv").read_bytes()
    assert raw.startswith(b"id,name,")
    assert raw.endswith(b"\n")
    assert b"\r" not in raw
    assert "김민준".encode() in raw


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_name_changes_its_own_row_only(tmp_path: Path, name: str) -> None:
    honest = write(tmp_path / "honest", [grade(BEN), grade(ADA), grade(CLEO)]).rows("gradebook.csv")
    found = write(tmp_path / "hostile", [grade(BEN), grade(replace(ADA, name=name)), grade(CLEO)])
    rows = found.rows("gradebook.csv")
    assert len(rows) == 4
    assert [rows[0], rows[1], rows[3]] == [honest[0], honest[1], honest[3]]
    assert rows[2][0:1] + rows[2][2:] == honest[2][0:1] + honest[2][2:]


def test_flags_have_a_row_each_and_are_in_no_other_table(tmp_path: Path) -> None:
    flags = [Flag("shared", "the account is that of s777 too"), Flag("late", "=made on 2026-11-30")]
    written = write(tmp_path, [grade(ADA, flags=flags), grade(BEN), grade(CLEO, flags=flags[:1])])
    assert written.rows("flags.csv") == [
        ["id", "flag", "reason"],
        ["s001", "shared", "the account is that of s777 too"],
        ["s001", "late", "'=made on 2026-11-30"],
        ["s003", "shared", "the account is that of s777 too"],
    ]
    others = [path for path in tmp_path.rglob("*.*") if path.name not in ("flags.csv", "summary.md")]
    assert len(others) == 5 + 3 * 2
    assert not [path.name for path in others if "s777" in path.read_text(encoding="utf-8")]


def test_without_flags_there_is_only_the_header(tmp_path: Path) -> None:
    assert write(tmp_path, [grade(ADA)]).rows("flags.csv") == [["id", "flag", "reason"]]
