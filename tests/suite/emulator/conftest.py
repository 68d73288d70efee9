from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from emulator.options import Options
from emulator.server import Emulator, serve_in_thread
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
def later(emulator: Emulator) -> Callable[[float], None]:
    """Moves the emulator's clock on by so many seconds."""

    def move(seconds: float) -> None:
        clock = emulator.world.clock
        clock.move_to(clock.now() + timedelta(seconds=seconds))

    return move


@pytest.fixture(scope="module")
def sdk(emulator: Emulator) -> Iterator[Azure]:
    with azure(settings_of(emulator)) as clients:
        yield clients
