"""Whole pytest runs of the lab, each in a copy of the project of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
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

    def ended(self, process: subprocess.Popen[str], patience: float = PATIENCE) -> Run:
        """Wait for a run; its process group is killed when it outstays our patience."""
        try:
            output, _ = process.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
            raise AssertionError(f"the run did not end within {patience:.0f} s:\n{output}") from None
        path = self.root / "report" / "verdict.json"
        verdict = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
        return Run(process.returncode, output, verdict)


def copied(root: Path) -> Project:
    """Copy the project to a folder that is not there yet; what no test changes is linked."""
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
