"""A pytest plugin: at the end of a run of the lab, keep what each of its stages came to, for `mutation` to judge again.

Loaded with `-p tests.suite.scenarios.keeping`; runs in one process only.
"""

from __future__ import annotations

import pickle
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fixtures.checks import step_of
from fixtures.lab_session import session_of
from lab.errors import Blocked, Outcome, StepError
from lab.stages import CLEAN_UP, STAGES
from tests.suite.projects import ROOT

OPTION = "--keep-results"


@dataclass(frozen=True)
class Place:
    """Where an error was raised: a file of the project and its line."""

    file: str
    line: int


@dataclass(frozen=True)
class Fault:
    """The error of a stage: the outcome and step of its first cause, and where that was raised."""

    outcome: Outcome
    step: str
    reason: str
    blocked: bool
    places: tuple[Place, ...]

    def again(self, step: str) -> StepError:
        """The same error, for whoever asks for the stage on behalf of a step."""
        cause = StepError(self.step, self.reason)
        cause.outcome = self.outcome
        return Blocked(step, cause) if self.blocked else cause


Results = dict[str, Any]
"""The value or the `Fault` of each stage that the lab's checks look at, by its name."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(OPTION, type=Path, metavar="FILE", help="keep what the stages came to, pickled")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    lab, path = session_of(session.config), session.config.getoption(OPTION)
    if lab.stages is None or path is None:
        return
    asked = {name for item in session.items if step_of(item) for name in getattr(item, "fixturenames", ())}
    kept = {name: _outcome(lab.stages, name) for name in (*STAGES, *CLEAN_UP) if name in asked}
    path.write_bytes(pickle.dumps(kept))


def read_results(path: Path) -> Results:
    """What a run has kept."""
    results: Results = pickle.loads(path.read_bytes())
    return results


def _outcome(stages: Any, name: str) -> Any:
    try:
        return stages.result(name)
    except StepError as error:
        cause = error.cause if isinstance(error, Blocked) else error
        places = tuple(dict.fromkeys(place for one in _chain(cause) for place in _raised_at(one)))
        return Fault(cause.outcome, cause.step, cause.reason, isinstance(error, Blocked), places)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and the ones it was raised from, as far as they are a step's; one may be raised from itself."""
    seen: list[BaseException] = []
    following: BaseException | None = error
    while isinstance(following, StepError) and following not in seen:
        seen.append(following)
        following = following.__cause__
    yield from seen


def _raised_at(error: BaseException) -> Iterator[Place]:
    frames = traceback.extract_tb(error.__traceback__)
    if frames and Path(frames[-1].filename).is_relative_to(ROOT):
        yield Place(Path(frames[-1].filename).relative_to(ROOT).as_posix(), frames[-1].lineno or 0)
