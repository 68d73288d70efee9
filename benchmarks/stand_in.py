"""An emulator for a benchmark, and whole runs of the lab against it."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fixtures.emulator_process import announced

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class StandIn:
    """A running emulator."""

    url: str
    ca_file: str

    def get(self, path: str) -> Any:
        """The answer of one of its own controls."""
        context = ssl.create_default_context(cafile=self.ca_file)
        with urllib.request.urlopen(f"{self.url}{path}", timeout=30, context=context) as answer:
            return json.load(answer)

    def left(self) -> list[str]:
        """The names of all that is there, soft-deleted things too."""
        return [str(name) for names in self.get("/_emulator/state").values() for name in names]


@dataclass(frozen=True)
class LabRun:
    """A run of the lab that has ended: wall time in seconds, exit code, verdict and all it printed."""

    seconds: float
    code: int
    verdict: str
    output: str


@contextmanager
def stand_in(*arguments: str) -> Iterator[StandIn]:
    """Run `python -m emulator` with these arguments for as long as the block lasts."""
    command = [sys.executable, "-m", "emulator", "--port", "0", "--exit-with-stdin", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    exported = announced(process)
    try:
        yield StandIn(exported["AZURE_AUTHORITY_HOST"].rstrip("/"), exported["SSL_CERT_FILE"])
    finally:
        process.communicate(timeout=30)


def run_lab(emulator: StandIn, *arguments: str) -> LabRun:
    """Build, check and delete the lab once against this emulator."""
    with tempfile.TemporaryDirectory() as directory:
        places = ["--report-dir", directory, "--state-dir", directory]
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *places, *arguments]
        start = time.perf_counter()
        done = subprocess.run(
            [*command, "--emulator-url", emulator.url],
            cwd=ROOT,
            env={**os.environ, "SSL_CERT_FILE": emulator.ca_file},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        seconds = time.perf_counter() - start
        report = Path(directory) / "verdict.json"
        verdict = json.loads(report.read_text(encoding="utf-8"))["verdict"] if report.exists() else "none"
    return LabRun(seconds, done.returncode, verdict, done.stdout)
