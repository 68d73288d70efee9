"""What labelled points say of a new one: each counts by how near it is, for an answer or against it.

Kernel ridge regression: unlike a weighted sum of a point's places it finds what lies in many small groups. Several
answers share the points. They are kept in bytes, in base64; numpy, which the encoder needs too, is imported at the
first use.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MOST = 127
_DIGITS = 4


@dataclass(frozen=True)
class Kernel:
    """Labelled points, packed, each of `size` places in units of `step`; and for each answer what each point counts."""

    points: str
    size: int
    step: float
    narrowness: float
    weights: Mapping[str, Sequence[float]]

    @cached_property
    def _known(self) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """The points, their squared lengths, and a column of weights for each answer."""
        import numpy as np

        points = unpacked(self.points, self.size, self.step)
        return points, (points**2).sum(axis=1), np.array([*self.weights.values()]).T

    def __call__(self, rows: NDArray[Any]) -> dict[str, NDArray[Any]]:
        """Return each answer for each row, about -1 to 1."""
        import numpy as np

        points, lengths, weights = self._known
        answers = _nearness(np.atleast_2d(rows), points, lengths, self.narrowness) @ weights
        return dict(zip(self.weights, answers.T, strict=True))


def fit_kernel(rows: NDArray[Any], wanted: Mapping[str, NDArray[Any]], narrowness: float, restraint: float) -> Kernel:
    """Find what each row counts for each wanted answer (-1 or 1 a row); `restraint` lets rows be missed."""
    import numpy as np

    points, step = pack(rows)
    known = unpacked(points, rows.shape[1], step)
    near = _nearness(known, known, (known**2).sum(axis=1), narrowness)
    near[np.diag_indices_from(near)] += restraint
    solved = np.linalg.solve(near, np.stack([*wanted.values()], axis=1))
    weights = {name: [round(float(one), _DIGITS) for one in solved[:, at]] for at, name in enumerate(wanted)}
    return Kernel(points, rows.shape[1], step, narrowness, weights)


def pack(rows: NDArray[Any]) -> tuple[str, float]:
    """Write rows as bytes, in base64; returns them with the size of one step."""
    import numpy as np

    step = float(f"{np.abs(rows).max() / _MOST:.3g}")
    steps = np.clip(np.round(rows / step), -_MOST, _MOST)
    return base64.b64encode(steps.astype(np.int8).tobytes()).decode("ascii"), step


def unpacked(packed: str, size: int, step: float) -> NDArray[Any]:
    """Read rows of so many places that `pack` wrote."""
    import numpy as np

    return np.frombuffer(base64.b64decode(packed), np.int8).reshape(-1, size).astype(np.float64) * step


def _nearness(
    some: NDArray[Any], others: NDArray[Any], others_lengths: NDArray[Any], narrowness: float
) -> NDArray[Any]:
    import numpy as np

    apart = (some**2).sum(axis=1)[:, None] + others_lengths - 2 * some @ others.T
    near: NDArray[Any] = np.exp(-narrowness * apart)
    return near
