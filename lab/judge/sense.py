"""Whether the words of a sentence make one, by what the encoder makes of them.

The vector of shuffled words hardly changes when they are shuffled again; that of a sentence does, and always in the
same directions.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lab.judge.text import words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lab.judge.meaning import Encoder

_SHUFFLES = 2
_DIFFERENCE_COUNTS = 2.0


def order_vectors(sentences: Sequence[str], encode: Encoder) -> NDArray[Any]:
    """Return for each sentence its vector, and beside it how that differs from the vectors of its shuffled words."""
    import numpy as np

    texts = [text for sentence in sentences for text in (sentence, *_shuffled(sentence))]
    vectors = encode(texts).reshape(len(sentences), 1 + _SHUFFLES, -1)
    own = vectors[:, 0]
    rows: NDArray[Any] = np.hstack([own, _DIFFERENCE_COUNTS * (own - vectors[:, 1:].mean(axis=1))])
    return rows


def _shuffled(sentence: str) -> list[str]:
    """Shuffle a sentence's words, the same way whatever order they came in."""
    parts = sorted(word.lower() for word in words(sentence))
    chance = random.Random(" ".join(parts))
    last = sentence[-1:] if sentence[-1:] in tuple(".!?") else ""
    found = []
    for _ in range(_SHUFFLES):
        chance.shuffle(parts)
        text = " ".join(parts)
        found.append(f"{text[:1].upper()}{text[1:]}{last}")
    return found
