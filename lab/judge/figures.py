"""`python -m lab.judge --figures`: how often the judge is right on the replies that nothing was fitted on.

Beside it the alternatives: words and grammar without the encoder (what judges where its package is missing), the
vectors without words and grammar, and letters in a row with nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from lab.judge import judge_with
from lab.judge.labelled import LANGUAGES, Labelled, read_labelled
from lab.judge.meaning import Encoder, encoder
from lab.judge.model import Model, fitted
from lab.judge.text import without_echo
from lab.judge.traits import TRAVEL

Judge = Callable[[Labelled], bool]

_HALF = 0.5


def figures() -> Iterator[str]:
    """Yield the lines of a table: a method each, with its accuracy overall, in each language and for each kind."""
    rows = read_labelled()
    held_out = [row for row in rows if row.part != "fit"]
    methods = _methods()
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


def _methods() -> dict[str, Judge]:
    model, encode = fitted(), encoder()
    methods: dict[str, Judge] = {}
    if encode is not None:
        methods["the judge"] = lambda row: judge_with(model, encode, row.prompt, row.reply).travel
    methods["words, grammar"] = lambda row: judge_with(model, None, row.prompt, row.reply).travel
    if encode is not None:
        methods["vectors alone"] = lambda row: _by_vector(model, encode, row)
    methods["letters alone"] = lambda row: model.letters.score(without_echo(row.reply, row.prompt)) > 0
    return methods


def _by_vector(model: Model, encode: Encoder, row: Labelled) -> bool:
    (shares,) = model.kinds.shares(encode([without_echo(row.reply, row.prompt)]))
    return shares[TRAVEL] > _HALF


def _line(name: str, cells: Sequence[str]) -> str:
    return f"{name:<18}" + "".join(f"{cell:>16}" for cell in cells)


def _percent(found: Sequence[bool]) -> str:
    return f"{100 * sum(found) / len(found):.1f}"
