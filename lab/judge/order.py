"""Whether words stand in the order of a sentence: a small network looks at a few neighbours at a time.

It sees of each word what the encoder makes of it, so it knows the places of words that no labelled reply has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lab.judge.kernel import unpacked
from lab.judge.meaning import SIZE
from lab.judge.text import tokens

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lab.judge.meaning import Encoder

# So many neighbours at a time, each told by so many numbers.
NEIGHBOURS, PLACES = 5, 64
_EDGE = 4.0
_LEAST_CHANCE = 1e-3


@dataclass(frozen=True)
class Order:
    """The directions in which words differ, packed, and the network's weights, from its input on."""

    directions: str
    step: float
    middle: Sequence[float]
    inner: Sequence[Sequence[float]]
    outer: Sequence[float]

    @cached_property
    def _directions(self) -> NDArray[Any]:
        return unpacked(self.directions, SIZE, self.step).T

    @cached_property
    def _inner(self) -> NDArray[Any]:
        import numpy as np

        return np.array(self.inner)

    def __call__(self, sentences: Sequence[str], encode: Encoder) -> list[float]:
        """Return for each sentence the log-odds that its words are in order, each scaled by its length."""
        import numpy as np

        split = [words_of(sentence) for sentence in sentences]
        known = self.placed(sorted({word for own in split for word in own}), encode)
        return [float(odds.sum() / np.sqrt(len(odds))) for odds in (self._odds(groups(own, known)) for own in split)]

    def placed(self, words: Sequence[str], encode: Encoder) -> dict[str, NDArray[Any]]:
        """Return the `PLACES` numbers of each word."""
        import numpy as np

        if not words:
            return {}
        rows = (encode(words) - np.array(self.middle)) @ self._directions
        return dict(zip(words, rows, strict=True))

    def _odds(self, rows: NDArray[Any]) -> NDArray[Any]:
        import numpy as np

        hidden = np.maximum(rows @ self._inner[:-1] + self._inner[-1], 0)
        odds = hidden @ np.array(self.outer[:-1]) + self.outer[-1]
        chance = 1 / (1 + np.exp(-odds))
        found: NDArray[Any] = np.log((chance + _LEAST_CHANCE) / (1 - chance + _LEAST_CHANCE))
        return found


def words_of(sentence: str) -> list[str]:
    """Return the words and signs of a sentence as the network is shown them."""
    return [token.lower() for token in tokens(sentence)]


def groups(words: Sequence[str], placed: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
    """Return a row for each group of `NEIGHBOURS` words that stand side by side; the sentence's ends are words too."""
    import numpy as np

    first, last = np.zeros(PLACES), np.zeros(PLACES)
    first[0] = last[1] = _EDGE
    empty = [np.zeros(PLACES)] * (NEIGHBOURS - len(words) - 2)
    rows = np.array([first, *(placed[word] for word in words), last, *empty])
    return np.hstack([rows[at : len(rows) - NEIGHBOURS + 1 + at] for at in range(NEIGHBOURS)])
