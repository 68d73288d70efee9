"""What a grading run wrote, as tests read it."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

CLASS_FILES = ("gradebook.csv", "canvas.csv", "moodle.csv", "flags.csv", "summary.md", "summary-public.md")
# The run, when a check was made and how long it took differ from one reading of the same environment to the next.
_TIMES = re.compile(r"emulator-\d+T\d+Z-\w+|20\d\d-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?|\"seconds\": [\d.e-]+")
_NOT_KEPT = ("graded", "started", "finished", "run", "seconds")


@dataclass(frozen=True)
class Report:
    """The report directory of a grading run."""

    directory: Path

    @cached_property
    def gradebook(self) -> Mapping[str, Mapping[str, str]]:
        """The rows of gradebook.csv by the student's id."""
        with (self.directory / "gradebook.csv").open(encoding="utf-8-sig", newline="") as file:
            return {row["id"]: row for row in csv.DictReader(file)}

    def folder(self, student: str) -> Path:
        return self.directory / "students" / student

    def text(self, student: str, name: str) -> str:
        return (self.folder(student) / name).read_text(encoding="utf-8")

    def verdict(self, student: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.text(student, "verdict.json"))
        return found

    def steps(self, student: str, outcome: str) -> list[str]:
        """The steps of a student that came to this."""
        return [step["id"] for step in self.verdict(student)["steps"] if step["outcome"] == outcome]

    def of_the_class(self) -> dict[str, bytes]:
        """The files of the class, byte for byte."""
        return {name: (self.directory / name).read_bytes() for name in CLASS_FILES}

    def verdicts(self) -> dict[str, Any]:
        """Everybody's verdict, but for the run and the times."""
        folders = sorted((self.directory / "students").iterdir())
        return {folder.name: _without_times(self.verdict(folder.name)) for folder in folders}

    def files_of(self, student: str) -> dict[str, str]:
        """All files of a student, but for the run and the times."""
        folder = self.folder(student)
        return {path.name: _TIMES.sub("", path.read_text(encoding="utf-8")) for path in sorted(folder.iterdir())}

    def finished(self) -> set[str]:
        """The students who were read to the end."""
        return {path.parent.name for path in self.directory.glob("students/*/evidence.json")}


def _without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_times(item) for key, item in value.items() if key not in _NOT_KEPT}
    return [_without_times(item) for item in value] if isinstance(value, list) else value
