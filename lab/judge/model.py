"""The fitted judge: read from `data/judge-model.json`, which `python -m lab.judge.fit` writes.

Two questions are asked apart: is it sound (whole sentences, no heap of words, no error, not cut off), and is it about
travel. Each is a linear model over traits; what a sentence means is one over its vector.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.errors import InputError
from lab.judge.evidence import Evidence
from lab.judge.grammar import Grammar
from lab.judge.likeness import Likeness
from lab.judge.meaning import Encoder
from lab.judge.traits import Meanings

MODEL = Path(__file__).resolve().parents[2] / "data" / "judge-model.json"
VERSION = 2


@dataclass(frozen=True)
class Linear:
    """Log-odds as a weighted sum of named traits."""

    weights: Mapping[str, float]
    bias: float

    def __call__(self, traits: Mapping[str, float]) -> float:
        return self.bias + sum(weight * traits[name] for name, weight in self.weights.items())


@dataclass(frozen=True)
class Kinds:
    """For each kind of sentence the weights of a vector's places, and the bias behind them.

    `sense` weighs whether a vector is one of a sentence at all, and not of shuffled or heaped words.
    """

    weights: Mapping[str, Sequence[float]]
    sense: Sequence[float]
    likeness: Likeness

    def shares(self, vector: Sequence[float]) -> dict[str, float]:
        """Return how likely each kind is; together they make 1."""
        chances = {kind: _chance(_weighed(weights, vector)) for kind, weights in self.weights.items()}
        total = sum(chances.values())
        return {kind: chance / total for kind, chance in chances.items()}

    def of(self, evidence: Evidence, encode: Encoder) -> Meanings:
        """Say of which kind a reply and its sentences are."""
        whole, *parts = encode([evidence.text, *(sentence.text for sentence in evidence.sentences)])
        return Meanings(
            whole=self.shares(whole),
            sentences=[self.shares(part) for part in parts],
            sense=[_weighed(self.sense, part) for part in parts],
            likeness=self.likeness([whole, *parts]),
        )


@dataclass(frozen=True)
class Verdicts:
    """The two questions, each with its own weights."""

    travel: Linear
    sound: Linear


@dataclass(frozen=True)
class Model:
    """All that was fitted; `by_words` judges where there is no encoder."""

    grammar: Grammar
    known: frozenset[str]
    kinds: Kinds
    by_meaning: Verdicts
    by_words: Verdicts


def _weighed(weights: Sequence[float], vector: Sequence[float]) -> float:
    return weights[-1] + sum(weight * number for weight, number in zip(weights, vector, strict=False))


def _chance(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


@functools.cache
def fitted() -> Model:
    """Read the project's own fitted judge; raises `InputError` when the file cannot be used."""
    return read_model(MODEL)


def read_model(path: Path) -> Model:
    """Read a fitted judge; raises `InputError` when the file cannot be used."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["version"] != VERSION:
            raise ValueError(f"found version {found['version']}, expected {VERSION}")
        return model_of(found)
    except OSError as error:
        raise InputError(str(path), [f"the file cannot be read: {error.strerror or error}"]) from error
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(str(path), [f"{error!r}; write it anew with python -m lab.judge.fit"]) from error


def model_of(found: Mapping[str, Any]) -> Model:
    """Turn what the file holds into a judge."""
    grammar = found["grammar"]
    return Model(
        grammar=Grammar(grammar["frequent"], grammar["weights"], grammar["bias"]),
        known=frozenset(found["known"]),
        kinds=Kinds(found["kinds"], found["sense"], Likeness(**found["likeness"])),
        by_meaning=_verdicts(found["by_meaning"]),
        by_words=_verdicts(found["by_words"]),
    )


def _verdicts(found: Mapping[str, Any]) -> Verdicts:
    return Verdicts(
        travel=Linear(found["travel"]["weights"], found["travel"]["bias"]),
        sound=Linear(found["sound"]["weights"], found["sound"]["bias"]),
    )
