from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from emulator.options import Options
from emulator.server import Emulator, serve_in_thread
from tests.suite.emulator import lab
from tests.suite.emulator.clients import Azure, azure
from tests.suite.emulator.settings import settings_of


@pytest.fixture(scope="module")
def emulator_options() -> Options:
    """How the module's emulator is started: its clock moves by a second with each request, and by `later`."""
    return Options(step=1.0)


@pytest.fixture(scope="module")
def emulator(emulator_options: Options) -> Iterator[Emulator]:
    with serve_in_thread(emulator_options) as running:
        yield running


@pytest.fixture
def later(emulator: Emulator) -> lab.Later:
    """Moves the emulator's clock on by so many seconds."""

    return partial(lab.pass_by, emulator)


@pytest.fixture(scope="module")
def sdk(emulator: Emulator) -> Iterator[Azure]:
    with azure(settings_of(emulator)) as clients:
        yield clients
