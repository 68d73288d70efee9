"""students/<id>/results.json, what a Gradescope autograder leaves in /autograder/results.

https://gradescope-autograders.readthedocs.io/en/latest/specs/ (gradescope/autograder_samples docs/specs.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.files import write_json
from lab.grading.assignment import Assignment
from lab.grading.folders import folder_of
from lab.grading.graded import Graded
from lab.grading.short import in_short
from lab.grading.text import one_line
from lab.verdict import StepResult

FILE = "results.json"
LONGEST_OUTPUT = 2000


@dataclass(frozen=True)
class Gradescope:
    """Writes the results of every student who has a score.

    The format has no way to say that a score is open, and any number would be a mark: without a score there is no file,
    which Gradescope reports as an autograder that failed.
    """

    directory: Path
    assignment: Assignment

    def add(self, graded: Graded) -> None:
        path = folder_of(self.directory, graded.student.id) / FILE
        if graded.score.earned is None:
            path.unlink(missing_ok=True)
        else:
            write_json(path, self._results(graded, graded.score.earned))

    def _results(self, graded: Graded, earned: float) -> dict[str, Any]:
        return {
            "score": earned,
            "output": one_line(in_short(graded, self.assignment), LONGEST_OUTPUT),
            "visibility": "visible",
            "stdout_visibility": "hidden",
            "tests": [_test(step) for step in self.assignment.results(graded)],
        }


def _test(step: StepResult) -> dict[str, Any]:
    return {
        "name": one_line(step.title, LONGEST_OUTPUT),
        "number": step.id,
        "score": step.earned,
        "max_score": step.points,
        "status": "passed" if step.outcome == "passed" else "failed",
        "output": one_line(step.reason, LONGEST_OUTPUT),
        "visibility": "visible",
    }
