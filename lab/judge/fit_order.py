"""Fit the network of `lab.judge.order` on labelled sentences, their words shuffled, and heaps."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.judge.kernel import pack, unpacked
from lab.judge.learning import principal_directions
from lab.judge.meaning import SIZE, Encoder
from lab.judge.order import MEANING_PLACES, NEIGHBOURS, PLACES, groups, numbered, placed, spelled, words_of

Floats = NDArray[np.float32]

_HIDDEN = 192
_ROUNDS = 8
_BATCH = 512
_PACE = 1e-3
# Towards the end smaller steps: from this share of all steps on, this share of the pace.
_SLOWER = ((0.6, 0.3), (0.85, 0.1))
_FREQUENT = 20
_SHUFFLES = 2
_MEAN_KEPT, _SQUARE_KEPT = 0.9, 0.999
_DIGITS, _INNER_DIGITS = 4, 3


def fit_order(good: Sequence[str], bad: Sequence[str], encode: Encoder) -> dict[str, Any]:
    """Fit on sentences and on what is none; each sentence is also shown with its words shuffled."""
    chance = random.Random(0)
    examples = list(_examples(good, bad, chance))
    counts = Counter(word for own, _ in examples for word in own)
    vocabulary = sorted(counts)
    frequent = [word for word in vocabulary if counts[word] >= _FREQUENT]
    vectors = encode(vocabulary)
    middle = np.round(vectors.mean(axis=0), _DIGITS)
    along, spreads = principal_directions(vectors - middle, MEANING_PLACES)
    # Scaled so that words differ by about 1 along each.
    directions, step = pack(along / np.sqrt(spreads.mean()))
    meanings = (vectors - middle) @ unpacked(directions, SIZE, step).T
    table = placed(meanings, spelled(vocabulary, frozenset(frequent))).astype(np.float32)
    known = numbered(vocabulary)
    shown = [groups(own, known) for own, _ in examples]
    wanted = np.repeat([whole for _, whole in examples], [len(rows) for rows in shown]).astype(np.float32)
    inner, outer = _trained(table, np.vstack(shown), wanted)
    return {
        "directions": directions,
        "step": step,
        "middle": middle.tolist(),
        "frequent": frequent,
        "inner": [[round(float(one), _INNER_DIGITS) for one in row] for row in inner],
        "outer": [round(float(one), _DIGITS) for one in outer],
    }


def _examples(good: Sequence[str], bad: Sequence[str], chance: random.Random) -> Iterator[tuple[list[str], float]]:
    for sentence in good:
        own = words_of(sentence)
        yield own, 1.0
        # The sign at the end stays there: anybody who shuffles a sentence keeps that.
        end = own[-1:] if not own[-1][0].isalnum() else []
        for _ in range(_SHUFFLES):
            mixed = own[: len(own) - len(end)]
            chance.shuffle(mixed)
            yield mixed + end, 0.0
    for sentence in bad:
        yield words_of(sentence), 0.0


def _trained(table: Floats, shown: NDArray[np.int64], wanted: Floats) -> tuple[Floats, Floats]:
    """Train a network of one hidden layer with Adam; biases are the last row of each."""
    random_numbers = np.random.default_rng(0)
    size = NEIGHBOURS * PLACES
    inner = random_numbers.normal(0, np.sqrt(2 / size), (size + 1, _HIDDEN)).astype(np.float32)
    outer = random_numbers.normal(0, np.sqrt(2 / _HIDDEN), _HIDDEN + 1).astype(np.float32)
    inner[-1] = outer[-1] = 0
    weights, step, steps = (inner, outer), 0, _ROUNDS * -(-len(shown) // _BATCH)
    means = tuple(np.zeros_like(one) for one in weights)
    squares = tuple(np.zeros_like(one) for one in weights)
    for _ in range(_ROUNDS):
        order = random_numbers.permutation(len(shown))
        for at in range(0, len(order), _BATCH):
            step += 1
            chosen = order[at : at + _BATCH]
            rows = table[shown[chosen]].reshape(len(chosen), -1)
            slopes = _slopes(inner, outer, rows, wanted[chosen])
            pace = _pace(step / steps) * np.sqrt(1 - _SQUARE_KEPT**step) / (1 - _MEAN_KEPT**step)
            for weight, slope, mean, square in zip(weights, slopes, means, squares, strict=True):
                mean += (1 - _MEAN_KEPT) * (slope - mean)
                square += (1 - _SQUARE_KEPT) * (slope * slope - square)
                weight -= np.float32(pace) * mean / (np.sqrt(square) + np.float32(1e-8))
    return inner, outer


def _pace(done: float) -> float:
    """Return the pace after so much of all steps."""
    return _PACE * min((share for begin, share in _SLOWER if done >= begin), default=1.0)


def _slopes(inner: Floats, outer: Floats, rows: Floats, wanted: Floats) -> tuple[Floats, Floats]:
    """Return how the loss of a batch changes with each weight."""
    hidden = np.maximum(rows @ inner[:-1] + inner[-1], 0)
    chance = 1 / (1 + np.exp(-(hidden @ outer[:-1] + outer[-1])))
    error = ((chance - wanted) / len(rows)).astype(np.float32)
    back = np.outer(error, outer[:-1]) * (hidden > 0)
    return (
        np.vstack([rows.T @ back, back.sum(axis=0)[None]]),
        np.concatenate([hidden.T @ error, [error.sum()]]).astype(np.float32),
    )
