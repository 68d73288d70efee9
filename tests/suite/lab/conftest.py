"""What the tests of the lab library share."""

from __future__ import annotations

import pytest

from lab.spec import LabSpec
from tests.suite.lab.fakes import the_spec


@pytest.fixture(scope="session")
def spec() -> LabSpec:
    """The lab's own specification."""
    return the_spec()
