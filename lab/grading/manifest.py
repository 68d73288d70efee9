"""What a grading run writes down about itself: with which roster and options its report was made."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Literal, get_args

from lab.errors import InputError, shown
from lab.files import write_json
from lab.grading.copies import copy_file
from lab.grading.roster import MAX_STUDENTS, Roster, read_roster
from lab.grading.shards import WHOLE, Shard, parse_shard
from lab.moments import moment
from lab.spec import Language
from lab.tables import Table

VERSION = 1
FILE = "grading.json"
ROSTER = "roster.csv"
Mode = Literal["live", "emulator"]
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Manifest:
    """How a report directory came about; times are aware, None where the option was not given.

    `roster` is the digest of the roster's bytes and `students` how many are on the whole of it.
    """

    run: str
    mode: Mode
    roster: str
    students: int
    shard: Shard
    language: Language
    started: datetime
    not_before: datetime | None = None
    deadline: datetime | None = None
    expect_clean: bool = False

    def as_json(self) -> dict[str, Any]:
        """The manifest in the form of version 1."""
        return {
            "version": VERSION,
            "run": self.run,
            "mode": self.mode,
            "roster": self.roster,
            "students": self.students,
            "shard": str(self.shard),
            "language": self.language,
            "started": _written(self.started),
            "not_before": _written(self.not_before),
            "deadline": _written(self.deadline),
            "expect_clean": self.expect_clean,
        }


def write_manifest(directory: Path, manifest: Manifest, roster: Path) -> None:
    """Begin a report directory: a copy of the roster's bytes, and the manifest beside it.

    Raises `InputError` when the roster is no longer what the manifest says.
    """
    copy_file(roster, directory / ROSTER)
    if read_roster(directory / ROSTER).digest != manifest.roster:
        (directory / ROSTER).unlink()
        raise InputError(str(roster), ["found it changed since it was read, expected it to stay as it is; run again"])
    write_json(directory / FILE, manifest.as_json())


def read_report(directory: Path) -> tuple[Manifest, Roster]:
    """The manifest and the roster of a report directory; raises `InputError` with every problem of either."""
    manifest = read_manifest(directory)
    roster = read_roster(directory / ROSTER)
    if (roster.digest, len(roster.students)) != (manifest.roster, manifest.students):
        found = f"found another roster of {len(roster.students)} students than the one of {manifest.students} that"
        raise InputError(str(directory / ROSTER), [f"{found} {FILE} names; put the run's own roster back"])
    return manifest, roster


def read_manifest(directory: Path) -> Manifest:
    """The manifest of a report directory; raises `InputError` with everything that is wrong with it."""
    path = directory / FILE
    table = Table(_json_object(path), "", [])
    version = table.whole("version", at_least=1)
    if version not in (0, VERSION):
        table.complain("version", f"found {version}, expected {VERSION}; use the version of this suite that wrote it")
    mode, language = _one_of(table, "mode", get_args(Mode)), _one_of(table, "language", get_args(Language))
    manifest = Manifest(
        run=table.text("run"),
        mode="live" if mode == "live" else "emulator",
        roster=_digest(table, "roster"),
        students=_students(table, "students"),
        shard=_shard(table, "shard"),
        language="ko" if language == "ko" else "en",
        started=_time(table, "started") or datetime.min,
        not_before=_time_or_none(table, "not_before"),
        deadline=_time_or_none(table, "deadline"),
        expect_clean=table.flag("expect_clean", default=False),
    )
    table.close()
    if table.problems:
        raise InputError(str(path), table.problems)
    return manifest


def _json_object(path: Path) -> Mapping[str, object]:
    try:
        value = json.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError as error:
        problem = "found no such file, expected the report directory of a grading run (`--grade`)"
        raise InputError(str(path), [problem]) from error
    except OSError as error:
        raise InputError(str(path), [f"the file cannot be read: {error.strerror or error}"]) from error
    except (ValueError, RecursionError) as error:
        raise InputError(str(path), [f"not valid JSON: {shown(str(error))}; grade again"]) from error
    if not isinstance(value, dict):
        raise InputError(str(path), ["found no JSON object, expected the one that a grading run writes"])
    return value


def _one_of(table: Table, key: str, words: tuple[str, ...]) -> str:
    word = table.text(key)
    if word and word not in words:
        table.complain(key, f"found '{shown(word, 60)}', expected {' or '.join(words)}")
    return word


def _digest(table: Table, key: str) -> str:
    digest = table.text(key)
    if digest and not _SHA256.fullmatch(digest):
        table.complain(key, f"found '{shown(digest, 70)}', expected 64 digits of 0-9 and a-f")
    return digest


def _students(table: Table, key: str) -> int:
    students = table.whole(key, at_least=1)
    if students > MAX_STUDENTS:
        table.complain(key, f"found {students:,}, expected {MAX_STUDENTS:,} at most")
    return students


def _shard(table: Table, key: str) -> Shard:
    text = table.text(key)
    if text:
        try:
            return parse_shard(text)
        except InputError as error:
            table.complain(key, error.problems[0])
    return WHOLE


def _time_or_none(table: Table, key: str) -> datetime | None:
    """A time, or None for null; the key must be there."""
    if key in table.values and table.values[key] is None:
        table.asked.append(key)
        return None
    return _time(table, key)


def _time(table: Table, key: str) -> datetime | None:
    text = table.text(key)
    if not text:
        return None
    found = moment(text)
    if found is None:
        table.complain(key, f"found '{shown(text, 60)}', expected a time such as 2026-11-22T12:00:00Z")
    return found


def _written(time: datetime | None) -> str | None:
    return None if time is None else time.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
