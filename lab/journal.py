"""The journal of a run: what it is about to make, written and synced before each create."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Event = Literal["started", "making", "made", "deleting", "deleted", "purged", "full"]


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

    def entries(self) -> tuple[Entry, ...]:
        """What is written down so far, oldest first."""
        return read_journal(self._path) if self._path else ()

    def says(self, kind: str, name: str, *events: Event) -> bool:
        """Whether one of these events of the thing is written down."""
        return any(entry.kind == kind and entry.name == name and entry.event in events for entry in self.entries())


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


@dataclass(frozen=True)
class Group:
    """A resource group that a run meant to make, and what became of it since."""

    name: str
    suffix: str
    region: str
    subscription: str
    deleted: bool
    purged: bool

    @property
    def is_gone(self) -> bool:
        return self.deleted and self.purged


def groups_of(entries: Iterable[Entry]) -> tuple[Group, ...]:
    """The resource groups of a run, oldest first; the last one is the one to go on with."""
    events: dict[str, set[str]] = {}
    details: dict[str, Mapping[str, str]] = {}
    for entry in entries:
        if entry.kind == "resource group":
            if entry.event == "making":
                # Made once more after it was deleted, it is there again.
                events.pop(entry.name, None)
                details[entry.name] = entry.details
            events.setdefault(entry.name, set()).add(entry.event)
    return tuple(
        Group(
            name,
            suffix=made.get("suffix", ""),
            region=made.get("region", ""),
            subscription=made.get("subscription", ""),
            deleted="deleted" in events[name],
            purged="purged" in events[name],
        )
        for name, made in details.items()
    )
