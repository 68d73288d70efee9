"""An emulator in a process of its own, used as its announcement says."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.suite.emulator.settings import fetch

ROOT = Path(__file__).parents[3]
STOP_TIMEOUT_S = 10.0


@dataclass(frozen=True)
class RunningEmulator:
    """What an emulator said when it began: the variables to set, and the `az` commands to run."""

    exports: Mapping[str, str] = field(repr=False)
    az_commands: tuple[tuple[str, ...], ...] = field(repr=False)

    @property
    def url(self) -> str:
        return self.exports["EMULATOR_URL"]

    def control(self, name: str) -> dict[str, Any]:
        """The answer of one of its own controls: `state`, `requests` or `settings`."""
        return fetch(f"{self.url}/_emulator/{name}", self.exports["SSL_CERT_FILE"])


@contextmanager
def running_emulator(*arguments: str) -> Iterator[RunningEmulator]:
    """Run `python -m emulator` for as long as the block lasts; it must end by itself and without an error."""
    command = [sys.executable, "-m", "emulator", "--port", "0", "--exit-with-stdin", *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line.rstrip("\n"))
            if said[-1] == "ready":
                break
        try:
            yield _understood("\n".join(said))
        finally:
            _, errors = process.communicate(timeout=STOP_TIMEOUT_S)
    assert (process.returncode, errors) == (0, "")


def _understood(said: str) -> RunningEmulator:
    exports = dict(re.findall(r"^export (\w+)=(.*)$", said, re.MULTILINE))
    commands = re.findall(r"^# az (.*)$", said, re.MULTILINE)
    return RunningEmulator(exports, tuple(tuple(shlex.split(command)) for command in commands))
