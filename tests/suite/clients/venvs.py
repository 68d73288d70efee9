"""The virtual environments of clients that the suite cannot have in its own: where they are, or how to make them."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FOLDER = Path(os.environ.get("LAB_CLIENT_VENVS") or ROOT / ".venvs")
PROGRAMS = "Scripts" if sys.platform == "win32" else "bin"


@dataclass(frozen=True)
class ClientVenv:
    """A virtual environment with one client, installed from the requirements file of its name."""

    name: str
    folder: Path = FOLDER

    def program(self, name: str) -> Path:
        """The path of a program in it; skips the test, saying how to install the client, when it is not there."""
        names = (f"{name}.exe", f"{name}.cmd", f"{name}.bat") if sys.platform == "win32" else (name,)
        for candidate in (self.folder / self.name / PROGRAMS / file for file in names):
            if candidate.is_file():
                return candidate
        pytest.skip(f"no {name} in {self.folder / self.name}; install it with: {self.install_command}")

    @property
    def install_command(self) -> str:
        """What to run in the project's folder, once."""
        venv = self.folder / self.name if self.folder != ROOT / ".venvs" else f".venvs/{self.name}"
        return (
            f"python3 -m venv {venv} && {venv}/{PROGRAMS}/python -m pip install --quiet -r requirements-{self.name}.txt"
        )
