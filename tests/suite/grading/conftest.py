"""A small class, graded in shards."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.suite.grading.reports import COUNT, SIZE, shard_reports
from tests.suite.grading.rosters import a_class, a_roster


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    """The roster of the class."""
    return a_roster(tmp_path, *a_class(SIZE))


@pytest.fixture
def shards(tmp_path: Path, roster: Path) -> list[Path]:
    """The complete reports of its shards."""
    return shard_reports(tmp_path / "shards", roster, COUNT)
