"""What is not merged: reports that do not make a whole, each with all that is wrong."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lab.errors import InputError
from lab.grading.folders import folder_of
from lab.grading.manifest import FILE
from lab.grading.merge import merge
from lab.grading.shards import Shard
from tests.suite.grading.reports import (
    COUNT,
    SIZE,
    a_shard_report,
    a_verdict,
    change_verdict,
    of_shard,
    publish,
    shard_reports,
)
from tests.suite.grading.rosters import a_class, a_roster
from tests.suite.lab.fakes import STARTED, the_spec


def refused(out: Path, shards: list[Path]) -> tuple[str, ...]:
    """Why these reports are not merged; nothing may be left of the try."""
    before = sorted(out.parent.iterdir())
    with pytest.raises(InputError) as error:
        merge(out, shards, the_spec(), publish)
    assert sorted(out.parent.iterdir()) == before
    return error.value.problems


def the_refusal(out: Path, shards: list[Path]) -> str:
    problems = refused(out, shards)
    assert len(problems) == 1, problems
    return problems[0]


@pytest.mark.parametrize("kind", ["files", "a file"])
def test_a_report_is_not_made_over_something(tmp_path: Path, shards: list[Path], kind: str) -> None:
    out = tmp_path / "out"
    if kind == "files":
        out.mkdir()
        (out / "notes.txt").write_text("mine", encoding="utf-8")
    else:
        out.write_text("mine", encoding="utf-8")
    assert (
        the_refusal(out, shards)
        == f"{out}: found {kind + ' in it' if out.is_dir() else kind}, expected a folder that is empty or not there yet"
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"mode": "live"}, "mode: found live, expected emulator"),
        ({"language": "ko"}, "--lang: found ko, expected en"),
        ({"deadline": STARTED}, "--deadline: found 2024-11-15 09:00:00+00:00, expected none"),
        ({"not_before": STARTED}, "--not-before: found 2024-11-15 09:00:00+00:00, expected none"),
        ({"expect_clean": True}, "--expect-clean: found True, expected False"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_shards_that_were_graded_otherwise_are_refused(
    tmp_path: Path, roster: Path, shards: list[Path], changes: dict[str, object], said: str
) -> None:
    shutil.rmtree(shards[1])
    a_shard_report(shards[1], roster, Shard(2, COUNT), **changes)
    assert the_refusal(tmp_path / "out", shards) == f"{shards[1]}: {said}, as in {shards[0]}"


def test_a_shard_of_another_roster_is_refused(tmp_path: Path, roster: Path, shards: list[Path]) -> None:
    shutil.rmtree(shards[2])
    (tmp_path / "other").mkdir()
    a_shard_report(shards[2], a_roster(tmp_path / "other", *a_class(SIZE - 1)), Shard(3, COUNT))
    assert the_refusal(tmp_path / "out", shards).startswith(f"{shards[2]}: roster (its digest): found ")


def test_a_shard_of_another_division_is_refused(tmp_path: Path, roster: Path, shards: list[Path]) -> None:
    shutil.rmtree(shards[2])
    a_shard_report(shards[2], roster, Shard(3, 4))
    assert refused(tmp_path / "out", shards) == (
        f"{shards[2]}: --shard: found one of 4, expected one of 3, as in {shards[0]}",
        "found no report of shard 3/3; give their report directories too, or grade them with --shard",
    )


def test_a_shard_that_is_missing_or_there_twice_is_refused(tmp_path: Path, roster: Path, shards: list[Path]) -> None:
    again = a_shard_report(tmp_path / "again", roster, Shard(1, COUNT))
    assert refused(tmp_path / "out", [shards[0], again]) == (
        f"shard 1/3: found 2 times ({shards[0]}, {again}), expected once",
        "found no report of shard 2/3, 3/3; give their report directories too, or grade them with --shard",
    )


def without(*names: str) -> Callable[[Path], None]:
    def remove(folder: Path) -> None:
        for name in names or [path.name for path in folder.iterdir()]:
            (folder / name).unlink()

    return remove


def holding(name: str, content: str) -> Callable[[Path], None]:
    def hold(folder: Path) -> None:
        (folder / name).write_text(content, encoding="utf-8")

    return hold


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(shutil.rmtree, "has no verdict.json; go on with the run (--resume emulator-2)", id="no-folder"),
        pytest.param(without("verdict.json"), "has no verdict.json; go on with the run", id="no-verdict"),
        pytest.param(holding("verdict.json", "{"), "verdict.json cannot be read (JSONDecodeError", id="half-a-verdict"),
        pytest.param(holding("verdict.json", "[]"), "verdict.json cannot be read (TypeError", id="no-object"),
        pytest.param(
            holding("verdict.json", json.dumps(a_verdict("s00099"))),
            "found environment s00099 in verdict.json, expected s0000",
            id="somebody-else",
        ),
    ],
)
def test_a_student_who_was_not_graded_to_the_end_is_a_gap(
    tmp_path: Path, roster: Path, shards: list[Path], change: Callable[[Path], None], said: str
) -> None:
    student = of_shard(roster, 2)[1]
    change(folder_of(shards[1], student))
    problem = the_refusal(tmp_path / "out", shards)
    assert problem.startswith(f"{shards[1]} (shard 2/3): student {student}: {said}")


def test_a_student_of_another_mode_is_refused(tmp_path: Path, roster: Path, shards: list[Path]) -> None:
    student = of_shard(roster, 3)[0]
    change_verdict(shards[2], student, {"mode": "live"})
    assert f"student {student}: found mode live" in the_refusal(tmp_path / "out", shards)


def test_a_student_of_another_shard_is_refused(tmp_path: Path, roster: Path, shards: list[Path]) -> None:
    stray = of_shard(roster, 2)[0]
    shutil.copytree(folder_of(shards[1], stray), folder_of(shards[0], stray))
    said = f"student {stray}: found a folder, expected only students of this shard and roster"
    assert the_refusal(tmp_path / "out", shards) == f"{shards[0]} (shard 1/3): {said}"


def test_marks_of_another_rubric_are_refused_once_for_a_shard(tmp_path: Path, roster: Path, shards: list[Path]) -> None:
    for student in of_shard(roster, 1):
        steps = a_verdict(student)["steps"]
        change_verdict(shards[0], student, {"steps": [{**step, "points": step["points"] + 1} for step in steps]})
    problem = the_refusal(tmp_path / "out", shards)
    assert f"found marks of another rubric than data/lab.toml at {len(of_shard(roster, 1))} students" in problem
    assert problem.endswith(f"mark them anew with --regrade {shards[0]}")


def test_a_link_out_of_the_report_is_not_followed(tmp_path: Path, roster: Path, shards: list[Path]) -> None:
    student = of_shard(roster, 1)[0]
    (folder_of(shards[0], student) / "notes.txt").symlink_to(tmp_path / "roster.csv")
    assert the_refusal(tmp_path / "out", shards).startswith("found a link or a device")


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path, roster: Path, shards: list[Path]) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine").write_text("", encoding="utf-8")
    shutil.rmtree(shards[0] / "students")
    (shards[1] / FILE).unlink()
    problems = refused(out, shards)
    assert [problem for problem in problems if "found files in it" in problem]
    assert [problem for problem in problems if str(shards[1] / FILE) in problem and "no such file" in problem]
    assert [problem for problem in problems if "no report of shard 2/3" in problem]
    assert sum("has no verdict.json" in problem for problem in problems) == len(of_shard(roster, 1))


def test_no_report_at_all_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    assert "found no such file" in the_refusal(tmp_path / "out", [tmp_path / "a"])


def test_many_students_missing_are_counted(tmp_path: Path) -> None:
    roster = a_roster(tmp_path, *a_class(200))
    shards = shard_reports(tmp_path / "shards", roster, 2)
    for shard in shards:
        shutil.rmtree(shard / "students")
    problems = refused(tmp_path / "out", shards)
    assert (len(problems), problems[-1]) == (51, "and 150 more")
