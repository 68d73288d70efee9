"""The catalogue of broken labs: what each file of `data/scenarios` says must come of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator import toml
from lab.spec import STEP_IDS
from tests.suite.projects import ROOT

FOLDER = ROOT / "data" / "scenarios"


@dataclass(frozen=True)
class Expected:
    """What the suite must say: `step` is the first that is not passed, None where all are; `reason` a part of its."""

    verdict: str
    step: str | None
    reason: str


@dataclass(frozen=True)
class Case:
    """One scenario: its file, and what is told of it."""

    path: Path
    id: str
    title: str
    source: str
    expected: Expected


def cases(folder: Path = FOLDER) -> list[Case]:
    """All scenarios of a folder, by the step that they break and then by name; what works comes last."""
    return sorted((read(path) for path in folder.glob("*.toml")), key=_place)


def read(path: Path) -> Case:
    """One scenario; the emulator's own reader is the one that finds what is wrong with it."""
    _, table = toml.read(path)
    expect: dict[str, Any] = table.get("expect", {})
    expected = Expected(str(expect.get("verdict", "")), expect.get("step"), str(expect.get("reason", "")))
    return Case(
        path, str(table.get("id", path.stem)), str(table.get("title", "")), str(table.get("source", "")), expected
    )


def _place(case: Case) -> tuple[int, str]:
    step = case.expected.step
    return (STEP_IDS.index(step) if step in STEP_IDS else len(STEP_IDS), case.id)


def as_table(all_cases: Sequence[Case]) -> str:
    """One line a scenario, with its source."""
    rows = [("id", "expected", "step", "title", "source")]
    rows += [(one.id, one.expected.verdict, one.expected.step or "-", one.title, one.source) for one in all_cases]
    widths = [*(max(len(row[column]) for row in rows) for column in range(4)), 0]
    return "\n".join("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in rows)


def figures(all_cases: Iterable[Case]) -> str:
    """How many scenarios there are for each verdict and each step."""
    listed = list(all_cases)
    verdicts = Counter(one.expected.verdict for one in listed)
    steps = Counter(one.expected.step for one in listed if one.expected.step)
    by_verdict = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
    by_step = ", ".join(f"{step}: {steps[step]}" for step in STEP_IDS)
    covered = sum(1 for step in STEP_IDS if steps[step])
    return (
        f"{len(listed)} scenarios: {by_verdict}\nfirst step not passed ({covered} of {len(STEP_IDS)} steps): {by_step}"
    )
