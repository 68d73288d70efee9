"""What whole grading runs are given: a copy of the project, and an emulator that outlives them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.suite.projects import Project, copied
from tests.suite.running import RunningEmulator, emulators


@pytest.fixture(scope="module")
def start_emulator() -> Iterator[Callable[..., RunningEmulator]]:
    """Start an emulator on a free port; it ends with the module."""
    with emulators() as start:
        yield start


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return copied(tmp_path_factory.mktemp("grading") / "project")
