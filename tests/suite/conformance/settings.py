"""What is said about recordings as data: how far they can be trusted, and what must exist before them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILE = Path(__file__).with_name("recordings.toml")


@dataclass(frozen=True)
class Unread:
    """Headers of one answer that nobody read: that they are not listed proves nothing."""

    interaction: int
    headers: tuple[str, ...]


@dataclass(frozen=True)
class Notes:
    """What is known of one recording besides itself.

    `from_notes`: it was written out from notes, so that a missing header proves nothing; `has_all_headers`: but one of
    a long operation does, for its notes say that they are all there. `before`: steps that lead to the state in which
    it begins. `pauses`: seconds that pass before a call; `calls`: what to send or where, in the place of what the
    recording lacks; `members_left_out`: calls whose answers lost members. All three by the call's number.
    """

    from_notes: bool = False
    has_all_headers: bool = False
    recorded: datetime | None = None
    unread: tuple[Unread, ...] = ()
    before: tuple[Mapping[str, Any], ...] = ()
    pauses: Mapping[int, float] = field(default_factory=dict)
    calls: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    members_left_out: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Settings:
    """The whole file: stand-ins for what the emulator does not have, and notes by recording."""

    stand_ins: Mapping[str, str]
    by_recording: Mapping[str, Notes]

    def of(self, name: str) -> Notes:
        """The notes on a recording; none for one that nobody has seen yet."""
        return self.by_recording.get(name, Notes())


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file of this folder."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def read_settings() -> Settings:
    """Read recordings.toml."""
    table = read_toml(FILE)
    stand_ins = {entry["theirs"]: entry["ours"] for entry in table["stand_in"]}
    return Settings(stand_ins, _by_recording(table))


def _by_recording(table: Mapping[str, Any]) -> dict[str, Notes]:
    from_notes, own = table["from_notes"], table["recording"]
    return {
        name: _notes(own.get(name, {}), name in from_notes["recordings"], name in from_notes["with_all_headers"])
        for name in (*from_notes["recordings"], *own)
    }


def _notes(entry: Mapping[str, Any], from_notes: bool, has_all_headers: bool) -> Notes:
    return Notes(
        from_notes=from_notes,
        has_all_headers=has_all_headers,
        recorded=entry.get("recorded"),
        unread=tuple(Unread(each["interaction"], tuple(each["headers"])) for each in entry.get("unread", ())),
        before=tuple(entry.get("before", ())),
        pauses={int(number): seconds for number, seconds in entry.get("pauses", {}).items()},
        calls={int(number): call for number, call in entry.get("calls", {}).items()},
        members_left_out=frozenset(entry.get("members_left_out", ())),
    )
