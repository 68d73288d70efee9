"""`python -m lab.judge --figures`: how often the judge is right on the replies that nothing was fitted on.

Beside it the alternatives: words and grammar without the encoder (what judges where its package is missing), the
vectors without words and grammar, and letters in a row with nothing else.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from lab.judge import judge_with
from lab.judge.labelled import LANGUAGES, Labelled, read_labelled
from lab.judge.learning import descent
from lab.judge.meaning import Encoder, encoder
from lab.judge.model import Model, fitted
from lab.judge.text import folded, without_echo

Judge = Callable[[Labelled], bool]

_LETTERS_IN_A_ROW = (2, 3, 4, 5)
_PLACES = 8192
_RESTRAINT = 1 / 30


def figures() -> Iterator[str]:
    """Yield the lines of a table: a method each, with its accuracy overall, in each language and for each kind."""
    rows = read_labelled()
    held_out = [row for row in rows if row.part != "fit"]
    methods = _methods([row for row in rows if row.part == "fit"])
    right = {name: [judged(row) == row.travel for row in held_out] for name, judged in methods.items()}
    yield f"{len(held_out)} replies held out, {len(rows) - len(held_out)} fitted on; right of all, in percent"
    yield _line("", list(methods))
    yield _line("all", [_percent(found) for found in right.values()])
    groups = [(language, [row.language == language for row in held_out]) for language in LANGUAGES]
    kinds = dict.fromkeys(row.kind for row in held_out)
    groups += [(kind, [row.kind == kind for row in held_out]) for kind in kinds]
    for name, chosen in groups:
        of_group = [[ok for ok, take in zip(found, chosen, strict=True) if take] for found in right.values()]
        yield _line(f"{name} ({sum(chosen)})", [_percent(found) for found in of_group])
    nonsense = [
        row.reply for row, ok in zip(held_out, right[next(iter(right))], strict=True) if not row.sound and not ok
    ]
    yield f"nonsense, errors and cut-off replies taken for travel: {len(nonsense)}"
    yield from (f"  {reply[:100]!r}" for reply in nonsense)


def _methods(rows: Sequence[Labelled]) -> dict[str, Judge]:
    model, encode = fitted(), encoder()
    methods: dict[str, Judge] = {}
    if encode is not None:
        methods["the judge"] = lambda row: judge_with(model, encode, row.prompt, row.reply).travel
    methods["words, grammar"] = lambda row: judge_with(model, None, row.prompt, row.reply).travel
    if encode is not None:
        methods["vectors alone"] = lambda row: _by_vector(model, encode, row)
    methods["letters alone"] = _letters(rows)
    return methods


def _by_vector(model: Model, encode: Encoder, row: Labelled) -> bool:
    (vector,) = encode([without_echo(row.reply, row.prompt)])
    return model.kinds.shares(vector)["travel"] > 0.5


def _letters(rows: Sequence[Labelled]) -> Judge:
    grid = np.stack([_row_of_letters(row.reply) for row in rows])
    found = descent(grid, np.array([float(row.travel) for row in rows]), _RESTRAINT)
    return lambda row: bool(_row_of_letters(row.reply) @ found.weights + found.bias > 0)


def _row_of_letters(reply: str) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    text = f" {folded(reply).casefold()} "
    counts = np.zeros(_PLACES, np.float32)
    for length in _LETTERS_IN_A_ROW:
        for at in range(len(text) - length + 1):
            counts[zlib.crc32(text[at : at + length].encode()) % _PLACES] += 1
    size = float(np.linalg.norm(np.log1p(counts)))
    return np.asarray(np.log1p(counts) / (size or 1.0), np.float32)


def _line(name: str, cells: Sequence[str]) -> str:
    return f"{name:<18}" + "".join(f"{cell:>16}" for cell in cells)


def _percent(found: Sequence[bool]) -> str:
    return f"{100 * sum(found) / len(found):.1f}"
