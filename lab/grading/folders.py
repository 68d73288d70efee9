"""Where a student's own files are."""

from __future__ import annotations

from pathlib import Path

from lab.grading.student_rules import wrong_in_id


def folder_of(directory: Path, student_id: str) -> Path:
    """The folder of a student below a report directory; raises `ValueError` for an id that no folder can have."""
    if not student_id or wrong_in_id(student_id):
        raise ValueError(f"{student_id!r} cannot be the name of a student's folder")
    return directory / "students" / student_id
