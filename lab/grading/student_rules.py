"""What the cells of a roster may hold, and which of them must differ from row to row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lab.errors import shown
from lab.grading.text import one_line
from lab.sign_in_words import GUID

LONGEST_ID = 100
# A name of a file has 255 bytes at most on Linux (NAME_MAX); what is written beside a folder needs some of them.
LONGEST_ID_BYTES = 240

# https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/resource-name-rules#microsoftresources
_GROUP = re.compile(r"[-\w.()]{1,90}(?<!\.)")
_E_MAIL = re.compile(r"[^@\s]+@[^@\s]+")
# https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file#naming-conventions
_NO_FILE_NAME = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³])\s*(\..*)?", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def readable(text: str) -> str:
    """A text for people, on one line: what anybody may have typed as a name, a terminal and a page can show."""
    return " ".join(one_line(text).split())


def wrong_in_id(text: str) -> str | None:
    """Why no folder can have this id as its name on Linux, macOS and Windows; None when one can."""
    if len(text) > LONGEST_ID or len(text.encode()) > LONGEST_ID_BYTES:
        return f"expected {LONGEST_ID} characters ({LONGEST_ID_BYTES} bytes) at most: a folder is named after it"
    if not text.isprintable():
        return "expected no control characters, line breaks or characters that cannot be seen"
    if _NO_FILE_NAME.search(text):
        return 'expected none of < > : " / \\ | ? *: a folder is named after it'
    if text.startswith(".") or text.endswith("."):
        return "expected no dot at its start or end: a folder is named after it"
    if _RESERVED.fullmatch(text):
        return "expected a name that Windows does not keep for itself: a folder is named after it"
    return None


def _wrong_in_group(text: str) -> str | None:
    if _GROUP.fullmatch(text):
        return None
    return "expected a name that Azure takes: up to 90 letters, digits, - _ . ( ), the last of them no dot"


def _wrong_in_subscription(text: str) -> str | None:
    if GUID.fullmatch(text):
        return None
    return "expected a subscription's id, 32 digits of 0-9 and a-f in five groups (`az account list --output table`)"


def _wrong_in_email(text: str) -> str | None:
    if _E_MAIL.fullmatch(text) and not _CONTROL.search(text):
        return None
    return "expected one e-mail address: a gradebook's importer looks for the student by it"


def _wrong_in_key(text: str) -> str | None:
    return "expected no control characters or line breaks" if _CONTROL.search(text) else None


_RULES: Mapping[str, Callable[[str], str | None]] = {
    "id": wrong_in_id,
    "resource_group": _wrong_in_group,
    "subscription": _wrong_in_subscription,
    "email": _wrong_in_email,
    "canvas_id": _wrong_in_key,
    "sis_user_id": _wrong_in_key,
    "sis_login_id": _wrong_in_key,
}
REQUIRED = ("id", "resource_group")
COLUMNS = (*REQUIRED, "name", "email", "subscription", "canvas_id", "sis_user_id", "sis_login_id", "section")
# For people only, and often typed by the student: never a reason to refuse a class.
_READABLE = ("name", "section")
# A folder is named after an id; the importers of gradebooks find a student by the others.
_OWN = ("id", "email", "canvas_id", "sis_user_id", "sis_login_id")


@dataclass
class Rules:
    """Checks the rows of a roster one after another, and remembers what must not come again.

    Ids that differ only in case, or in how an accent is encoded, are the same: so are such folders on macOS and
    Windows.
    """

    # The row in which each text of a column was met first.
    _seen: dict[str, dict[str, int]] = field(default_factory=lambda: {name: {} for name in _OWN})

    def cleaned(self, cells: Mapping[str, str]) -> dict[str, str]:
        """The cells as they are kept: without space around them, texts for people on one line."""
        return {name: readable(cell) if name in _READABLE else cell.strip() for name, cell in cells.items()}

    def wrong_in(self, cells: Mapping[str, str], row: int) -> list[str]:
        """Everything that is wrong with the cleaned cells of a row, each after the name of its column."""
        problems = []
        for name, text in cells.items():
            wrong = self._wrong(name, text, row)
            if wrong:
                problems.append(f"{name}: {wrong}")
        return problems

    def _wrong(self, name: str, text: str, row: int) -> str | None:
        if not text:
            return "is empty, expected one in every row" if name in REQUIRED else None
        wrong = _RULES[name](text) if name in _RULES else None
        if wrong:
            return f"found '{shown(text, 60)}', {wrong}"
        if name not in self._seen:
            return None
        first = self._seen[name].setdefault(_folded(text), row)
        same = f"found the same as in row {first} (letter case does not count), expected one of its own"
        return None if first == row else same


def _folded(text: str) -> str:
    """A text as two that are one to a person, or to a file system, are written alike."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
