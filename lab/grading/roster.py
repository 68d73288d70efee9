"""The roster: whom to grade, and where each student's environment is."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from lab.errors import InputError, shown
from lab.grading.problems import Problems
from lab.grading.roster_file import DELIMITERS, RosterFile, UnreadableError, long_cells, plain
from lab.grading.student_rules import COLUMNS, REQUIRED, Rules

MAX_STUDENTS = 20_000
"""More rows than any class has: a file of more is the wrong one."""

# How much a header must be like one of ours to be taken for it misspelt; below, a word such as `uid` is like `id`.
_LIKENESS = 0.82


@dataclass(frozen=True)
class Student:
    """One row of a roster; `row` is its number in a spreadsheet, where the header is 1. Optional texts may be empty."""

    row: int
    id: str
    resource_group: str
    name: str = ""
    email: str = ""
    subscription: str = ""
    canvas_id: str = ""
    sis_user_id: str = ""
    sis_login_id: str = ""
    section: str = ""


@dataclass(frozen=True)
class Roster:
    """Everyone to be graded, in the file's order; `digest` is the SHA-256 of the file's bytes, in hexadecimal."""

    students: tuple[Student, ...]
    digest: str


def read_roster(path: Path) -> Roster:
    """Read a roster, a CSV file in UTF-8 (with or without a byte-order mark) with a header.

    Commas, semicolons or tabs divide the cells. Columns that the suite does not know are let be, since exports of
    learning platforms have many; one that looks like a misspelt one of ours is not. Raises `InputError` with every
    problem (the first 50, and how many more there are), each with its row as a spreadsheet shows it.
    """
    try:
        if not path.is_file():
            found = "a folder" if path.is_dir() else "something that is no file" if path.exists() else "nothing"
            raise InputError(str(path), [f"found {found} there, expected a roster, a CSV file; check the path"])
        with path.open("rb") as file, long_cells():
            return _Reading(str(path), file).roster()
    except OSError as error:
        raise InputError(str(path), [f"the file cannot be read: {error.strerror or error}; check the path"]) from error


@dataclass
class _Reading:
    """Turns the rows of a file into students, and keeps what is wrong with them."""

    source: str
    file: BinaryIO
    problems: Problems = field(default_factory=Problems)
    rules: Rules = field(default_factory=Rules)

    def roster(self) -> Roster:
        table = RosterFile(self.file, self.problems.add)
        students: list[Student] = []
        try:
            students = list(self._students(table))
        except UnreadableError as error:
            self.problems.urgent.append(str(error))
        if problems := self.problems.listed():
            raise InputError(self.source, problems)
        return Roster(tuple(students), table.digest)

    def _students(self, table: RosterFile) -> Iterator[Student]:
        rows = table.rows(COLUMNS)
        number, header = next(rows, (0, []))
        if number != 1:
            expected = f"{', '.join(REQUIRED)}, and any of {', '.join(COLUMNS[len(REQUIRED) :])}"
            self.problems.urgent.append(f"row 1: found no header there, expected {expected}")
            return
        columns = self._columns([cell.strip() for cell in header], table.delimiter)
        count = 0
        for number, cells in rows:
            count += 1
            if count > MAX_STUDENTS:
                found = f"row {number}: found more than {MAX_STUDENTS:,} students, expected as many at most"
                self.problems.urgent.append(f"{found}; the rows from here on were not read; is this the right file?")
                return
            if len(cells) != len(header):
                wrong = f"found {len(cells)} cells, expected {len(header)}, as many as the header has"
                self.problems.add(f"row {number}: {wrong}; put a cell with a {DELIMITERS[table.delimiter]} in quotes")
                continue
            if student := self._student(number, {name: cells[at] for name, at in columns.items()}):
                yield student
        if not count and not self.problems.found:
            self.problems.urgent.append("found no students, expected a row for each below the header")

    def _columns(self, header: list[str], delimiter: str) -> Mapping[str, int]:
        """Where in a row each column of ours is; notes those that are missing, there twice, or misspelt."""
        times = Counter(header)
        for name in COLUMNS:
            if times[name] > 1:
                self.problems.urgent.append(f"row 1: column {name}: found {times[name]} times, expected once")
        for name in times:
            if meant := _meant(name, frozenset(times)):
                problem = f"no column of a roster; did you mean {meant}?"
                self.problems.urgent.append(f"row 1: column '{shown(name, 60)}': {problem}")
        if missing := [name for name in REQUIRED if not times[name]]:
            found = f"found none of this name among the {len(header)} columns, parted by a {DELIMITERS[delimiter]}"
            self.problems.urgent += [f"row 1: column {name}: {found}; add it to the header" for name in missing]
        return {name: header.index(name) for name in COLUMNS if name in times}

    def _student(self, row: int, cells: Mapping[str, str]) -> Student | None:
        """The student of a row; None, with its problems noted, when it cannot be one."""
        texts = self.rules.cleaned(cells)
        wrong = self.rules.wrong_in(texts, row)
        for problem in wrong:
            self.problems.add(f"row {row}: {problem}")
        if wrong or not all(name in texts for name in REQUIRED):
            return None
        return Student(row=row, **texts)


def _meant(name: str, header: frozenset[str]) -> str | None:
    """The column of ours that a header cell is a misspelling of; None when it is none, or ours is there as well."""
    if name in COLUMNS:
        return None
    near = [plain(name)] if plain(name) in COLUMNS else difflib.get_close_matches(plain(name), COLUMNS, 1, _LIKENESS)
    return near[0] if near and near[0] not in header else None
