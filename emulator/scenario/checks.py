"""What can be wrong with one value of a scenario. Each check returns what was expected, or None when all is well."""

from __future__ import annotations

import re
from typing import Any

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# What a header can carry on the wire: no control characters but the tab, and nothing that Latin-1 lacks.
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\xa0-\xff]*")
_QUERY = re.compile(r"\?(\*$|[^?=]+=.*$)")


def without_query(path: str) -> str:
    """A glob without what is plainly a query, such as `?api-version=*`: no rule looks at queries."""
    return _QUERY.sub("", path)


def glob_problem(path: str) -> str | None:
    """Whether a glob can match the path of any request."""
    if not path.startswith(("/", "*")):
        return "a glob that begins with '/' or '*', as every path begins with '/'"
    if path.count("[") != path.count("]"):
        return "a glob whose '[' and ']' come in pairs; only '*' stands for other characters"
    return None


def position_problem(path: str, value: Any) -> str | None:
    """Whether a table to be set has list positions for keys: it would take the place of the list."""
    if not isinstance(value, dict) or not value:
        return None
    if all(key.isdigit() for key in value):
        first, there = next(iter(value.items()))
        inner = there if isinstance(there, dict) else {}
        whole = ".".join([path, first, *([next(iter(inner))] if inner else [])])
        return f'the whole dotted path in quotes, such as "{whole}"; a table takes the place of a list'
    problems = (position_problem(f"{path}.{key}", there) for key, there in value.items())
    return next((problem for problem in problems if problem), None)


def header_problem(name: str, value: Any) -> str | None:
    """Whether a header can be sent."""
    if not _HEADER_NAME.fullmatch(name):
        return "a header's name: letters, digits and '-', no blanks and no line breaks"
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return 'text or a number, or "null" to take the header away'
    if not _HEADER_VALUE.fullmatch(str(value)):
        return "a header's value on one line, of characters that Latin-1 has"
    return None
