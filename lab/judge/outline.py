"""A reply as one point: what all of it, its sentences, its first, its last and its prompt mean, in fewer places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lab.judge.kernel import pack, unpacked

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FIRST_AND_LAST_COUNT = 0.6
# The prompt says whether an answer fits at all; the verdict must rest on the reply.
_PROMPT_COUNTS = 0.4
PLACES = 256


@dataclass(frozen=True)
class Outline:
    """The directions in which labelled replies differ most, packed: `size` numbers each in units of `step`."""

    directions: str
    size: int
    step: float
    middle: Sequence[float]

    @cached_property
    def _directions(self) -> NDArray[Any]:
        return unpacked(self.directions, self.size, self.step).T

    def __call__(self, joined: NDArray[Any]) -> NDArray[Any]:
        """Return a row of `PLACES` numbers for each row of joined vectors."""
        import numpy as np

        placed: NDArray[Any] = (joined - np.array(self.middle)) @ self._directions
        return placed


def joined(whole: NDArray[Any], parts: NDArray[Any], weights: Sequence[float], prompt: NDArray[Any]) -> NDArray[Any]:
    """Put the vectors of a reply, its sentences (weighted by their words) and its prompt side by side."""
    import numpy as np

    mean = np.average(parts, axis=0, weights=weights)
    ends = [_FIRST_AND_LAST_COUNT * parts[0], _FIRST_AND_LAST_COUNT * parts[-1]]
    row: NDArray[Any] = np.concatenate([whole, mean, *ends, _PROMPT_COUNTS * prompt])
    return row


def fit_outline(rows: NDArray[Any]) -> Outline:
    """Find the directions in which rows of joined vectors differ most (principal components)."""
    import numpy as np

    from lab.judge.learning import principal_directions

    middle = np.round(rows.mean(axis=0), 4)
    directions, _ = principal_directions(rows - middle, PLACES)
    packed, step = pack(directions)
    return Outline(packed, rows.shape[1], step, [float(one) for one in middle])
