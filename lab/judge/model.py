"""The fitted judge: read from `data/judge-model.json`, which `python -m lab.judge.fit` writes.

What a reply means is told by its place among labelled replies (`Kinds`); that, the words it names and its grammar are
traits, and the place of all traits among those of labelled replies is the verdict.
"""

from __future__ import annotations

import functools
import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lab.errors import InputError, shown
from lab.judge.evidence import Evidence
from lab.judge.grammar import Grammar
from lab.judge.kernel import Kernel
from lab.judge.letters import Letters
from lab.judge.meaning import Encoder
from lab.judge.order import Order
from lab.judge.outline import Outline, joined
from lab.judge.sense import order_vectors
from lab.judge.traits import Meanings

if TYPE_CHECKING:
    from numpy.typing import NDArray

MODEL = Path(__file__).resolve().parents[2] / "data" / "judge-model.json"
VERSION = 4
_ANEW = "`python -m lab.judge.fit`"
# A trait further out than this is as rare as it gets.
_MOST_SPREADS = 4.0


@dataclass(frozen=True)
class Kinds:
    """For each kind of sentence the weights of a vector's places, and the bias behind them.

    `sense` weighs whether words make a sentence (see `order_vectors`) as `order` does in its own way; `outline` places
    a whole reply among the labelled ones of `likeness`.
    """

    weights: Mapping[str, Sequence[float]]
    sense: Sequence[float]
    order: Order
    outline: Outline
    likeness: Kernel

    @cached_property
    def _columns(self) -> NDArray[Any]:
        import numpy as np

        return np.array([*self.weights.values()]).T

    def shares(self, vectors: NDArray[Any]) -> list[dict[str, float]]:
        """Return for each vector how likely each kind is; together they make 1."""
        odds = vectors @ self._columns[:-1] + self._columns[-1]
        return [_shares(dict(zip(self.weights, map(float, row), strict=True))) for row in odds]

    def of(self, evidence: Evidence, encode: Encoder) -> Meanings:
        """Say of which kind a reply and its sentences are, and which labelled replies it is like."""
        texts = [sentence.text for sentence in evidence.sentences]
        vectors = encode([evidence.text, *texts, evidence.prompt])
        whole, *sentences = self.shares(vectors[:-1])
        row = joined(vectors[0], vectors[1:-1], [each.weight for each in evidence.sentences], vectors[-1])
        like = self.likeness(self.outline(row[None]))
        sense, order = self._senses(evidence, encode)
        return Meanings(
            whole=whole,
            sentences=sentences,
            sense=sense,
            order=order,
            like={name: float(found[0]) for name, found in like.items()},
        )

    def _senses(self, evidence: Evidence, encode: Encoder) -> tuple[list[float], list[float]]:
        """Return two log-odds for each longer sentence that its words make one; for the others nothing, 0."""
        import numpy as np

        at = [number for number, sentence in enumerate(evidence.sentences) if sentence.has_grammar]
        found = np.zeros((2, len(evidence.sentences)))
        if at:
            long = [evidence.sentences[number].text for number in at]
            found[0, at] = order_vectors(long, encode) @ np.array(self.sense[:-1]) + self.sense[-1]
            found[1, at] = self.order(long, encode)
        return found[0].tolist(), found[1].tolist()


@dataclass(frozen=True)
class Verdict:
    """Traits, each by its name, middle and spread, and what labelled replies of such traits are."""

    names: Sequence[str]
    middle: Sequence[float]
    spread: Sequence[float]
    kernel: Kernel

    def __call__(self, traits: Mapping[str, float]) -> dict[str, float]:
        """Return how surely a reply is `travel`, and `sound`: above 0 for yes, about -1 to 1."""
        row = scaled([[traits[name] for name in self.names]], self.middle, self.spread)
        return {name: float(found[0]) for name, found in self.kernel(row).items()}


def scaled(grid: Sequence[Sequence[float]], middle: Sequence[float], spread: Sequence[float]) -> NDArray[Any]:
    """Return traits as spreads from their middle."""
    import numpy as np

    rows = (np.array(grid) - np.array(middle)) / np.array(spread)
    clipped: NDArray[Any] = np.clip(rows, -_MOST_SPREADS, _MOST_SPREADS)
    return clipped


@dataclass(frozen=True)
class Model:
    """All that was fitted; `by_words` judges where there is no encoder."""

    grammar: Grammar
    letters: Letters
    known: frozenset[str]
    kinds: Kinds
    by_meaning: Verdict
    by_words: Verdict


def _shares(odds: Mapping[str, float]) -> dict[str, float]:
    chances = {kind: 1 / (1 + math.exp(-max(-30.0, min(30.0, each)))) for kind, each in odds.items()}
    total = sum(chances.values())
    return {kind: chance / total for kind, chance in chances.items()}


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
        raise InputError(str(path), [f"{error!r}; write it anew with {_ANEW}"]) from error


def file_problem(path: Path = MODEL) -> str | None:
    """What keeps a fitted judge from being used, as far as its two ends show: a run costs money before it is read."""
    begun, ended = f'{{"version":{VERSION},'.encode(), b"}\n"
    try:
        with path.open("rb") as file:
            first = file.read(len(begun))
            file.seek(-min(path.stat().st_size, len(ended)), os.SEEK_END)
            last = file.read()
    except OSError as error:
        return f"{path}: the file cannot be read: {error.strerror or error}; write it anew with {_ANEW}"
    if first != begun:
        found = shown(first.decode("utf-8", "replace"))
        return f"{path}: found {found} first, expected {begun.decode()}; write it anew with {_ANEW}"
    return None if last == ended else f"{path}: the file is cut off; write it anew with {_ANEW}"


def model_of(found: Mapping[str, Any]) -> Model:
    """Turn what the file holds into a judge."""
    return Model(
        grammar=Grammar(**found["grammar"]),
        letters=Letters(**found["letters"]),
        known=frozenset(found["known"]),
        kinds=kinds_of(found),
        by_meaning=_verdict(found["by_meaning"]),
        by_words=_verdict(found["by_words"]),
    )


def kinds_of(found: Mapping[str, Any]) -> Kinds:
    """Turn the parts of the file that tell meanings into `Kinds`."""
    return Kinds(
        weights=found["kinds"],
        sense=found["sense"],
        order=Order(**found["order"]),
        outline=Outline(**found["outline"]),
        likeness=Kernel(**found["likeness"]),
    )


def _verdict(found: Mapping[str, Any]) -> Verdict:
    return Verdict(found["names"], found["middle"], found["spread"], Kernel(**found["kernel"]))
