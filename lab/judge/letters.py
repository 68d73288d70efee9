"""What a reply's letters and words say of travel: the words that the lists lack, learned from labelled replies."""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lab.judge.text import tokens

PLACES = 8192
_LETTERS_IN_A_ROW = (2, 3, 4, 5)


@dataclass(frozen=True)
class Letters:
    """The weights of letters in a row and of words, hashed to `PLACES` places."""

    weights: Sequence[float]
    bias: float

    def score(self, text: str) -> float:
        """Return the log-odds of travel."""
        return self.bias + sum(self.weights[place] * value for place, value in letters_of(text).items())


def letters_of(text: str) -> dict[int, float]:
    """Count the letters in a row and the words of a folded text: logarithms of the counts, of length 1 together."""
    counts: Counter[int] = Counter(zlib.crc32(key.encode(errors="replace")) % PLACES for key in _keys(text))
    logarithms = {place: math.log1p(count) for place, count in counts.items()}
    length = math.sqrt(sum(value * value for value in logarithms.values())) or 1.0
    return {place: value / length for place, value in logarithms.items()}


def _keys(text: str) -> Iterator[str]:
    small = f" {text.casefold()} "
    for length in _LETTERS_IN_A_ROW:
        for at in range(len(small) - length + 1):
            yield small[at : at + length]
    own = [f"={token}" for token in tokens(small)]
    yield from own
    yield from map("".join, pairwise(own))
