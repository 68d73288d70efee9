"""The report directories of a class's shards, and whether they make a whole."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lab.errors import InputError, shown
from lab.grading.folders import folder_of
from lab.grading.manifest import Manifest, read_manifest, read_report
from lab.grading.problems import Problems
from lab.grading.publish import FILE
from lab.grading.roster import Roster, Student
from lab.grading.shards import Shard, shards_of
from lab.spec import LabSpec
from lab.verdict import Verdict

STUDENTS = "students"
# What all shards of a class were given alike, as it is called on the command line.
_ALIKE: Mapping[str, str] = {
    "mode": "mode",
    "roster": "roster (its digest)",
    "language": "--lang",
    "not_before": "--not-before",
    "deadline": "--deadline",
    "expect_clean": "--expect-clean",
}


@dataclass(frozen=True)
class ShardReport:
    """A shard's report directory, what was written down about it, and the students that belong to the shard."""

    directory: Path
    manifest: Manifest
    students: tuple[Student, ...] = ()

    def folder(self, student: Student) -> Path:
        """The student's own folder."""
        return folder_of(self.directory, student.id)


def read_shards(directories: Sequence[Path], spec: LabSpec) -> tuple[tuple[ShardReport, ...], Roster]:
    """Every shard of a class, by number, and the class's roster.

    Raises `InputError` with every problem (the first 50) unless they are all shards of one roster, graded alike, each
    there once and complete. One verdict is held at a time.
    """
    problems = Problems()
    reports, roster = _read(directories, problems)
    if roster is None:
        raise InputError("the reports", problems.listed())
    problems.urgent += _not_alike(reports)
    problems.urgent += _not_whole(reports)
    places = shards_of(roster.students, reports[0].manifest.shard.count)
    whole = [_with_students(report, roster, places) for report in reports]
    for report in whole:
        if not any(_unlike(report, reports[0])):
            for problem in _wrong_in(report, spec):
                problems.add(f"{report.directory} (shard {report.manifest.shard}): {problem}")
    if found := problems.listed():
        raise InputError("the reports", found)
    return tuple(sorted(whole, key=lambda report: report.manifest.shard.number)), roster


def _read(directories: Sequence[Path], problems: Problems) -> tuple[list[ShardReport], Roster | None]:
    """What can be read of the reports; the roster of the first, for the others have the same when they are alike."""
    reports: list[ShardReport] = []
    roster: Roster | None = None
    for directory in directories:
        try:
            if roster is None:
                manifest, roster = read_report(directory)
            else:
                manifest = read_manifest(directory)
        except InputError as error:
            problems.urgent += [f"{error.source}: {problem}" for problem in error.problems]
        else:
            reports.append(ShardReport(directory, manifest))
    return reports, roster


def _with_students(report: ShardReport, roster: Roster, places: Mapping[str, int]) -> ShardReport:
    number = report.manifest.shard.number
    return replace(report, students=tuple(each for each in roster.students if places[each.id] == number))


def _unlike(report: ShardReport, first: ShardReport) -> Iterator[str]:
    """Yield each thing in which a report was made otherwise than the first one."""
    for name, told in _ALIKE.items():
        found, expected = getattr(report.manifest, name), getattr(first.manifest, name)
        if found != expected:
            yield f"{told}: found {_told(found)}, expected {_told(expected)}"
    if report.manifest.shard.count != first.manifest.shard.count:
        yield f"--shard: found one of {report.manifest.shard.count}, expected one of {first.manifest.shard.count}"


def _told(value: object) -> str:
    return "none" if value is None else shown(str(value), 80)


def _not_alike(reports: Sequence[ShardReport]) -> Iterator[str]:
    for report in reports[1:]:
        for difference in _unlike(report, reports[0]):
            yield f"{report.directory}: {difference}, as in {reports[0].directory}"


def _not_whole(reports: Sequence[ShardReport]) -> Iterator[str]:
    """Yield each shard that is there more than once, and which are missing."""
    count = reports[0].manifest.shard.count
    times = Counter(report.manifest.shard for report in reports)
    for shard, found in times.items():
        if found > 1:
            where = ", ".join(str(report.directory) for report in reports if report.manifest.shard == shard)
            yield f"shard {shard}: found {found} times ({where}), expected once"
    there = {shard.number for shard in times if shard.count == count}
    missing = [str(Shard(number, count)) for number in range(1, count + 1) if number not in there]
    if missing:
        more = f" and {len(missing) - 20} more" if len(missing) > 20 else ""
        advice = "give their report directories too, or grade them with --shard"
        yield f"found no report of shard {', '.join(missing[:20])}{more}; {advice}"


def _wrong_in(report: ShardReport, spec: LabSpec) -> Iterator[str]:
    """Yield which students of a shard are missing or not graded to the end, and which are none of its own."""
    folder = report.directory / STUDENTS
    try:
        there = {_composed(path.name) for path in folder.iterdir() if not path.name.startswith(".")}
    except OSError:
        there = set()
    for name in sorted(there - {_composed(student.id) for student in report.students}):
        yield f"student {shown(name, 60)}: found a folder, expected only students of this shard and roster"
    otherwise: list[str] = []
    for student in report.students:
        try:
            wrong = _other_rubric(_verdict(report, student), spec)
        except InputError as error:
            yield f"student {student.id}: {error.problems[0]}"
        else:
            otherwise += [f"{student.id}: {wrong}"] if wrong else []
    if otherwise:
        found = f"found marks of another rubric than data/lab.toml at {len(otherwise)} students ({otherwise[0]})"
        yield f"{found}; mark them anew with --regrade {report.directory}"


def _composed(name: str) -> str:
    """A name as it is compared: macOS takes accents apart in the names of folders."""
    return unicodedata.normalize("NFC", name)


def _verdict(report: ShardReport, student: Student) -> Verdict:
    """A student's verdict; raises `InputError` when it is missing, unreadable or about somebody else."""
    path = report.folder(student) / FILE
    resumed = f"go on with the run (--resume {report.manifest.run})"
    if not path.is_file():
        raise InputError(str(path), [f"has no {FILE}; {resumed}"])
    try:
        verdict = Verdict.from_json(json.loads(path.read_bytes().decode("utf-8")))
    except (OSError, ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        found = shown(f"{type(error).__name__}: {error}", 80)
        raise InputError(str(path), [f"{FILE} cannot be read ({found}); {resumed}"]) from error
    for member, expected in (("environment", student.id), ("mode", report.manifest.mode)):
        told = getattr(verdict.facts, member)
        if told != expected:
            problem = f"found {member} {_told(told)} in {FILE}, expected {expected}; grade this student again"
            raise InputError(str(path), [problem])
    return verdict


def _other_rubric(verdict: Verdict, spec: LabSpec) -> str | None:
    """In what a verdict was marked by other points than the rubric's; None when by the same."""
    points = {step.id: step.points for step in verdict.steps}
    for step in spec.steps:
        if points.get(step.id) != step.points:
            return f"step {step.id} with {_told(points.get(step.id))} points, expected {step.points}"
    return None
