"""Merging the reports of shards: whole or not at all, and every reason why not at once."""

from __future__ import annotations

import csv
import tracemalloc
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from lab.errors import InputError
from lab.grading.folders import folder_of
from lab.grading.manifest import ROSTER, Manifest, read_manifest, read_report
from lab.grading.merge import main, merge
from lab.grading.roster import Roster, read_roster
from lab.grading.shards import WHOLE, Shard
from lab.spec import LabSpec
from tests.suite.grading.reports import (
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


@pytest.mark.parametrize("is_there", [False, True], ids=["new", "empty"])
def test_the_report_of_the_class_holds_everybody_and_says_it_is_whole(
    tmp_path: Path, roster: Path, shards: list[Path], is_there: bool
) -> None:
    out = tmp_path / "out"
    if is_there:
        out.mkdir()
    merge(out, shards[::-1], the_spec(), publish)
    manifest, merged = read_report(out)
    assert merged == read_roster(roster)
    assert manifest == replace(read_manifest(shards[0]), shard=WHOLE)
    assert sorted(path.name for path in (out / "students").iterdir()) == [f"s{n:05}" for n in range(1, SIZE + 1)]
    assert (folder_of(out, "s00001") / "evidence.json").is_file()
    assert (out / ROSTER).read_bytes() == roster.read_bytes()
    assert len((out / "gradebook.csv").read_text(encoding="utf-8").splitlines()) == SIZE + 1
    assert out.stat().st_mode & 0o777 == 0o755


def test_what_the_class_was_graded_by_is_published_with(tmp_path: Path, roster: Path, shards: list[Path]) -> None:
    given: list[tuple[Roster, Manifest, LabSpec]] = []
    merge(
        tmp_path / "out", shards, the_spec(), lambda _, roster, manifest, spec: given.append((roster, manifest, spec))
    )
    assert given == [(read_roster(roster), replace(read_manifest(shards[0]), shard=WHOLE), the_spec())]


def test_the_class_began_when_its_first_shard_did(tmp_path: Path, roster: Path) -> None:
    earlier = STARTED - timedelta(hours=1)
    shards = [
        a_shard_report(tmp_path / "a", roster, Shard(1, 2)),
        a_shard_report(tmp_path / "b", roster, Shard(2, 2), started=earlier),
    ]
    merge(tmp_path / "out", shards, the_spec(), publish)
    assert read_manifest(tmp_path / "out").started == earlier


def test_one_shard_is_a_whole_class(tmp_path: Path, roster: Path) -> None:
    shards = shard_reports(tmp_path / "shards", roster, 1)
    merge(tmp_path / "out", shards, the_spec(), publish)
    assert read_manifest(tmp_path / "out").shard == WHOLE


def test_a_shard_without_students_is_no_gap(tmp_path: Path) -> None:
    roster = a_roster(tmp_path, "s1,rg-1")
    merge(tmp_path / "out", shard_reports(tmp_path / "shards", roster, 3), the_spec(), publish)
    assert [path.name for path in (tmp_path / "out" / "students").iterdir()] == ["s1"]


def test_what_an_interrupted_writer_left_stays_behind(tmp_path: Path, roster: Path, shards: list[Path]) -> None:
    student = of_shard(roster, 1)[0]
    (folder_of(shards[0], student) / ".verdict.json.x1").write_text("{", encoding="utf-8")
    (shards[0] / "students" / ".DS_Store").write_text("", encoding="utf-8")
    merge(tmp_path / "out", shards, the_spec(), publish)
    left = [path.name for path in folder_of(tmp_path / "out", student).iterdir()]
    assert sorted(left) == ["evidence.json", "verdict.json"]


def test_what_is_below_a_students_folder_comes_along(tmp_path: Path, roster: Path, shards: list[Path]) -> None:
    student = of_shard(roster, 2)[0]
    below = folder_of(shards[1], student) / "gradescope" / "results.json"
    below.parent.mkdir()
    below.write_text("{}", encoding="utf-8")
    merge(tmp_path / "out", shards, the_spec(), publish)
    assert (folder_of(tmp_path / "out", student) / "gradescope" / "results.json").read_text(encoding="utf-8") == "{}"


def test_files_are_copied_where_they_cannot_be_linked(
    tmp_path: Path, shards: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def other_device(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(Path, "hardlink_to", other_device)
    merge(tmp_path / "out", shards, the_spec(), publish)
    verdict = folder_of(tmp_path / "out", "s00001") / "verdict.json"
    assert verdict.stat().st_nlink == 1
    assert a_verdict("s00001")["environment"] in verdict.read_text(encoding="utf-8")


def test_writing_the_merged_report_leaves_the_shards_alone(tmp_path: Path, roster: Path, shards: list[Path]) -> None:
    merge(tmp_path / "out", shards, the_spec(), publish)
    student = of_shard(roster, 1)[0]
    change_verdict(tmp_path / "out", student, {"mode": "changed"})
    assert "changed" not in (folder_of(shards[0], student) / "verdict.json").read_text(encoding="utf-8")


def test_a_report_that_cannot_be_published_leaves_nothing(tmp_path: Path, shards: list[Path]) -> None:
    def fails(*_: object) -> None:
        raise InputError("evidence", ["of another version"])

    before = sorted(tmp_path.iterdir())
    with pytest.raises(InputError, match="of another version"):
        merge(tmp_path / "out", shards, the_spec(), fails)
    assert sorted(tmp_path.iterdir()) == before


def everything(directory: Path) -> dict[str, bytes]:
    """The content of every file below a folder."""
    files = [path for path in directory.rglob("*") if path.is_file()]
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in files}


def test_the_command_makes_the_files_of_the_class_and_leaves_the_shards_alone(
    tmp_path: Path, roster: Path, shards: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    first = of_shard(roster, 1)[0]
    change_verdict(shards[0], first, a_verdict(first, s3_2="failed"))
    before, out = everything(tmp_path / "shards"), tmp_path / "out"
    assert main([str(out), *map(str, shards)]) == 0
    assert capsys.readouterr().out == f"{SIZE} of {SIZE} graded; {out / 'gradebook.csv'}\n"
    assert everything(tmp_path / "shards") == before
    with (out / "gradebook.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == [student.id for student in read_roster(roster).students]
    assert [row["id"] for row in rows if row["3.2"] == "failed"] == [first]
    assert {"canvas.csv", "moodle.csv", "summary.md", "summary-public.md", "junit.xml"} <= set(everything(out))


def test_the_command_says_by_its_exit_code_that_somebody_could_not_be_graded(
    tmp_path: Path, roster: Path, shards: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    student = of_shard(roster, 3)[0]
    change_verdict(shards[2], student, a_verdict(student, s1_3="inconclusive"))
    assert main([str(tmp_path / "out"), *map(str, shards)]) == 10
    assert capsys.readouterr().out.startswith(f"{SIZE - 1} of {SIZE} graded; ")


def test_a_merge_that_is_stopped_leaves_nothing(tmp_path: Path, shards: list[Path]) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    before = sorted(tmp_path.iterdir())
    with pytest.raises(KeyboardInterrupt):
        merge(tmp_path / "out", shards, the_spec(), stopped)
    assert sorted(tmp_path.iterdir()) == before


def test_evidence_that_cannot_be_read_is_named_where_it_is(tmp_path: Path, roster: Path, shards: list[Path]) -> None:
    evidence = folder_of(shards[1], of_shard(roster, 2)[0]) / "evidence.json"
    evidence.write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="JSONDecodeError") as error:
        merge(tmp_path / "out", shards, the_spec())
    assert error.value.source == str(evidence)
    assert not (tmp_path / "out").exists()


def test_the_command_refuses_with_the_suites_exit_code(
    tmp_path: Path, shards: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "out"), str(shards[0])]) == 4
    assert "found no report of shard 2/3, 3/3" in capsys.readouterr().err
    with pytest.raises(SystemExit) as stopped:
        main([str(tmp_path / "out")])
    assert stopped.value.code == 4
    assert "DIR" in capsys.readouterr().err


def test_a_class_is_merged_without_holding_it(tmp_path: Path) -> None:
    roster = a_roster(tmp_path, *a_class(40))
    shards = shard_reports(tmp_path / "shards", roster, 2)
    for shard in shards:
        for folder in (shard / "students").iterdir():
            change_verdict(shard, folder.name, {"padding": "x" * 500_000})
    tracemalloc.start()
    merge(tmp_path / "out", shards, the_spec(), lambda *_: None)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000, "twenty megabytes were read, half a megabyte at a time"
