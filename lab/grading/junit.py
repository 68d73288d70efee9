"""junit.xml: a test suite for each student, a test case for each step, for CI servers.

A step that could not be checked is an `error`: that is JUnit's word for a test that did not come to a result, and CI
servers show it. A blocked one is `skipped`: its cause is reported once, where it is. There are no names, only ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from xml.sax.saxutils import quoteattr

from lab.errors import Outcome
from lab.files import replacing
from lab.grading.assignment import Assignment
from lab.grading.graded import Graded
from lab.grading.text import among_others
from lab.verdict import StepResult

LONGEST = 2000


@dataclass(frozen=True)
class JUnit:
    """Writes the suite of every student that is added."""

    file: TextIO

    def add(self, graded: Graded) -> None:
        verdict = graded.verdict
        self.file.write(f"  <testsuite {_attributes(self._counts(graded))}>\n")
        for step in verdict.steps:
            self.file.write(_case(graded.student.id, step))
        self.file.write("  </testsuite>\n")

    def _counts(self, graded: Graded) -> Iterable[tuple[str, str]]:
        steps = graded.verdict.steps
        kinds = [_kind(step.outcome) for step in steps]
        yield "name", graded.student.id
        yield "tests", str(len(steps))
        yield "failures", str(kinds.count("failure"))
        yield "errors", str(kinds.count("error"))
        yield "skipped", str(kinds.count("skipped"))
        yield "time", f"{sum(step.seconds for step in steps):.3f}"
        yield "timestamp", graded.verdict.facts.started


@contextmanager
def junit(path: Path, assignment: Assignment) -> Iterator[JUnit]:
    """Write a report in JUnit's XML."""
    with replacing(path) as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        file.write(f"<testsuites {_attributes([('name', assignment.title)])}>\n")
        yield JUnit(file)
        file.write("</testsuites>\n")


def _kind(outcome: Outcome) -> str:
    """The element that says what a test case came to; empty for one that passed."""
    return {"failed": "failure", "inconclusive": "error", "blocked": "skipped", "skipped": "skipped"}.get(outcome, "")


def _case(student_id: str, step: StepResult) -> str:
    kind = _kind(step.outcome)
    name = f"{step.id} {step.title}"
    named = _attributes([("classname", student_id), ("name", name), ("time", f"{step.seconds:.3f}")])
    if not kind:
        return f"    <testcase {named}/>\n"
    reason = [("message", step.reason)] if kind == "skipped" else [("type", step.outcome), ("message", step.reason)]
    return f"    <testcase {named}>\n      <{kind} {_attributes(reason)}/>\n    </testcase>\n"


def _attributes(attributes: Iterable[tuple[str, str]]) -> str:
    return " ".join(f"{name}={quoteattr(among_others(value, LONGEST))}" for name, value in attributes)
