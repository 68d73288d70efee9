"""Emulators that outlive the runs against them."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from fixtures.emulator_process import announced
from tests.suite.projects import PATIENCE, ROOT


@dataclass(frozen=True)
class RunningEmulator:
    """An emulator that outlives the runs against it, to be asked what they left behind."""

    url: str
    ca_file: str

    def get(self, path: str) -> Any:
        context = ssl.create_default_context(cafile=self.ca_file)
        with urllib.request.urlopen(f"{self.url}{path}", timeout=10, context=context) as answer:
            return json.load(answer)

    def requests(self) -> list[tuple[str, str, int]]:
        rows = self.get("/_emulator/requests")
        return [(row["method"], row["path"], row["status"]) for row in rows]

    def forget_requests(self) -> None:
        """Begin the list of requests anew."""
        context = ssl.create_default_context(cafile=self.ca_file)
        reset = urllib.request.Request(f"{self.url}/_emulator/reset", method="POST")
        urllib.request.urlopen(reset, timeout=10, context=context).close()

    def is_empty(self) -> bool:
        """Whether nothing is left, not even soft-deleted."""
        return not any(self.get("/_emulator/state").values())

    def wait_for(self, method: str, part: str) -> None:
        """Poll until such a request was served."""
        deadline = time.monotonic() + PATIENCE
        while not any(verb == method and part in path for verb, path, _ in self.requests()):
            assert time.monotonic() < deadline, f"no {method} *{part}* was served within {PATIENCE:.0f} s"
            time.sleep(0.02)

    @property
    def arguments(self) -> tuple[str, str]:
        return ("--emulator-url", self.url)

    @property
    def environment(self) -> dict[str, str]:
        return {"SSL_CERT_FILE": self.ca_file}


@contextmanager
def emulators() -> Iterator[Callable[..., RunningEmulator]]:
    """What starts an emulator on a free port, with the arguments that it is given; they end with the block."""
    processes: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> RunningEmulator:
        process = subprocess.Popen(
            [sys.executable, "-m", "emulator", "--port", "0", "--exit-with-stdin", *arguments],
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        processes.append(process)
        exported = announced(process)
        return RunningEmulator(exported["AZURE_AUTHORITY_HOST"].rstrip("/"), exported["SSL_CERT_FILE"])

    try:
        yield start
    finally:
        for process in processes:
            process.communicate(timeout=20)
