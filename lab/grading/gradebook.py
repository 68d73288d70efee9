"""gradebook.csv, a row for each student, and flags.csv, a row for each flag."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lab.files import replacing
from lab.grading.assignment import Assignment
from lab.grading.cells import Rows, harmless, number, rows
from lab.grading.graded import Graded

COLUMNS = ("id", "name", "score", "max", "percent", "grading_status")


@dataclass(frozen=True)
class Gradebook:
    """Writes what every student earned, and what each step came to; a score that is open stays empty."""

    table: Rows
    steps: tuple[str, ...]

    def add(self, graded: Graded) -> None:
        score = graded.score
        outcomes = {step.id: step.outcome for step in graded.verdict.steps}
        self.table.writerow(
            (
                harmless(graded.student.id),
                harmless(graded.student.name),
                "" if score.earned is None else number(score.earned),
                number(score.maximum),
                "" if score.percent is None else number(score.percent),
                harmless(score.status),
                *(outcomes.get(step, "") for step in self.steps),
            )
        )


@dataclass(frozen=True)
class Flags:
    """Writes what a grader should look at."""

    table: Rows

    def add(self, graded: Graded) -> None:
        for flag in graded.flags:
            self.table.writerow((harmless(graded.student.id), flag.kind, harmless(flag.reason)))


@contextmanager
def gradebook(path: Path, assignment: Assignment) -> Iterator[Gradebook]:
    """Write a gradebook with a row for every student that is added, and a column for every step of the lab."""
    steps = tuple(step.id for step in assignment.spec.steps)
    with replacing(path) as file:
        table = rows(file)
        table.writerow((*COLUMNS, *steps))
        yield Gradebook(table, steps)


@contextmanager
def flags(path: Path) -> Iterator[Flags]:
    """Write the flags of the students that are added; without any there is only the header."""
    with replacing(path) as file:
        table = rows(file)
        table.writerow(("id", "flag", "reason"))
        yield Flags(table)
