"""Each scenario of the catalogue, as a run of its own: what it breaks is found, named, and cleaned up after.

A spread of them runs each time, all of them with `pytest -m slow`; `python -m tests.suite.scenarios --run` prints them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.suite.projects import copied
from tests.suite.scenarios.catalogue import Case, cases
from tests.suite.scenarios.judged import problems

# One of each section and each kind of cause: Azure says no, a wrong thing, slowness, half an answer, and all is well.
EACH_TIME = (
    "group-policy",
    "project-without-its-hub",
    "dataset-moved",
    "model-retired",
    "job-suffix-lost",
    "job-fails-data-rejected",
    "deployment-capacity-halved",
    "prompt-answered-about-cooking",
    "healthy-throttled-once",
)


def parameters() -> list[object]:
    """All scenarios; those that are not for each time are slow."""
    slow = [pytest.mark.slow]
    return [pytest.param(case, id=case.id, marks=() if case.id in EACH_TIME else slow) for case in cases()]


@pytest.mark.server
@pytest.mark.parametrize("case", parameters())
def test_the_suite_says_what_the_scenario_expects(case: Case, tmp_path: Path) -> None:
    run = copied(tmp_path / "project").run("--emulator", "--scenario", str(case.path))
    found = problems(case, run)
    assert not found, "\n".join([*found, run.output])


def test_those_of_each_time_are_there() -> None:
    assert set(EACH_TIME) <= {case.id for case in cases()}
