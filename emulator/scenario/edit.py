"""Changing an answer as a rule says: by dotted paths that name members and list positions."""

from __future__ import annotations

import copy
import re
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from emulator.edits import put, take
from emulator.scenario.rules import FIRST_ERROR, Then
from emulator.wire import TEXT, Reply


def edited(reply: Reply, then: Then) -> Reply:
    """The answer that a rule makes of another one, which stays as it is."""
    status = then.status or reply.status
    document = _document(reply, then, status)
    for path, value in then.set.items():
        document = put(document, path, value)
    for path in then.unset:
        take(document, path)
    headers = {name: value for name, value in reply.headers.items() if name.lower() not in _named(then)}
    headers |= {name: value for name, value in then.headers.items() if value is not None}
    media_type = next((value for name, value in headers.items() if name.lower() == "content-type"), reply.media_type)
    changed = replace(reply, status=status, headers=headers, media_type=media_type)
    if then.raw is not None:
        is_new = not reply.has_media_type and media_type == reply.media_type
        return replace(
            changed, content=then.raw.encode(), document=None, chunks=None, media_type=TEXT if is_new else media_type
        )
    if document is None:
        return changed
    return replace(changed, document=document, content=None, chunks=None)


def _document(reply: Reply, then: Then, status: int) -> Any:
    """What a rule edits: its own body, the answer's, or an error of its own where it turns a success into one."""
    if then.body is not None:
        return copy.deepcopy(then.body)
    turns = (status >= FIRST_ERROR) != (reply.status >= FIRST_ERROR)
    if not turns:
        return copy.deepcopy(reply.document)
    if then.set or then.raw is not None or status < FIRST_ERROR:
        return {} if then.set else None
    return {"error": {"code": _code(status), "message": f"The scenario answers {status} here."}}


def _code(status: int) -> str:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        return str(status)
    return re.sub(r"\W", "", phrase)


def _named(then: Then) -> set[str]:
    return {name.lower() for name in then.headers}
