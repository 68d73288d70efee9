"""Rosters as files, for tests."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from lab.errors import InputError
from lab.grading.roster import Student, read_roster

HEADER = "id,resource_group"


def a_roster(directory: Path, *rows: str, header: str = HEADER) -> Path:
    """A roster of these rows, as they stand."""
    path = directory / "roster.csv"
    path.write_bytes("".join(f"{row}\n" for row in (header, *rows)).encode())
    return path


def a_class(count: int) -> Iterable[str]:
    """Rows of so many students."""
    return (f"s{number:05},rg-{number}" for number in range(1, count + 1))


def students(*ids: str) -> tuple[Student, ...]:
    """Students of these ids, in this order."""
    return tuple(Student(row, each, f"rg-{each}") for row, each in enumerate(ids, start=2))


def problems(path: Path) -> tuple[str, ...]:
    """What is wrong with a roster."""
    with pytest.raises(InputError) as refused:
        read_roster(path)
    assert refused.value.source == str(path)
    return refused.value.problems


def the_problem(path: Path) -> str:
    """The one thing that is wrong with a roster."""
    found = problems(path)
    assert len(found) == 1, found
    return found[0]
