"""The cells of a CSV file that a person will open in a spreadsheet."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from typing import Protocol, TextIO

from lab.grading.text import one_line

LONGEST = 1000
# What Excel, LibreOffice and Google Sheets take for the start of a formula, also when it is full width, in front of
# spaces or of characters that cannot be seen. Where the list separator is a semicolon a cell may start after one.
# https://owasp.org/www-community/attacks/CSV_Injection, CWE-1236
_UNSEEN = r"\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_SIGNS = r"=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212"
_FORMULA = re.compile(rf"(^|;)(?=[{_UNSEEN}]*[{_SIGNS}])")


class Rows(Protocol):
    """What writes rows; each ends with LF, which importers and spreadsheets take, and command-line tools need."""

    def writerow(self, row: Iterable[object], /) -> object: ...


def rows(file: TextIO) -> Rows:
    """Write rows of CSV to a file that is open for writing, without a byte-order mark."""
    return csv.writer(file, lineterminator="\n")


def harmless(text: str) -> str:
    """A text as a cell on one line that no spreadsheet runs: an apostrophe goes before what would be a formula.

    A very long text is cut: a cell of Excel's holds 32,767 characters, and CSV readers have limits as well.
    """
    return _FORMULA.sub(r"\1'", one_line(text, LONGEST))


def would_run(text: str) -> bool:
    """Whether a spreadsheet would take a cell of this text for a formula."""
    return _FORMULA.search(one_line(text)) is not None


def number(value: float) -> str:
    """A number to two decimals, without those that say nothing: 17.5, 20, 0.25."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
