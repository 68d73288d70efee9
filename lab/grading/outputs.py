"""All files of a class, written side by side while its students are read one after another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lab.grading import canvas, moodle
from lab.grading.assignment import Assignment
from lab.grading.classroom50 import Classroom50
from lab.grading.gradebook import flags, gradebook
from lab.grading.graded import Graded
from lab.grading.gradescope import Gradescope
from lab.grading.junit import junit
from lab.grading.roster import Student
from lab.grading.summary import summaries


class Output(Protocol):
    """Something that is written student by student, in the roster's order."""

    def add(self, graded: Graded) -> None:
        """Write what belongs to one student."""


@dataclass(frozen=True)
class Outputs:
    """Several outputs that take the same students."""

    parts: tuple[Output, ...]

    def add(self, graded: Graded) -> None:
        for part in self.parts:
            part.add(graded)


@contextmanager
def outputs(directory: Path, assignment: Assignment, students: Iterable[Student]) -> Iterator[Output]:
    """Write gradebook.csv, flags.csv, canvas.csv, moodle.csv, junit.xml, the summaries and every student's results.

    `students` are all who may be added. The files of the class take the place of older ones when the block ends well;
    one that is left by an error leaves those as they were. A student's own files are replaced one by one.
    """
    with ExitStack() as stack:
        parts: tuple[Output, ...] = (
            stack.enter_context(gradebook(directory / "gradebook.csv", assignment)),
            stack.enter_context(flags(directory / "flags.csv")),
            stack.enter_context(canvas.canvas(directory / canvas.FILE, assignment)),
            stack.enter_context(moodle.moodle(directory / moodle.FILE, assignment, students)),
            stack.enter_context(junit(directory / "junit.xml", assignment)),
            stack.enter_context(summaries(directory, assignment)),
            Gradescope(directory, assignment),
            Classroom50(directory, assignment),
        )
        yield Outputs(parts)
