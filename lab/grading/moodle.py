"""moodle.csv, for Moodle's grade import.

Its rules are those of moodle grade/import/csv/classes/load_data.php. One row that it does not like aborts the whole
import, so a student without a score, or whom Moodle could not find, has no row: an empty grade would also wipe the one
that is there. Grade and feedback always come together, since importing one alone wipes the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lab.files import replacing
from lab.grading.assignment import Assignment
from lab.grading.cells import Rows, harmless, number, rows
from lab.grading.graded import Graded
from lab.grading.keys import moodle_takes
from lab.grading.roster import Student
from lab.grading.short import in_short

FILE = "moodle.csv"
# What a grade may be at most, unless the site's administrator allows more (`unlimitedgrades`).
MOST = 100
# Moodle shows feedback as HTML, and its CSV reader takes a backslash before a quote for an escaped one.
_PLAIN = str.maketrans({"<": "\u2039", ">": "\u203a", "\\": "/", '"': "\u2033"})


@dataclass(frozen=True)
class Moodle:
    """Writes the row of every student who has a score, and whom Moodle can find."""

    table: Rows
    assignment: Assignment
    with_email: bool

    def add(self, graded: Graded) -> None:
        student, earned = graded.student, graded.score.earned
        if earned is None or not moodle_takes(student.id):
            return
        keys = (student.email, student.id) if self.with_email else (student.id,)
        feedback = harmless(in_short(graded, self.assignment).translate(_PLAIN))
        self.table.writerow((*keys, number(_as_moodle_counts(earned, self.assignment.maximum)), feedback))


def left_out(graded: Graded) -> bool:
    """Whether a student who has a score has no row, since Moodle could not find whose it is."""
    return graded.score.earned is not None and not moodle_takes(graded.student.id)


def everyone_has_an_email(students: Iterable[Student]) -> bool:
    """Whether the file can have a column of e-mail addresses: a single empty one gives a grade to somebody else."""
    return all(moodle_takes(student.email) for student in students)


@contextmanager
def moodle(path: Path, assignment: Assignment, students: Iterable[Student]) -> Iterator[Moodle]:
    """Write a file for Moodle; `students` are all that may be added, by whose e-mails or ids Moodle is to find them."""
    with_email = everyone_has_an_email(students)
    keys = ("Email address", "ID number") if with_email else ("ID number",)
    with replacing(path) as file:
        table = rows(file)
        table.writerow((*keys, assignment.title, f"{assignment.title} (feedback)"))
        yield Moodle(table, assignment, with_email)


def _as_moodle_counts(earned: float, maximum: int) -> float:
    """Points as they are, or out of 100 when the lab has more than a grade of Moodle's can be."""
    return earned if maximum <= MOST else MOST * earned / maximum
