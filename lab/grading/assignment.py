"""The assignment that a class is graded for, as gradebooks know it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lab.grading.cells import would_run
from lab.grading.graded import Graded
from lab.grading.text import one_line
from lab.grading.words import GradingWords
from lab.spec import LabSpec, Language, Step
from lab.verdict import StepResult

# Columns that Canvas takes for totals and leaves out, whatever stands around these words
# (NON_ASSIGNMENT_COLUMN_HEADERS in canvas-lms lib/gradebook_importer.rb), and those that name the student.
_TOTAL = re.compile(r"(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)")
_STUDENT = ("Student", "LastName", "FirstName", "ID", "SIS User ID", "SIS Login ID", "Section", "Integration ID")
# How Canvas parts a title from the assignment's id (Assignment.title_and_id).
_WITH_ID = re.compile(r".*\s\([0-9]+\)", re.DOTALL)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Assignment:
    """What every output of a grading run must know: the lab, what is marked, and how gradebooks call the assignment.

    `marked` are the ids of the steps whose points count. `canvas_id` is the assignment's id in Canvas, without which
    Canvas goes by the title and makes a new assignment when it has none of it. `classroom` and `slug` are the short
    names in Classroom 50.
    """

    spec: LabSpec
    words: GradingWords
    title: str
    marked: frozenset[str]
    language: Language
    canvas_id: str
    classroom: str
    slug: str

    @property
    def steps(self) -> tuple[Step, ...]:
        """The marked steps in the lab's order."""
        return tuple(step for step in self.spec.steps if step.id in self.marked)

    @property
    def maximum(self) -> int:
        """The points of all marked steps."""
        return sum(step.points for step in self.steps)

    def results(self, graded: Graded) -> tuple[StepResult, ...]:
        """What a student's marked steps came to, in the lab's order."""
        return tuple(step for step in graded.verdict.steps if step.id in self.marked)


def assignment_of(spec: LabSpec, words: GradingWords, language: Language = "en") -> Assignment:
    """The assignment of a lab, with the marked steps of its rubric; called after the lab unless it has a name."""
    return Assignment(
        spec=spec,
        words=words,
        title=words.names.title or spec.title.in_language(language),
        marked=frozenset(step.id for step in spec.steps if step.marked),
        language=language,
        canvas_id=words.names.canvas_id,
        classroom=words.names.classroom,
        slug=words.names.slug,
    )


def problems_of(assignment: Assignment) -> Iterator[str]:
    """Yield what is wrong with the names of an assignment: an importer would not find it, or take it for another."""
    title = assignment.title
    if not title or title != one_line(title).strip():
        yield f"title {title!r}: expected a text on one line, without space around it"
    if would_run(title) or "\\" in title:
        yield f"title {title!r}: expected none that a spreadsheet runs as a formula, and no backslash"
    if _TOTAL.search(title) or title in _STUDENT:
        yield f"title {title!r}: Canvas has a column of this name itself, and would not import this one"
    if _WITH_ID.fullmatch(title):
        yield f"title {title!r}: Canvas takes the number for the id of an assignment; give the id by itself"
    if assignment.canvas_id and not (assignment.canvas_id.isascii() and assignment.canvas_id.isdigit()):
        yield f"Canvas's assignment id {assignment.canvas_id!r}: expected digits, as at the end of the page's address"
    for name in (assignment.classroom, assignment.slug):
        if not _NAME.fullmatch(name):
            yield f"{name!r}: expected a short name of Classroom 50, of letters, digits, '.', '_' and '-'"
