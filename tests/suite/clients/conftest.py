from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.suite.clients.azure_cli import AzureCli, environment
from tests.suite.clients.emulator_process import RunningEmulator, running_emulator
from tests.suite.clients.venvs import ClientVenv

SPEED = "5000"
"""Training takes 0.4 s, and what a client asks about a second later is done: `az` polls every 30 s otherwise."""


@pytest.fixture(scope="module")
def emulator_arguments() -> tuple[str, ...]:
    """How the module's emulator is started; a module overrides it."""
    return ("--speed", SPEED)


@pytest.fixture(scope="module")
def running(emulator_arguments: tuple[str, ...]) -> Iterator[RunningEmulator]:
    """An emulator in a process of its own."""
    with running_emulator(*emulator_arguments) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def az_program() -> Path:
    """The Azure CLI; skips when it is not installed."""
    return ClientVenv("azure-cli").program("az")


@pytest.fixture(scope="module")
def az(az_program: Path, running: RunningEmulator, tmp_path_factory: pytest.TempPathFactory) -> AzureCli:
    """The Azure CLI, signed in with the very commands that the emulator printed."""
    cli = AzureCli(az_program, environment(running, tmp_path_factory.mktemp("home")))
    for command in running.az_commands:
        cli(*command)
    return cli
