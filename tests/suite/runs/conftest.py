"""Whole pytest runs of the lab, each in a copy of the project of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fixtures.emulator_process import announced

ROOT = Path(__file__).parents[3]
LINKED = ("lab", "fixtures", "emulator")
COPIED = ("data", "cassettes", "tests/lab", "conftest.py", "pytest.ini")
PATIENCE = 120.0


@dataclass(frozen=True)
class Run:
    """A pytest run that has ended: its exit code, all it printed, and its verdict if it wrote one."""

    code: int
    output: str
    verdict: dict[str, Any] | None

    def step(self, identity: str) -> dict[str, Any]:
        assert self.verdict is not None, self.output
        found: dict[str, Any] = next(step for step in self.verdict["steps"] if step["id"] == identity)
        return found

    def outcomes(self) -> dict[str, str]:
        assert self.verdict is not None, self.output
        return {step["id"]: step["outcome"] for step in self.verdict["steps"]}


@dataclass(frozen=True)
class Project:
    """A copy of the project, in which a test may change data and cassettes."""

    root: Path

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start pytest there, in a process group of its own."""
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--report-dir", "report", *arguments]
        env = {**os.environ, "COLUMNS": "200", **environment}
        for inherited in ("PYTEST_XDIST_WORKER", "PYTEST_ADDOPTS"):
            env.pop(inherited, None)
        return subprocess.Popen(
            command,
            cwd=self.root,
            env=env,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def run(self, *arguments: str, **environment: str) -> Run:
        return self.ended(self.start(*arguments, **environment))

    def ended(self, process: subprocess.Popen[str]) -> Run:
        """Wait for a run; its process group is killed when it outstays our patience."""
        try:
            output, _ = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
            pytest.fail(f"the run did not end within {PATIENCE:.0f} s:\n{output}")
        path = self.root / "report" / "verdict.json"
        verdict = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
        return Run(process.returncode, output, verdict)


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


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root = tmp_path / "project"
    for name in LINKED:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(ROOT / name, target_is_directory=True)
    for name in COPIED:
        source, target = ROOT / name, root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy2(source, target)
    return Project(root)


@pytest.fixture
def start_emulator() -> Iterator[Callable[..., RunningEmulator]]:
    """Start an emulator on a free port; it ends with the test."""
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

    yield start
    for process in processes:
        process.communicate(timeout=20)
