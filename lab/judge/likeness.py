"""How like a reply is to the labelled ones: each counts by how near its vector is, for travel or against it.

Kernel ridge regression: unlike a weighted sum of a vector's places it finds meanings that lie in many small groups.
The labelled vectors are kept in bytes, in base64; numpy, which the encoder needs too, is imported at the first use.
"""

from __future__ import annotations

import base64
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lab.judge.meaning import SIZE

# A vector's places are rarely beyond a third; a byte holds 127 steps on either side.
_STEPS = 400
_NARROWNESS = 1.0
_RESTRAINT = 0.1


@dataclass(frozen=True)
class Likeness:
    """The labelled vectors, packed, and how much each counts for travel (above 0) or against it."""

    packed: str
    weights: Sequence[float]

    def __call__(self, vectors: Sequence[Sequence[float]]) -> list[float]:
        """Return for each vector how like travel it is, about -1 to 1."""
        import numpy as np

        near = _nearness(np.array(vectors), _unpacked(self.packed))
        return [float(score) for score in near @ np.array(self.weights)]


def fit_likeness(vectors: Sequence[Sequence[float]], travel: Sequence[bool]) -> Likeness:
    """Find how much each labelled vector counts."""
    import numpy as np

    packed = pack(vectors)
    known = _unpacked(packed)
    near = _nearness(known, known) + _RESTRAINT * np.eye(len(known))
    weights = np.linalg.solve(near, np.where(np.array(travel), 1.0, -1.0))
    return Likeness(packed, [round(float(weight), 4) for weight in weights])


def pack(vectors: Sequence[Sequence[float]]) -> str:
    """Write vectors as bytes, in base64."""
    import numpy as np

    steps = np.clip(np.round(np.array(vectors) * _STEPS), -127, 127)
    return base64.b64encode(steps.astype(np.int8).tobytes()).decode("ascii")


@functools.lru_cache(maxsize=1)
def _unpacked(packed: str) -> Any:
    import numpy as np

    return np.frombuffer(base64.b64decode(packed), np.int8).reshape(-1, SIZE).astype(np.float64) / _STEPS


def _nearness(some: Any, others: Any) -> Any:
    import numpy as np

    apart = (some**2).sum(axis=1)[:, None] + (others**2).sum(axis=1) - 2 * some @ others.T
    return np.exp(-_NARROWNESS * apart)
