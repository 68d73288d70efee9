"""Changing JSON by dotted paths, which name members and list positions: `choices.0.message.content`."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_BEFORE_THE_START = re.compile(r"-\d+")


@dataclass(frozen=True)
class Edit:
    """A value at a path, or the taking away of what is there."""

    path: str
    value: Any = None
    is_absence: bool = False


def apply(document: Any, edits: Iterable[Edit]) -> Any:
    """A copy of a document with some edits made, in order."""
    changed = copy.deepcopy(document)
    for edit in edits:
        if edit.is_absence:
            take(changed, edit.path)
        else:
            changed = put(changed, edit.path, copy.deepcopy(edit.value))
    return changed


def put(document: Any, path: str, value: Any) -> Any:
    """`document` with a value at a dotted path. Missing members are made; one past a list's end appends."""
    head, _, rest = path.partition(".")
    if isinstance(document, list) and head.isdigit() and int(head) <= len(document):
        position = int(head)
        before = document[position] if position < len(document) else None
        document[position : position + 1] = [put(before, rest, value) if rest else value]
        return document
    members = document if isinstance(document, dict) else {}
    members[head] = put(members.get(head), rest, value) if rest else value
    return members


def take(document: Any, path: str) -> None:
    """Take what is at a dotted path away, if there is anything."""
    head, _, rest = path.partition(".")
    if isinstance(document, list) and head.isdigit() and int(head) < len(document):
        if rest:
            take(document[int(head)], rest)
        else:
            del document[int(head)]
    elif isinstance(document, dict) and head in document:
        if rest:
            take(document[head], rest)
        else:
            del document[head]


def path_problem(path: str) -> str | None:
    """What was expected of a dotted path; None when it can name a member."""
    parts = path.split(".")
    if not all(parts):
        return "a dotted path such as error.code, with a name between any two dots"
    if any(_BEFORE_THE_START.fullmatch(part) for part in parts):
        return "a dotted path whose list positions are counted from 0, such as choices.0.message"
    return None


def json_problem(value: Any) -> str | None:
    """What was expected of a value; None when it can stand in JSON."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        return "a value that JSON has; write dates and times as text, and no inf or nan"
    return None
