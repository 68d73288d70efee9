"""What can be wrong with one value of a scenario. Each check returns what was expected, or None when all is well."""

from __future__ import annotations

import json
import re
from typing import Any

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# What a header can carry on the wire: no control characters but the tab, and nothing that Latin-1 lacks.
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\xa0-\xff]*")
_BEFORE_THE_START = re.compile(r"-\d+")


def glob_problem(path: str) -> str | None:
    """Whether a glob can match the path of any request."""
    if not path.startswith(("/", "*")):
        return "a glob that begins with '/' or '*', as every path begins with '/'"
    if path.count("[") != path.count("]"):
        return "a glob whose '[' and ']' come in pairs; only '*' stands for other characters"
    return None


def dotted_path_problem(path: str) -> str | None:
    """Whether a dotted path can name a member."""
    parts = path.split(".")
    if not all(parts):
        return "a dotted path such as error.code, with a name between any two dots"
    if any(_BEFORE_THE_START.fullmatch(part) for part in parts):
        return "a dotted path whose list positions are counted from 0, such as choices.0.message"
    return None


def json_problem(value: Any) -> str | None:
    """Whether a value can stand in JSON."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        return "a value that JSON has; write dates and times as text, and no inf or nan"
    return None


def header_problem(name: str, value: Any) -> str | None:
    """Whether a header can be sent."""
    if not _HEADER_NAME.fullmatch(name):
        return "a header's name: letters, digits and '-', no blanks and no line breaks"
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return 'text or a number, or "null" to take the header away'
    if not _HEADER_VALUE.fullmatch(str(value)):
        return "a header's value on one line, of characters that Latin-1 has"
    return None
