"""By what the importers of Canvas and Moodle find a student, and what must not stand in those cells.

A cell that an importer looks a student up by cannot be altered: with an apostrophe before it, it is somebody unknown.
So one that a spreadsheet would run, or that an importer reads as something else, is left out, and never written
otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lab.grading.cells import would_run
from lab.grading.roster import Student
from lab.grading.text import one_line

# As much as the databases of both hold.
LONGEST = 255
_DIGITS = re.compile(r"[0-9]+")
# CSV::Converters[:decimal_comma_to_period] in canvas-lms lib/gradebook_importer.rb.
_CANVAS_NUMBER = re.compile(r"-?[0-9.,]+%?")


@dataclass(frozen=True)
class CanvasKeys:
    """The cells that Canvas looks a student up by, in its order; some may be empty, not all."""

    id: str
    sis_user_id: str
    sis_login_id: str


def canvas_keys(student: Student) -> CanvasKeys | None:
    """The keys of a student in Canvas, or None without a usable one, since a name alone may be somebody else's.

    A roster that has none of Canvas's columns is taken to have the SIS user id as its `id`.
    """
    given = student.canvas_id or student.sis_user_id or student.sis_login_id
    sis_user_id = student.sis_user_id if given else student.id
    keys = CanvasKeys(
        # Ruby's to_i reads the digits that a text begins with, so 12abc would be the user 12.
        id=student.canvas_id if _DIGITS.fullmatch(student.canvas_id) else "",
        sis_user_id=sis_user_id if _canvas_takes(sis_user_id) else "",
        sis_login_id=student.sis_login_id if _canvas_takes(student.sis_login_id) else "",
    )
    return keys if keys.id or keys.sis_user_id or keys.sis_login_id else None


def moodle_takes(key: str) -> bool:
    """Whether a key can stand in a file for Moodle.

    One that PHP takes for empty ("" and "0") does not stop Moodle's import: it gives the row's grade to the student of
    the row before (`studentid` in grade/import/csv/classes/load_data.php is not reset). A backslash before a quote
    would make PHP's CSV reader run on into the next row.
    """
    return _stays_as_it_is(key) and key not in ("", "0") and "\\" not in key


def _canvas_takes(key: str) -> bool:
    return _stays_as_it_is(key) and _as_canvas_reads(key) == key


def _stays_as_it_is(key: str) -> bool:
    return len(key) <= LONGEST and key == one_line(key).strip() and not would_run(key)


def _as_canvas_reads(key: str) -> str:
    """A cell after Canvas has normalised what looks like a number: 12.345.678 becomes 12345.678."""
    if not _CANVAS_NUMBER.fullmatch(key):
        return key
    *whole, last = re.split("[,.]", key.rstrip(".,")) if key.strip(".,") else [""]
    return f"{''.join(whole)}.{last}" if whole else last
