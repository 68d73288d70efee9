"""The journal of a run: what it is about to make, written and synced before each create."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Event = Literal["making", "made", "deleted", "purged"]


@dataclass(frozen=True)
class Entry:
    """One line of a journal: what happened (`event`) to what (`kind`, `name`), with what is needed to undo it."""

    event: Event
    kind: str
    name: str
    details: Mapping[str, str]


class Journal:
    """Appends to `<directory>/<run>.jsonl`; every line is on disk before `write` returns."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()

    def write(self, event: Event, kind: str, name: str, **details: str) -> None:
        """Append one entry; a journal without a path (a replay makes nothing) keeps none."""
        if self._path is None:
            return
        line = json.dumps({"event": event, "kind": kind, "name": name, **details})
        with self._lock:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8", newline="\n") as file:
                file.write(line + "\n")
                file.flush()
                os.fsync(file.fileno())


def read_journal(path: Path) -> tuple[Entry, ...]:
    """The entries of a journal, oldest first; a last line cut off by a crash is left out."""
    if not path.exists():
        return ()
    entries = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        details = {key: str(value) for key, value in row.items() if key not in ("event", "kind", "name")}
        entries.append(Entry(row["event"], row["kind"], row["name"], details))
    return tuple(entries)


def still_there(entries: tuple[Entry, ...], kind: str) -> tuple[Entry, ...]:
    """The things of one kind that a run meant to make and that nobody has deleted since."""
    gone = {entry.name for entry in entries if entry.kind == kind and entry.event in ("deleted", "purged")}
    made = {entry.name: entry for entry in entries if entry.kind == kind and entry.event == "making"}
    return tuple(entry for name, entry in made.items() if name not in gone)
