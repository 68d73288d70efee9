"""The differences that are meant, each with its reason (deliberate.toml)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.suite.conformance.difference import Difference
from tests.suite.conformance.settings import read_toml

FILE = Path(__file__).with_name("deliberate.toml")


@dataclass(frozen=True)
class Deliberate:
    """Differences of one kind. `at`: numbers of the calls, none for all of them; `*` in a path is any text."""

    recording: str
    at: tuple[int, ...]
    paths: tuple[str, ...]
    reason: str

    def is_at(self, recording: str, number: int) -> bool:
        return _fits(self.recording, recording) and (not self.at or number in self.at)

    def covers(self, difference: Difference) -> bool:
        return any(_fits(path, difference.path) for path in self.paths)


@dataclass(frozen=True)
class Reasons:
    """What is meant to differ in one answer."""

    entries: tuple[Deliberate, ...]

    def of(self, difference: Difference) -> Deliberate | None:
        return next((entry for entry in self.entries if entry.covers(difference)), None)

    def covers(self, difference: Difference) -> bool:
        return self.of(difference) is not None


@dataclass(frozen=True)
class Unserved:
    """Calls to addresses that the emulator does not have."""

    call: str
    reason: str

    def covers(self, label: str) -> bool:
        return _fits(self.call, label)


@dataclass(frozen=True)
class Agreed:
    """The whole file."""

    differences: tuple[Deliberate, ...]
    unserved: tuple[Unserved, ...]

    def at(self, recording: str, number: int) -> Reasons:
        """What is meant to differ in the answer to one call."""
        return Reasons(tuple(entry for entry in self.differences if entry.is_at(recording, number)))


def read_agreed() -> Agreed:
    """Read deliberate.toml."""
    table = read_toml(FILE)
    return Agreed(
        tuple(_deliberate(entry) for entry in table.get("difference", ())),
        tuple(Unserved(entry["call"], entry["reason"]) for entry in table.get("unserved", ())),
    )


def _deliberate(entry: Mapping[str, Any]) -> Deliberate:
    return Deliberate(entry["recording"], tuple(entry.get("at", ())), tuple(entry["paths"]), entry["reason"])


def _fits(glob: str, text: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, glob.split("*"))), text) is not None
