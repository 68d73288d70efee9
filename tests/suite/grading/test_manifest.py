"""The manifest of a grading run: what is written is what is read, and what is wrong with one is all told."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from lab.errors import InputError
from lab.grading.manifest import FILE, ROSTER, Manifest, read_manifest, read_report, write_manifest
from lab.grading.roster import read_roster
from lab.grading.shards import Shard
from tests.suite.grading.rosters import a_roster

STARTED = datetime(2026, 11, 22, 12, 0, tzinfo=timezone.utc)


def a_manifest(roster: Path, **changes: Any) -> Manifest:
    read = read_roster(roster)
    members = {
        "run": "emulator-1",
        "mode": "emulator",
        "roster": read.digest,
        "students": len(read.students),
        "shard": Shard(1, 1),
        "language": "en",
        "started": STARTED,
    }
    return Manifest(**{**members, **changes})


def a_report(directory: Path, **changes: Any) -> Path:
    """A report directory with a manifest, in whose JSON these members are put; None leaves one out."""
    roster = a_roster(directory, "s1,rg-1", "s2,rg-2")
    write_manifest(directory / "report", a_manifest(roster), roster)
    content = json.loads((directory / "report" / FILE).read_text(encoding="utf-8"))
    content = {name: value for name, value in {**content, **changes}.items() if value != "left out"}
    (directory / "report" / FILE).write_text(json.dumps(content), encoding="utf-8")
    return directory / "report"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="the-least"),
        pytest.param(
            {
                "mode": "live",
                "shard": Shard(3, 20),
                "language": "ko",
                "not_before": STARTED - timedelta(days=7),
                "deadline": STARTED.astimezone(timezone(timedelta(hours=9))),
                "expect_clean": True,
            },
            id="everything",
        ),
    ],
)
def test_what_is_written_is_what_is_read(tmp_path: Path, changes: dict[str, Any]) -> None:
    roster = a_roster(tmp_path, "s1,rg-1", "s2,rg-2")
    manifest = a_manifest(roster, **changes)
    write_manifest(tmp_path / "report", manifest, roster)
    assert read_report(tmp_path / "report") == (manifest, read_roster(roster))
    assert (tmp_path / "report" / ROSTER).read_bytes() == roster.read_bytes()
    assert sorted(path.name for path in (tmp_path / "report").iterdir()) == [FILE, ROSTER]


def test_it_is_plain_json_with_times_in_utc(tmp_path: Path) -> None:
    roster = a_roster(tmp_path, "s1,rg-1")
    deadline = datetime(2026, 11, 22, 9, 0, tzinfo=timezone(timedelta(hours=9)))
    write_manifest(tmp_path, a_manifest(roster, deadline=deadline, shard=Shard(3, 20)), roster)
    assert json.loads((tmp_path / FILE).read_text(encoding="utf-8")) == {
        "version": 1,
        "run": "emulator-1",
        "mode": "emulator",
        "roster": read_roster(roster).digest,
        "students": 1,
        "shard": "3/20",
        "language": "en",
        "started": "2026-11-22T12:00:00Z",
        "not_before": None,
        "deadline": "2026-11-22T00:00:00Z",
        "expect_clean": False,
    }


def test_a_roster_that_changed_while_the_run_began_is_refused(tmp_path: Path) -> None:
    roster = a_roster(tmp_path, "s1,rg-1")
    manifest = a_manifest(roster)
    a_roster(tmp_path, "s1,rg-2")
    with pytest.raises(InputError, match="found it changed since it was read"):
        write_manifest(tmp_path / "report", manifest, roster)
    assert list((tmp_path / "report").iterdir()) == []


def test_a_roster_that_is_gone_is_named(tmp_path: Path) -> None:
    roster = a_roster(tmp_path, "s1,rg-1")
    manifest = a_manifest(roster)
    roster.unlink()
    with pytest.raises(InputError, match="the file cannot be read") as refused:
        write_manifest(tmp_path / "report", manifest, roster)
    assert refused.value.source == str(roster)
    assert list((tmp_path / "report").iterdir()) == []


def test_a_class_is_not_larger_than_a_roster_may_be(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="students: found 20,001, expected 20,000 at most"):
        read_manifest(a_report(tmp_path, students=20_001))


def test_a_roster_of_another_class_is_noticed(tmp_path: Path) -> None:
    directory = a_report(tmp_path)
    (directory / ROSTER).write_text("id,resource_group\nx,rg\n", encoding="utf-8")
    with pytest.raises(InputError, match="found another roster of 1 students than the one of 2"):
        read_report(directory)


def test_everything_that_is_wrong_is_told(tmp_path: Path) -> None:
    directory = a_report(
        tmp_path,
        version=2,
        run="left out",
        mode="replay",
        roster="abc",
        students=0,
        shard="21/20",
        language="fr",
        started="yesterday",
        not_before=17,
        deadline="left out",
        expect_clean="yes",
        expect_cleen=True,
    )
    with pytest.raises(InputError) as refused:
        read_manifest(directory)
    assert refused.value.source == str(directory / FILE)
    said = " ".join(sorted(problem.split(":")[0] for problem in refused.value.problems))
    assert said == (
        "deadline expect_clean expect_cleen language mode not_before roster run shard started students version"
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(None, "found no such file, expected the report directory of a grading run", id="missing"),
        pytest.param(b"{", "not valid JSON", id="half"),
        pytest.param(b"[]", "found no JSON object", id="a-list"),
        pytest.param(b"\xff", "not valid JSON", id="bytes"),
        pytest.param(b"[" * 100_000, "not valid JSON", id="deep"),
    ],
)
def test_a_file_that_is_no_manifest_is_refused(tmp_path: Path, content: bytes | None, said: str) -> None:
    if content is not None:
        (tmp_path / FILE).write_bytes(content)
    with pytest.raises(InputError, match=said):
        read_manifest(tmp_path)


def test_a_manifest_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(InputError, match="the file cannot be read"):
        read_manifest(tmp_path)
