"""Merge the reports of all shards of a class into one: `python -m lab.grading.merge OUT DIR [DIR ...]`."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from lab.errors import InputError
from lab.grading.copies import link_folder
from lab.grading.counts import class_counts
from lab.grading.folders import folder_of
from lab.grading.manifest import ROSTER, Manifest, write_manifest
from lab.grading.publish import publish
from lab.grading.roster import Roster
from lab.grading.shard_reports import STUDENTS, ShardReport, read_shards
from lab.grading.shards import WHOLE
from lab.spec import LabSpec
from lab.spec_file import load_spec

Publish = Callable[[Path, Roster, Manifest, LabSpec], None]
LAB_FILE = Path(__file__).resolve().parents[2] / "data" / "lab.toml"
REFUSED, NOT_ALL_GRADED = 4, 10


def merge(out: Path, directories: Sequence[Path], spec: LabSpec, publish: Publish = publish) -> None:
    """Make `out` the report of the whole class; `publish` writes the class's files from the students'.

    `out` is there whole or, when anything goes wrong, not at all. Raises `InputError` with every problem when it is
    not empty, when the reports are not of one roster, rubric and set of options, or when a shard or a student of one
    is missing or there twice.
    """
    problems = _wrong_with_out(out)
    try:
        reports, roster = read_shards(directories, spec)
    except InputError as error:
        raise InputError("these reports", [*problems, *error.problems]) from error
    if problems:
        raise InputError(str(out), problems)
    out.parent.mkdir(parents=True, exist_ok=True)
    # Beside it, so that the last step is a rename within one file system.
    half = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}."))
    try:
        _gather(half, reports, roster, spec, publish)
        if out.exists():
            out.rmdir()
        half.chmod(0o755)
        half.rename(out)
    except InputError as error:
        shutil.rmtree(half)
        raise InputError(_original(error.source, half, reports), error.problems) from error
    except BaseException:
        shutil.rmtree(half)
        raise


def _gather(half: Path, reports: Sequence[ShardReport], roster: Roster, spec: LabSpec, publish: Publish) -> None:
    first = reports[0]
    started = min(report.manifest.started for report in reports)
    manifest = replace(first.manifest, shard=WHOLE, started=started)
    write_manifest(half, manifest, first.directory / ROSTER)
    (half / STUDENTS).mkdir()
    for report in reports:
        for student in report.students:
            link_folder(report.folder(student), folder_of(half, student.id))
    publish(half, roster, manifest, spec)


def _original(source: str, half: Path, reports: Sequence[ShardReport]) -> str:
    """Where the file of a shard is that the half-made report has a copy of; any other source as it is."""
    if not source.startswith(str(half)):
        return source
    inside = Path(source).relative_to(half)
    return str(next((each.directory / inside for each in reports if (each.directory / inside).exists()), source))


def _wrong_with_out(out: Path) -> list[str]:
    try:
        if not out.exists() or not any(out.iterdir()):
            return []
        return [f"{out}: found files in it, expected a folder that is empty or not there yet"]
    except NotADirectoryError:
        return [f"{out}: found a file, expected a folder that is empty or not there yet"]
    except OSError as error:
        return [f"{out}: cannot be read ({error.strerror or error}), expected a folder of yours"]


class _Parser(argparse.ArgumentParser):
    """Refuses what cannot be used with the suite's exit code, not argparse's 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(REFUSED, f"{self.format_usage()}{message}\n")


def main(arguments: Sequence[str]) -> int:
    """Merge, and print how many were graded; 0, 4 when refused, 10 when somebody could not be graded."""
    parser = _Parser(prog="python -m lab.grading.merge", description="Merge the reports of all shards of a class.")
    parser.add_argument("out", metavar="OUT", type=Path, help="the report to make; a folder that is empty or not there")
    parser.add_argument("directories", metavar="DIR", type=Path, nargs="+", help="the report directory of a shard")
    given = parser.parse_args(arguments)
    try:
        spec = load_spec(LAB_FILE)
        merge(given.out, given.directories, spec)
    except InputError as error:
        print(error, file=sys.stderr)
        return REFUSED
    counts = class_counts(given.out / "gradebook.csv")
    print(f"{counts.graded} of {counts.everyone} graded; {given.out / 'gradebook.csv'}")
    return NOT_ALL_GRADED if counts.not_graded else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
