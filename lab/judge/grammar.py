"""Tell sentences from heaps of words: how likely the order of function words, endings and signs is.

Shuffled sentences and strings of place names have the words of travel but not the grammar of any language. A text is
turned into counts of neighbouring word classes; a linear model, fitted on true and shuffled sentences, weighs them.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lab.judge.text import is_korean, tokens

SIZE = 4096
# A word as frequent as this in the labelled replies is a class of its own; in the coarse view, as this.
FREQUENT = 15
VERY_FREQUENT = 30


@dataclass(frozen=True)
class Grammar:
    """The weights of neighbouring word classes, and how often the frequent words occur."""

    frequent: Mapping[str, int]
    weights: Sequence[float]
    bias: float

    def score(self, text: str) -> float:
        """Return the log-odds that a text is made of sentences."""
        found = neighbours(text, self.frequent)
        return self.bias + sum(self.weights[place] * value for place, value in found.items())


def neighbours(text: str, frequent: Mapping[str, int]) -> dict[int, float]:
    """Count pairs and triples of word classes, hashed to `SIZE` places and scaled by the text's length."""
    parts = tokens(text)
    fine = ["<", *(_fine(part, frequent) for part in parts), ">"]
    coarse = ["<", *(_coarse(part, frequent) for part in parts), ">"]
    keys = [f"2{one} {two}" for one, two in pairwise(fine)]
    keys += [f"c{one} {two}" for one, two in pairwise(coarse)]
    keys += [f"3{a} {b} {c}" for a, b, c in zip(coarse, coarse[1:], coarse[2:], strict=False)]
    counts: dict[int, float] = {}
    unit = 1 / math.sqrt(len(fine))
    for key in keys:
        place = zlib.crc32(key.encode()) % SIZE
        counts[place] = counts.get(place, 0.0) + unit
    return counts


def _fine(part: str, frequent: Mapping[str, int]) -> str:
    if not part[0].isalpha():
        return _sign(part)
    word = part.lower()
    if word in frequent:
        return word
    if is_korean(part):
        return "~" + part[-1]
    return ("^~" if part[0].isupper() else "~") + word[-2:]


def _coarse(part: str, frequent: Mapping[str, int]) -> str:
    if not part[0].isalpha():
        return _sign(part)
    word = part.lower()
    if word in frequent:
        return word if frequent[word] >= VERY_FREQUENT else "f"
    if is_korean(part):
        return "K"
    return "N" if part[0].isupper() else "w"


def _sign(part: str) -> str:
    if part[0].isdigit():
        return "#"
    return part if ord(part[0]) < 0x2000 else "*"
