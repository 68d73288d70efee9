"""What whole pytest runs of the lab are given: a copy of the project each, and emulators that outlive them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.suite.projects import Project, copied
from tests.suite.running import RunningEmulator, emulators


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return copied(tmp_path / "project")


@pytest.fixture
def start_emulator() -> Iterator[Callable[..., RunningEmulator]]:
    """Start an emulator on a free port; it ends with the test."""
    with emulators() as start:
        yield start
