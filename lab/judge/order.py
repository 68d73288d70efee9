"""Whether words stand in the order of a sentence: a small network looks at a few neighbours at a time.

It sees of each word what the encoder makes of it, so it knows the places of words that no labelled reply has, and how
the word begins and ends: in Korean the end of a word is its place in the sentence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lab.judge.kernel import unpacked
from lab.judge.meaning import SIZE
from lab.judge.text import is_korean, tokens

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lab.judge.meaning import Encoder

# So many neighbours at a time, each told by so many numbers of its meaning, and so many for each part of its spelling.
NEIGHBOURS, MEANING_PLACES, SPELLING_PLACES = 5, 64, 32
PLACES = MEANING_PLACES + 3 * SPELLING_PLACES
# What stands before and behind a sentence, and further out.
_FIRST, _LAST, _NOTHING, _EDGES = 0, 1, 2, 3
_EDGE = 4.0
_LEAST_CHANCE = 1e-3


@dataclass(frozen=True)
class Order:
    """The directions in which words differ, packed, the frequent words, and the network's weights from its input on."""

    directions: str
    step: float
    middle: Sequence[float]
    frequent: Sequence[str]
    inner: Sequence[Sequence[float]]
    outer: Sequence[float]

    @cached_property
    def _directions(self) -> NDArray[Any]:
        return unpacked(self.directions, SIZE, self.step).T

    @cached_property
    def _frequent(self) -> frozenset[str]:
        return frozenset(self.frequent)

    @cached_property
    def _inner(self) -> NDArray[Any]:
        import numpy as np

        return np.array(self.inner)

    def __call__(self, sentences: Sequence[str], encode: Encoder) -> list[float]:
        """Return for each sentence the log-odds that its words are in order, each scaled by its length."""
        import numpy as np

        split = [words_of(sentence) for sentence in sentences]
        vocabulary = sorted({word for own in split for word in own})
        table, rows_of = self._placed(vocabulary, encode), numbered(vocabulary)
        shown = (table[groups(own, rows_of)] for own in split)
        found = (self._odds(rows.reshape(len(rows), -1)) for rows in shown)
        return [float(odds.sum() / np.sqrt(len(odds))) for odds in found]

    def _placed(self, words: Sequence[str], encode: Encoder) -> NDArray[Any]:
        import numpy as np

        meanings = (
            (encode(words) - np.array(self.middle)) @ self._directions if words else np.zeros((0, MEANING_PLACES))
        )
        return placed(meanings, spelled(words, self._frequent))

    def _odds(self, rows: NDArray[Any]) -> NDArray[Any]:
        import numpy as np

        hidden = np.maximum(rows @ self._inner[:-1] + self._inner[-1], 0)
        odds = hidden @ np.array(self.outer[:-1]) + self.outer[-1]
        chance = 1 / (1 + np.exp(-odds))
        found: NDArray[Any] = np.log((chance + _LEAST_CHANCE) / (1 - chance + _LEAST_CHANCE))
        return found


def spelled(words: Sequence[str], frequent: Collection[str]) -> NDArray[Any]:
    """Return a row for each word: numbers for how it begins, how it ends, and which it is, if it is a frequent one."""
    import numpy as np

    rows = [np.concatenate([_marks(part) for part in _parts_of(word, frequent)]) for word in words]
    return np.array(rows).reshape(len(words), 3 * SPELLING_PLACES)


def _parts_of(word: str, frequent: Collection[str]) -> Iterator[str]:
    if is_korean(word):
        yield from (f"-{word[-1:]}", f"--{word[-2:]}")
    else:
        yield from (f"-{word[-3:]}", f"{word[:3]}-")
    yield word if word in frequent else ""


def _marks(part: str) -> NDArray[Any]:
    """Numbers that hardly any two parts share, the same on every machine; all 0 for no part."""
    import numpy as np

    if not part:
        return np.zeros(SPELLING_PLACES)
    digest = hashlib.blake2b(part.encode(), digest_size=SPELLING_PLACES // 8).digest()
    return np.unpackbits(np.frombuffer(digest, np.uint8)) - 0.5


def words_of(sentence: str) -> list[str]:
    """Return the words and signs of a sentence as the network is shown them."""
    return [token.lower() for token in tokens(sentence)]


def placed(meanings: NDArray[Any], spellings: NDArray[Any]) -> NDArray[Any]:
    """Return the table that `groups` points into: the edges of a sentence, then a row of `PLACES` numbers a word."""
    import numpy as np

    edges = np.zeros((_EDGES, PLACES))
    edges[_FIRST, 0] = edges[_LAST, 1] = _EDGE
    return np.vstack([edges, np.hstack([meanings, spellings])])


def numbered(vocabulary: Sequence[str]) -> dict[str, int]:
    """Return the row of each word in the table of `placed`."""
    return {word: number for number, word in enumerate(vocabulary, start=_EDGES)}


def groups(words: Sequence[str], rows: Mapping[str, int]) -> NDArray[Any]:
    """Return the table's rows for each `NEIGHBOURS` words side by side; the sentence's ends are words too."""
    import numpy as np

    empty = [_NOTHING] * (NEIGHBOURS - len(words) - 2)
    line = np.array([_FIRST, *(rows[word] for word in words), _LAST, *empty])
    return np.lib.stride_tricks.sliding_window_view(line, NEIGHBOURS)
