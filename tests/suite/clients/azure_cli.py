"""The Azure CLI as a child process that knows only what it is given: no home, no configuration of the user's."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from tests.suite.clients.emulator_process import RunningEmulator

COMMAND_TIMEOUT_S = 60.0
WAIT_S = 30.0
KEPT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "LANG")


@dataclass(frozen=True)
class Refusal:
    """How a command failed: its exit code and what it wrote on stderr."""

    exit_code: int
    message: str


@dataclass(frozen=True)
class AzureCli:
    """Runs `az`, each command as a process."""

    program: Path
    environment: dict[str, str] = field(repr=False)

    def __call__(self, *arguments: str) -> Any:
        """What a command prints, as JSON; None when it prints nothing. It must succeed."""
        done = self._run(arguments)
        assert done.returncode == 0, f"az {' '.join(arguments)}: {done.stderr}"
        return json.loads(done.stdout) if done.stdout.strip() else None

    def refused(self, *arguments: str) -> Refusal:
        """How a command fails that must not succeed."""
        done = self._run(arguments)
        assert done.returncode != 0, f"az {' '.join(arguments)} succeeded: {done.stdout}"
        return Refusal(done.returncode, done.stderr)

    def put(self, resource_id: str, api_version: str, body: dict[str, Any]) -> Any:
        """`az rest` with a PUT of a resource."""
        url = f"{resource_id}?api-version={api_version}"
        return self("rest", "--method", "put", "--url", url, "--body", json.dumps(body))

    def until(self, done: Callable[[Any], bool], *arguments: str) -> Any:
        """Repeat a command until what it prints is as wanted; fails after 30 s with what was printed last."""
        deadline = monotonic() + WAIT_S
        while not done(printed := self(*arguments)):
            assert monotonic() < deadline, f"az {' '.join(arguments)}: {printed}"
        return printed

    def _run(self, arguments: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.program), *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=COMMAND_TIMEOUT_S,
            check=False,
        )


def environment(emulator: RunningEmulator, home: Path) -> dict[str, str]:
    """What the CLI is given: the emulator's variables, a configuration folder of its own, and no telemetry."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    own = {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "AZURE_CONFIG_DIR": str(home / "azure"),
        "AZURE_CORE_COLLECT_TELEMETRY": "false",
        "AZURE_CORE_ONLY_SHOW_ERRORS": "true",
        "AZURE_CORE_OUTPUT": "json",
        "AZURE_EXTENSION_USE_DYNAMIC_INSTALL": "no",
        "NO_PROXY": "127.0.0.1",
    }
    return {**kept, **emulator.exports, **own}
