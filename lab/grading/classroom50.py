"""students/<id>/result.json, what an autograder of Classroom 50 leaves: schema classroom50/result/v1.

https://github.com/foundation50/classroom50/wiki/Advanced-Autograding, schemas/result-v1.schema.json.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import floor
from pathlib import Path
from typing import Any

from lab.files import write_json
from lab.grading.assignment import Assignment
from lab.grading.folders import folder_of
from lab.grading.graded import Graded
from lab.grading.text import one_line
from lab.moments import moment
from lab.verdict import StepResult, Verdict

FILE = "result.json"
SCHEMA = "classroom50/result/v1"
LONGEST_OUTPUT = 2000
MOMENT = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Classroom50:
    """Writes the result of every student who has a score.

    Without a score there is no file, which the runner reports as an error of the autograder and not as a mark. Points
    are whole there: a part of a point is rounded in the sum, and stands exactly beside it as `earned`.
    """

    directory: Path
    assignment: Assignment

    def add(self, graded: Graded) -> None:
        path = folder_of(self.directory, graded.student.id) / FILE
        if graded.score.earned is None:
            path.unlink(missing_ok=True)
        else:
            write_json(path, self._result(graded))

    def _result(self, graded: Graded) -> dict[str, Any]:
        steps = self.assignment.results(graded)
        scores = whole_points([step.earned for step in steps])
        worked = done_at(graded.verdict)
        # There is no commit or release. Classroom 50 itself names a grade given by hand like this in all four members.
        submission = f"submit/manual-{worked:%Y-%m-%dT%H-%M-%SZ}"
        return {
            "schema": SCHEMA,
            "classroom": self.assignment.classroom,
            "assignment": self.assignment.slug,
            "assignment_type": "individual",
            "owner": graded.student.id,
            **dict.fromkeys(("submission", "commit", "release", "review"), submission),
            "datetime": worked.strftime(MOMENT),
            "graded_at": _graded_at(graded.verdict).strftime(MOMENT),
            "score": sum(scores),
            "max-score": sum(step.points for step in steps),
            "tests": [_test(step, score) for step, score in zip(steps, scores, strict=True)],
        }


def whole_points(earned: Sequence[float]) -> list[int]:
    """Points as whole numbers whose sum is the sum of the points, a half rounded up; none rises above its next one.

    >>> whole_points([1.5, 1.5, 2])
    [2, 1, 2]
    """
    rounded = [floor(points) for points in earned]
    missing = floor(round(sum(earned), 2) + 0.5) - sum(rounded)
    by_fraction = sorted(range(len(earned)), key=lambda place: rounded[place] - earned[place])
    for place in by_fraction[:missing]:
        rounded[place] += 1
    return rounded


def done_at(verdict: Verdict) -> datetime:
    """When the work was done, which stays the same however often it is graded: when the training ended, else began.

    Without a training job it is when the environment was looked at.
    """
    jobs = [job for step in verdict.steps for job in step.evidence.values() if isinstance(job, Mapping)]
    for name in ("finished_at", "created_at"):
        found = [time for job in jobs if "trained_tokens" in job and (time := moment(job.get(name)))]
        if found:
            return max(found)
    return _graded_at(verdict)


def _graded_at(verdict: Verdict) -> datetime:
    found = moment(verdict.facts.finished) or moment(verdict.facts.started)
    if found is None:
        raise ValueError(f"{verdict.facts.environment}: the verdict says neither when it was begun nor when it ended")
    return found


def _test(step: StepResult, score: int) -> dict[str, Any]:
    return {
        "test-name": f"{step.id} {one_line(step.title, LONGEST_OUTPUT)}",
        "passed": step.outcome == "passed",
        "score": score,
        "max-score": step.points,
        "earned": step.earned,
        "message": one_line(step.reason, LONGEST_OUTPUT),
    }
