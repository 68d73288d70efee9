"""Logistic regression with numpy: for the few weights of traits and vectors, and for the many of the grammar.

No random numbers, a fixed number of steps: the same rows give the same weights.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

_NEWTON_STEPS = 15
_GRADIENT_STEPS = 300
_ENOUGH = 1e-7


@dataclass(frozen=True)
class Fitted:
    """Weights and bias of one linear model."""

    weights: Numbers
    bias: float


def principal_directions(rows: Numbers, places: int) -> tuple[Numbers, Numbers]:
    """Return so many directions in which centred rows differ most, a row each, and how much they differ in each.

    Of a direction and its opposite the one is taken whose largest number is above 0, so that the choice is no chance.
    """
    spreads, found = np.linalg.eigh(np.cov(rows.T))
    directions = found[:, ::-1][:, :places].T
    largest = np.take_along_axis(directions, np.abs(directions).argmax(axis=1)[:, None], axis=1)
    return directions * np.sign(largest), spreads[::-1][:places]


def newton(rows: Numbers, wanted: Numbers, counts: Numbers, restraint: float) -> Fitted:
    """Fit by Newton's method: exact, for up to a thousand columns; `restraint` holds the weights small (L2)."""
    wide = np.hstack([rows, np.ones((len(rows), 1))])
    held = np.full(wide.shape[1], restraint)
    held[-1] = 1e-6
    weights = np.zeros(wide.shape[1])
    for _ in range(_NEWTON_STEPS):
        chance = _chance(wide @ weights)
        slope = wide.T @ (counts * (chance - wanted)) + held * weights
        curve = (wide * (counts * chance * (1 - chance) + 1e-9)[:, None]).T @ wide + np.diag(held)
        step = np.linalg.solve(curve, slope)
        weights = weights - step
        if float(np.abs(step).max()) < _ENOUGH:
            break
    return Fitted(weights[:-1], float(weights[-1]))


def descent(rows: NDArray[np.float32], wanted: Numbers, restraint: float) -> Fitted:
    """Fit by accelerated gradient descent: near enough, for thousands of columns."""
    wide = np.hstack([rows, np.ones((len(rows), 1), np.float32)])
    pace = 1 / (0.25 * _largest_curve(wide) + restraint)
    weights = np.zeros(wide.shape[1], np.float32)
    ahead = weights
    goal = wanted.astype(np.float32)
    for step in range(_GRADIENT_STEPS):
        slope = wide.T @ (_chance(wide @ ahead).astype(np.float32) - goal) + restraint * ahead
        moved = (ahead - pace * slope).astype(np.float32)
        ahead = (moved + step / (step + 3) * (moved - weights)).astype(np.float32)
        weights = moved
    return Fitted(weights[:-1].astype(np.float64), float(weights[-1]))


def _largest_curve(rows: NDArray[np.float32]) -> float:
    """The largest eigenvalue of the rows' products, by the power method."""
    along = np.ones(rows.shape[1], np.float32)
    size = 1.0
    for _ in range(30):
        along = rows.T @ (rows @ along)
        size = float(np.linalg.norm(along))
        along = along / size
    return size


def _chance(odds: NDArray[np.floating]) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))), np.float64)
