"""Judging a run once more from what its stages came to: the same checks, or changed ones, and no Azure."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from fixtures.checks import outcome_of
from fixtures.lab_session import LabSession
from lab.clean_up import CleanUp
from lab.errors import Outcome
from lab.spec import LabSpec
from lab.verdict import Check, RunFacts, judge_run, worst
from tests.suite.projects import ROOT
from tests.suite.scenarios.keeping import Fault, Results

FOLDER = ROOT / "tests" / "lab"
Sources = Mapping[Path, ast.Module]
NOWHERE = RunFacts("again", "emulator", "lab", "", "", "", "", "")


@dataclass(frozen=True)
class LabTest:
    """One check of the lab as a function that can be called: its name, its step, and the stages it takes."""

    name: str
    step: str
    call: Callable[..., None]
    needs: tuple[str, ...]


@dataclass(frozen=True)
class Judged:
    """What a run came to: its verdict, and the first step that is not passed with its outcome and reason."""

    verdict: str
    step: str | None = None
    outcome: Outcome | None = None
    reason: str = ""


def lab_sources(folder: Path = FOLDER) -> Sources:
    """The modules of the lab's checks, in the lab's order."""
    return {path: ast.parse(path.read_bytes(), str(path)) for path in sorted(folder.glob("test_*.py"))}


def lab_tests(sources: Sources) -> list[LabTest]:
    """The checks in these modules, whatever was changed in them."""
    return [test for path, tree in sources.items() for test in _tests(path, tree)]


def _tests(path: Path, tree: ast.Module) -> Iterator[LabTest]:
    module: dict[str, Any] = {"__name__": path.stem}
    exec(compile(tree, str(path), "exec"), module)
    for name, value in module.items():
        marks: Sequence[pytest.Mark] = getattr(value, "pytestmark", ())
        for step in (str(mark.args[0]) for mark in marks if mark.name == "step"):
            yield LabTest(f"{path.stem}::{name}", step, value, tuple(inspect.signature(value).parameters))


def judged_again(spec: LabSpec, tests: Iterable[LabTest], results: Results) -> Judged:
    """What the checks say of these results, by the same rules as in a run."""
    outcomes: dict[str, Outcome] = {}
    lab = cast(LabSession, SimpleNamespace(outcomes=outcomes, grading=None))
    checks = []
    for test in tests:
        call = pytest.CallInfo.from_call(partial(_called, spec, test, results), "call")
        outcome, reason, _ = outcome_of(lab, test.step, call)
        checks.append(Check(test.step, outcome, reason, 0.0))
        outcomes[test.step] = worst(one for one in (outcome, outcomes.get(test.step)) if one)
    verdict = judge_run(spec, NOWHERE, checks, CleanUp(True, True, ()))
    first = next((step for step in verdict.steps if step.outcome != "passed"), None)
    if first is None:
        return Judged(verdict.verdict)
    return Judged(verdict.verdict, first.id, first.outcome, first.reason)


def _called(spec: LabSpec, test: LabTest, results: Results) -> None:
    given: dict[str, Any] = {"lab": spec, "warning": lambda reason: None}
    for name in test.needs:
        value = given[name] if name in given else results[name]
        if isinstance(value, Fault):
            raise value.again(test.step)
        given[name] = value
    test.call(**{name: given[name] for name in test.needs})
