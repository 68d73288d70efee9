"""The grade imports of Canvas and Moodle as far as files of ours reach them, by their own source.

Canvas: canvas-lms lib/gradebook_importer.rb and ui/features/gradebook_uploads/jquery/process_gradebook_upload.js.
Moodle: moodle grade/import/csv/classes/load_data.php and lib/csvlib.class.php.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


class RefusedError(Exception):
    """The importer takes nothing of the file."""


@dataclass(frozen=True)
class User:
    """Somebody whom the importer knows."""

    id: int
    name: str = ""
    sis_user_id: str = ""
    sis_login_id: str = ""
    email: str = ""
    id_number: str = ""


@dataclass
class CanvasImport:
    """What Canvas makes of a file: grades by user id, and what it does not know."""

    grades: dict[int, str] = field(default_factory=dict)
    maximum: str = ""
    assignment_id: int | None = None
    new_assignment: str = ""
    unknown: list[str] = field(default_factory=list)


def import_to_canvas(text: str, users: Sequence[User], assignments: Mapping[int, str]) -> CanvasImport:
    """Import a file; raises `RefusedError` for an invalid header row, or a file that is not CSV."""
    rows = _canvas_rows(text)
    header = rows[0]
    position = _student_columns(header)
    # The importer knows totals by these words wherever they stand in the name of a column.
    titles = [
        name for name in header[position:] if not re.search(r"(Current|Final|Override) (Score|Points|Grade)", name)
    ]
    if len(titles) != 1:
        raise RefusedError(f"found the assignments {titles}, expected one")
    found = CanvasImport()
    matched = re.fullmatch(r"(.*)\s\((\d+)\)", titles[0])
    if matched and int(matched[2]) in assignments:
        found.assignment_id = int(matched[2])
    else:
        found.assignment_id = next((key for key, title in assignments.items() if title == titles[0]), None)
    found.new_assignment = "" if found.assignment_id else titles[0]
    for row in rows[1:]:
        if "Points Possible" in row[0]:
            found.maximum = row[header.index(titles[0])]
        elif all(re.fullmatch(r"\s*(Muted|Manual Posting.*)?\s*", cell, re.IGNORECASE) for cell in row if cell):
            continue
        elif user := _canvas_user(row, users):
            found.grades[user.id] = row[header.index(titles[0])].strip()
        else:
            found.unknown.append(row[0])
    return found


def _canvas_rows(text: str) -> list[list[str]]:
    first = text.split("\n")[:3]
    counts = {mark: {len(next(csv.reader([line], delimiter=mark), [])) for line in first} for mark in ",;"}
    if len(counts[";"]) == 1 and (len(counts[","]) > 1 or max(counts[";"]) > max(counts[","])):
        raise RefusedError("Canvas takes the semicolon for the delimiter")
    try:
        rows = list(csv.reader(text.splitlines(keepends=True), strict=True))
    except csv.Error as error:
        raise RefusedError("Gradebook import did not parse cleanly") from error
    return [[_canvas_converts(cell) for cell in row] for row in rows]


def _canvas_converts(cell: str) -> str:
    if not re.fullmatch(r"-?[0-9.,]+%?", cell):
        return cell
    parts = re.split("[.,]", cell)
    while parts and not parts[-1]:
        parts.pop()
    return ".".join(["".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def _student_columns(header: Sequence[str]) -> int:
    if len(header) <= 3 or "Student" not in header[0] or "ID" not in header[1]:
        raise RefusedError("Invalid header row")
    count = 3
    if re.search(r"SIS\s+Login\s+ID", header[2]):
        count += 1
    elif re.search(r"SIS\s+User\s+ID", header[2]) and re.search(r"SIS\s+Login\s+ID", header[3]):
        count += 2
    if "Section" not in header[count - 1]:
        raise RefusedError("Invalid header row")
    return count


def _canvas_user(row: Sequence[str], users: Sequence[User]) -> User | None:
    digits = re.match(r"\s*(\d+)", row[1])
    by = (
        (user.id == int(digits[1]) if digits else False for user in users),
        (bool(row[2]) and user.sis_user_id == row[2] for user in users),
        (bool(row[3]) and user.sis_login_id == row[3] for user in users),
        (bool(row[0]) and user.name == row[0] for user in users),
    )
    return next((user for matches in by for user, same in zip(users, matches, strict=True) if same), None)


def import_to_moodle(text: str, users: Sequence[User], key: str, most: float = 100) -> dict[int, tuple[float, str]]:
    """Import a file with students found by the column `key`; raises `RefusedError` when the import is aborted.

    The grades and feedback by user id. `most` is the highest grade that the site allows.
    """
    # PHP's fgetcsv, unlike RFC 4180, takes a backslash for an escape.
    header, *rows = csv.reader(text.splitlines(keepends=True), strict=True, escapechar="\\")
    column = {name.strip(): place for place, name in enumerate(header)}
    title = next(name for name in column if f"{name} (feedback)" in column)
    found: dict[int, tuple[float, str]] = {}
    student: User | None = None
    for row in rows:
        if len(row) != len(header):
            raise RefusedError(f"found {len(row)} columns, expected {len(header)}")
        cell = row[column[key]].strip()
        if cell not in ("", "0"):
            student = next((user for user in users if cell == _moodle_key(user, key)), None)
            if student is None:
                raise RefusedError(f"User mapping error: could not find user with {key} of {cell}")
        if student is None:
            raise RefusedError("User mapping error: could not find user")
        grade = row[column[title]].strip()
        if not re.fullmatch(r"-?\d+(\.\d+)?", grade):
            raise RefusedError(f"found the grade {grade!r}, which is no number, or would wipe the one that is there")
        if float(grade) > most:
            raise RefusedError(f"One of the grade values is larger than the allowed grade maximum of {most}")
        if student.id in found:
            raise RefusedError(f"user {student.id} is graded twice: a row without a key goes to the row before")
        found[student.id] = (float(grade), row[column[f"{title} (feedback)"]].strip())
    return found


def _moodle_key(user: User, key: str) -> str:
    return user.email if key == "Email address" else user.id_number
