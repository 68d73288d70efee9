"""The world's places by name, in four languages: the list is `data/judge-places.txt`."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path

from lab.errors import InputError
from lab.judge.text import folded, is_korean

PLACES = Path(__file__).resolve().parents[2] / "data" / "judge-places.txt"
_TOKEN = re.compile(r"[^\W_]+(?:['.-][^\W_]+)*|[^\w\s]")
_LONGEST = 5
# Korean particles follow a name without a space; the longest name that a word starts with is taken.
_LONGEST_KOREAN = 7


@dataclass(frozen=True)
class Found:
    """How many places a text names, and of how many words these names consist."""

    places: int
    words: int


@functools.cache
def all_places() -> frozenset[str]:
    """Read the list; raises `InputError` when it cannot be read."""
    try:
        lines = PLACES.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(str(PLACES), [f"the list cannot be read: {error.strerror or error}"]) from error
    return frozenset(line for line in lines if line and not line.startswith("#"))


def find_places(text: str) -> Found:
    """Count the places that a text names; a longer name counts as one."""
    parts = [part.casefold() for part in _TOKEN.findall(folded(text))]
    at = places = named = 0
    while at < len(parts):
        length = _length_of_place(parts, at)
        places += length > 0
        named += length
        at += max(length, 1)
    return Found(places, named)


def _length_of_place(parts: list[str], at: int) -> int:
    names = all_places()
    for length in range(min(_LONGEST, len(parts) - at), 0, -1):
        if " ".join(parts[at : at + length]) in names:
            return length
    word = parts[at]
    # l'islande, d'athènes
    if "'" in word and len(after := word.rpartition("'")[2]) > 3 and after in names:
        return 1
    if is_korean(word) and any(word[:end] in names for end in range(min(_LONGEST_KOREAN, len(word)), 1, -1)):
        return 1
    return 0
