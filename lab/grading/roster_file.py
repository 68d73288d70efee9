"""Read a roster's file row by row: its encoding, its delimiter, its header and its cells."""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import BinaryIO

MAX_BYTES = 64 * 1024 * 1024
# Python's own limit, 128 KiB, is below what a student's name may be made of by somebody who tries.
MAX_CELL = 4 * 1024 * 1024
MAX_LINE = 16 * 1024 * 1024
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}

SAVE_AS = "in Excel: File, Save As, 'CSV UTF-8 (Comma delimited) (*.csv)'"
# UTF-32 before UTF-16: its mark begins with the other's.
_SIGNATURES = (
    (codecs.BOM_UTF32_LE, "looks like UTF-32"),
    (codecs.BOM_UTF32_BE, "looks like UTF-32"),
    (codecs.BOM_UTF16_LE, "looks like UTF-16 (Excel's 'Unicode Text')"),
    (codecs.BOM_UTF16_BE, "looks like UTF-16"),
    (b"PK\x03\x04", "is an Excel workbook or another zip file, not CSV"),
    (b"\xd0\xcf\x11\xe0", "is an old Excel workbook, not CSV"),
)


class UnreadableError(Exception):
    """The rest of the file cannot be read; the text says why, from where on and what to do."""


class RosterFile:
    """The rows of an open roster, each with its number as a spreadsheet shows it; the header's is 1.

    Nothing is held but the row that is being read. `complain` is told what is wrong with the file as CSV; a row that
    is no CSV is left out. `digest` is the SHA-256 of the file's bytes once all rows have been read.
    """

    def __init__(self, file: BinaryIO, complain: Callable[[str], None]) -> None:
        self.delimiter = ","
        self._file = file
        self._complain = complain
        self._row = 0
        self._has_nul = False
        self._sha256 = hashlib.sha256()

    @property
    def digest(self) -> str:
        return self._sha256.hexdigest()

    def rows(self, known: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
        """Every row that is not empty; the delimiter is the one with which the header names most of the known columns.

        Raises `UnreadableError` where going on makes no sense.
        """
        lines = self._lines()
        first = next(lines, "")
        self.delimiter = _delimiter(first, frozenset(known))
        # A space after a delimiter would make the quote after it a part of the cell.
        reader = csv.reader(chain([first], lines), delimiter=self.delimiter, strict=True, skipinitialspace=True)
        while (cells := self._next(reader)) is not None:
            if self._has_nul:
                self._complain(f"row {self._row}: holds a NUL character, which is no text; save the file again")
                self._has_nul = False
            if any(cell.strip() for cell in cells):
                yield self._row, cells

    def _next(self, reader: Iterator[list[str]]) -> list[str] | None:
        """The next row, without cells when it is no CSV; None at the end."""
        self._row += 1
        try:
            return next(reader, None)
        except csv.Error as error:
            self._not_csv(str(error))
            return []

    def _not_csv(self, error: str) -> None:
        """Note what the CSV reader complains of; raises `UnreadableError` when it has lost its way in the file."""
        if "unexpected end" in error:
            raise UnreadableError(
                f'row {self._row}: a quote (") is opened and never closed; close it, or write it twice'
            )
        if "field larger" in error:
            found = f"row {self._row}: found a cell of more than {MAX_CELL:,} characters"
            raise UnreadableError(f"{found}; is a quote open, or is this no CSV file?")
        advice = "put a cell with quotes in it in quotes, and write each of those twice"
        self._complain(f"row {self._row}: is not CSV ({error}); {advice}")

    def _lines(self) -> Iterator[str]:
        """The file's lines, whichever line breaks it has, each with a plain one; without the byte-order mark."""
        size = 0
        while raw := self._file.readline(MAX_LINE):
            self._sha256.update(raw)
            if not size:
                _check_signature(raw)
            text = raw if size else raw.removeprefix(codecs.BOM_UTF8)
            size += len(raw)
            if size > MAX_BYTES or len(raw) == MAX_LINE:
                raise UnreadableError(f"row {self._row}: the file is too large to be a roster; is it the right one?")
            self._has_nul = self._has_nul or b"\x00" in text
            decoded = self._decoded(text.replace(b"\x00", b"")).replace("\r\n", "\n")
            for line in decoded.removesuffix("\n").replace("\r", "\n").split("\n"):
                yield f"{line}\n"

    def _decoded(self, raw: bytes) -> str:
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as error:
            row = max(self._row, 1)
            found = f"row {row}: is not UTF-8 (byte {error.start + 1} of its line), {_guess(raw)}"
            raise UnreadableError(f"{found}; save the file as UTF-8, {SAVE_AS}") from error


@contextmanager
def long_cells() -> Iterator[None]:
    """Let the CSV reader take long cells; its limit is one for the whole process, so it is put back."""
    before = csv.field_size_limit(MAX_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _check_signature(raw: bytes) -> None:
    """Raise `UnreadableError` for a file whose first bytes say that it is not UTF-8."""
    for signature, what in _SIGNATURES:
        if raw.startswith(signature):
            raise UnreadableError(f"the file {what}; save it as UTF-8, {SAVE_AS}")
    if raw.count(0) * 3 > len(raw):
        raise UnreadableError(f"the file looks like UTF-16 without a byte-order mark; save it as UTF-8, {SAVE_AS}")


def _guess(raw: bytes) -> str:
    """What the bytes of a line that is not UTF-8 look like."""
    try:
        korean = [char for char in raw.decode("cp949") if "가" <= char <= "힣"]
    except UnicodeDecodeError:
        korean = []
    # By themselves, the rare syllables that cp949 has beyond EUC-KR (whose codec spells them out in eight bytes) are
    # rather accented letters of another encoding.
    if any(len(char.encode("euc_kr", "ignore")) == 2 for char in korean):
        return "it looks like cp949 (what Excel in Korean writes as plain 'CSV')"
    return "it looks like Windows-1252 or Latin-1 (what Excel writes as plain 'CSV')"


def plain(name: str) -> str:
    """A column's name as we write ours: small letters, words joined by `_`."""
    return "_".join(name.casefold().replace("-", " ").split())


def _delimiter(header: str, known: frozenset[str]) -> str:
    """The delimiter that divides a header into most known columns; the comma when none does better."""

    def found(delimiter: str) -> int:
        cells: list[str] = next(csv.reader([header], delimiter=delimiter, skipinitialspace=True), [])
        return len(known.intersection(plain(cell) for cell in cells))

    return max(DELIMITERS, key=found)
