"""Read JSON Lines strictly: every line an object, every problem with its line number."""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass
from typing import NoReturn

_OTHER_ENCODINGS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Record:
    """One line's object; `line` counts from 1, as editors do."""

    line: int
    value: dict[str, object]


@dataclass(frozen=True, order=True)
class LineProblem:
    """What is wrong with one line."""

    line: int
    problem: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.problem}"


@dataclass(frozen=True)
class Lines:
    """What a JSON Lines file holds: its objects, the number of lines that are not empty, and what is wrong with it."""

    records: tuple[Record, ...]
    filled: int
    problems: tuple[LineProblem, ...]


def read_lines(raw: bytes) -> Lines:
    """Read the bytes of a JSON Lines file; never raises, since the caller has problems of its own to add.

    A byte-order mark at the start is let through (Azure's docs ask for one, the lab's own file has none), as are CRLF
    and a missing newline at the end. An empty line is a problem: Azure counts it as a record without an object.
    """
    if raw.startswith(_OTHER_ENCODINGS):
        return Lines((), 0, (LineProblem(1, "the file is UTF-16; save it with the encoding UTF-8"),))
    body = raw.removeprefix(codecs.BOM_UTF8)
    offset = len(raw) - len(body)
    records: list[Record] = []
    problems: list[LineProblem] = []
    lines = body.removesuffix(b"\n").split(b"\n") if body.strip() else []
    filled = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            problems.append(LineProblem(number, "the line is empty; remove it"))
        else:
            filled += 1
            found = _object(line, offset)
            if isinstance(found, str):
                problems.append(LineProblem(number, found))
            else:
                records.append(Record(number, found))
        offset += len(line) + 1
    return Lines(tuple(records), filled, tuple(problems))


def _object(line: bytes, offset: int) -> dict[str, object] | str:
    """Return a line's object, or what is wrong with the line, which starts `offset` bytes into the file."""
    try:
        value = json.loads(line.decode("utf-8"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        return f"byte {offset + error.start + 1} of the file is not UTF-8; save the file with the encoding UTF-8"
    except json.JSONDecodeError as error:
        return f"not valid JSON at column {error.colno}: {error.msg}"
    except RecursionError:
        return "not valid JSON: brackets nested too deeply"
    except ValueError as error:
        return f"not valid JSON: {error}"
    if not isinstance(value, dict):
        return f"found {json_type(value)}, expected an object in braces"
    return value


def _no_constant(name: str) -> NoReturn:
    """Refuse NaN and the infinities, which Python's reader would take and no other."""
    raise ValueError(f"{name} is not JSON")


def json_type(value: object) -> str:
    """Return what JSON calls the type of a value, as it is put into a sentence."""
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
