"""Recordings of real Azure traffic, as plain values.

The format is described in the README beside the recordings: one interaction a line, with `_trimmed`, `repeated` and
`note` for what was changed on the way.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[3].parent / "shared" / "azure-recordings"
"""Where the recordings are on a machine that has them: beside the project, never in it."""


@dataclass(frozen=True)
class Interaction:
    """One request and what Azure answered. `status` is None where the answer was not read."""

    method: str
    uri: str
    sent: Any
    status: int | None
    headers: Mapping[str, str]
    body: Any
    date: datetime | None = None
    repeated: int = 1
    is_cut: bool = False


@dataclass(frozen=True)
class Recording:
    """One file: a sequence of calls that one client made, in order."""

    name: str
    source: str
    interactions: tuple[Interaction, ...]


def read_recording(path: Path, stand_ins: Mapping[str, str] | None = None) -> Recording:
    """Read a file; `stand_ins` are texts to put in the place of others before it is looked at."""
    text = path.read_text(encoding="utf-8")
    for theirs, ours in (stand_ins or {}).items():
        text = text.replace(theirs, ours)
    document = json.loads(text)
    return Recording(path.stem, document["source"], tuple(_interaction(entry) for entry in document["interactions"]))


def _interaction(entry: dict[str, Any]) -> Interaction:
    request, response = entry["request"], entry["response"]
    date = parsedate_to_datetime(entry["date"]).astimezone(timezone.utc) if entry.get("date") else None
    return Interaction(
        method=request["method"],
        uri=request["uri"],
        sent=request.get("body"),
        status=response.get("status"),
        headers=response.get("headers") or {},
        body=response.get("body"),
        date=date,
        repeated=int(entry.get("repeated", 1)),
        is_cut=bool(entry.get("_trimmed")),
    )
