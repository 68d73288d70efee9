"""canvas.csv, for the gradebook import of Canvas.

Its rules are those of canvas-lms lib/gradebook_importer.rb. A student without a score has no row: Canvas takes an empty
cell for a change, and removes the grade that is there (ui/features/gradebook_uploads, populateGradeDataPerSubmission).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lab.files import replacing
from lab.grading.assignment import Assignment
from lab.grading.cells import Rows, harmless, number, rows
from lab.grading.graded import Graded
from lab.grading.keys import canvas_keys

FILE = "canvas.csv"
# A row whose first cell has these words in it sets what the assignment is worth.
MAXIMA = "Points Possible"


@dataclass(frozen=True)
class Canvas:
    """Writes the row of every student who has a score, and whom Canvas can find."""

    table: Rows

    def add(self, graded: Graded) -> None:
        student, keys = graded.student, canvas_keys(graded.student)
        if graded.score.earned is None or keys is None:
            return
        name = harmless(student.name).replace(MAXIMA, MAXIMA.lower())
        earned = number(graded.score.earned)
        self.table.writerow(
            (name, keys.id, keys.sis_user_id, keys.sis_login_id, harmless(student.section), earned),
        )


def left_out(graded: Graded) -> bool:
    """Whether a student who has a score has no row, since Canvas could not find whose it is."""
    return graded.score.earned is not None and canvas_keys(graded.student) is None


@contextmanager
def canvas(path: Path, assignment: Assignment) -> Iterator[Canvas]:
    """Write a file for Canvas; without the assignment's id Canvas goes by its title."""
    column = f"{assignment.title} ({assignment.canvas_id})" if assignment.canvas_id else assignment.title
    with replacing(path) as file:
        table = rows(file)
        table.writerow(("Student", "ID", "SIS User ID", "SIS Login ID", "Section", column))
        table.writerow((f"    {MAXIMA}", "", "", "", "", number(assignment.maximum)))
        yield Canvas(table)
