"""Fit what the traits of a reply rest on: grammar, letters, kinds of meaning, sense, likeness to labelled replies."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.judge.evidence import GRAMMAR_FROM_WORDS, taken_apart, weight_of
from lab.judge.fit_order import fit_order
from lab.judge.grammar import FREQUENT, SIZE, neighbours
from lab.judge.heaps import as_sentence, salad
from lab.judge.kernel import fit_kernel
from lab.judge.labelled import Labelled
from lab.judge.learning import descent, newton
from lab.judge.letters import PLACES, letters_of
from lab.judge.meaning import Encoder
from lab.judge.outline import Outline, joined
from lab.judge.sense import order_vectors
from lab.judge.text import sentences, tokens, words

_SENTENCE_COUNTS = 0.5
_RESTRAINT_GRAMMAR = 1 / 30
_RESTRAINT_LETTERS = 0.3
_RESTRAINT_KINDS = 1 / 6
_RESTRAINT_SENSE = 1.0
_HEAPS = 0.4
_SENTENCES_TO_MIX = 3
# More sentences of a row add time to the fit and nothing to what it finds.
_SENSE_SENTENCES = 2
_LIKENESS_NARROWNESS = 0.4
_LIKENESS_RESTRAINT = 0.1
_DIGITS = 4
# Rows of which every sentence is a heap of words.
_HEAPED = ("salad", "shuffled")
# What the labelled replies nearest to one are asked for beside travel: is it of this kind, and is it sound.
_ASKED_KINDS = ("general", "special", "refusal", "other")


@dataclass(frozen=True)
class Told:
    """A labelled row with what is found in it before anything is fitted; `joined` as `outline.joined` has it."""

    row: Labelled
    text: str
    parts: tuple[str, ...]
    joined: NDArray[Any]


def tell(row: Labelled, encode: Encoder) -> Told:
    """Take a row apart, and find its vectors."""
    question, text, parts = taken_apart(row.prompt, row.reply)
    vectors = encode([text, *parts, question])
    weights = [weight_of(len(words(part))) for part in parts]
    return Told(row, text, tuple(parts), joined(vectors[0], vectors[1:-1], weights, vectors[-1]))


def parts_of(told: Sequence[Told], outline: Outline, encode: Encoder) -> dict[str, Any]:
    """Fit all that traits rest on, but for the outline; and collect the words that are whole."""
    sound = [each for each in told if each.row.sound]
    heaps = [each for each in told if each.row.kind in _HEAPED]
    return {
        "known": sorted({word.lower() for each in sound for word in words(each.text)}),
        "grammar": _grammar(sound),
        "letters": _letters(sound),
        "kinds": _kinds(told, encode),
        "sense": _sense(sound, encode),
        "order": fit_order(_sentences(sound), [*_sentences(heaps), *_replies_shuffled(sound)], encode),
        "likeness": _likeness(told, outline),
    }


def rounded(numbers: Any) -> list[float]:
    """Return numbers as they are written down."""
    return [round(float(number), _DIGITS) for number in numbers]


def _grammar(sound: Sequence[Told]) -> dict[str, Any]:
    counts = Counter(word.lower() for each in sound for word in set(words(each.text)))
    frequent = {word: count for word, count in sorted(counts.items()) if count >= FREQUENT}
    good = _sentences(sound)
    bad = list(_nonsense(sound, counts))
    weights = _described((neighbours(text, frequent) for text in [*good, *bad]), len(good) + len(bad), SIZE)
    fitted = descent(weights, np.array([1.0] * len(good) + [0.0] * len(bad)), _RESTRAINT_GRAMMAR)
    return {"frequent": frequent, "weights": rounded(fitted.weights), "bias": round(fitted.bias, _DIGITS)}


def _letters(sound: Sequence[Told]) -> dict[str, Any]:
    grid = _described((letters_of(each.text) for each in sound), len(sound), PLACES)
    fitted = descent(grid, np.array([float(each.row.travel) for each in sound]), _RESTRAINT_LETTERS)
    return {"weights": rounded(fitted.weights), "bias": round(fitted.bias, _DIGITS)}


def _described(rows: Iterator[Mapping[int, float]], count: int, size: int) -> NDArray[np.float32]:
    grid = np.zeros((count, size), np.float32)
    for at, found in enumerate(rows):
        grid[at, list(found)] = list(found.values())
    return grid


def _long_sentences(each: Told) -> list[str]:
    return [part for part in each.parts if len(words(part)) >= GRAMMAR_FROM_WORDS]


def _sentences(told: Sequence[Told]) -> list[str]:
    return [sentence for each in told for sentence in _long_sentences(each)]


def _replies_shuffled(sound: Sequence[Told]) -> Iterator[str]:
    """Shuffle the words of whole replies, each with the sign behind it, and yield what then looks like sentences."""
    chance = random.Random(0)
    for each in sound:
        if len(_long_sentences(each)) >= _SENTENCES_TO_MIX:
            mixed = each.text.split()
            chance.shuffle(mixed)
            yield from (part for part in sentences(" ".join(mixed)) if len(words(part)) >= GRAMMAR_FROM_WORDS)


def _nonsense(sound: Sequence[Told], counts: Counter[str]) -> Iterator[str]:
    """Shuffle every long sentence, and string rare words of its language together."""
    chance = random.Random(0)
    pools: dict[str, list[str]] = {}
    for each in sound:
        rare = [word for word in words(each.text) if counts[word.lower()] < FREQUENT]
        pools.setdefault(each.row.language, []).extend(rare)
    for each in sound:
        for sentence in _long_sentences(each):
            yield _mixed((words if chance.random() < 0.5 else tokens)(sentence), chance)
            if chance.random() < _HEAPS:
                heap = [chance.choice(pools[each.row.language]) for _ in range(chance.randint(4, 14))]
                yield chance.choice([" ", " ", ", ", ". "]).join(heap)


def _mixed(parts: list[str], chance: random.Random) -> str:
    chance.shuffle(parts)
    text = " ".join(parts)
    return chance.choice([text.lower(), text, f"{text.capitalize()}.", f"{text.capitalize()}!"])


def _kinds(told: Sequence[Told], encode: Encoder) -> dict[str, list[float]]:
    """Fit for each kind of meaning the weights of a vector's places, the bias last."""
    texts: list[str] = []
    kinds: list[str] = []
    counts: list[float] = []
    for each in told:
        if each.row.meaning is None:
            continue
        several = each.parts if len(each.parts) > 1 else ()
        texts += [each.text, *several]
        kinds += [each.row.meaning] * (1 + len(several))
        counts += [1.0, *([_SENTENCE_COUNTS] * len(several))]
    vectors, weights, named = encode(texts), np.array(counts), np.array(kinds)
    fitted = {
        kind: newton(vectors, (named == kind).astype(np.float64), weights, _RESTRAINT_KINDS)
        for kind in sorted(set(kinds))
    }
    return {kind: [*rounded(found.weights), round(found.bias, _DIGITS)] for kind, found in fitted.items()}


def _sense(sound: Sequence[Told], encode: Encoder) -> list[float]:
    """Fit the weights of `order_vectors`, the bias last, that tell a sentence from its own words shuffled."""
    texts: list[str] = []
    whole: list[float] = []
    for each in sound:
        for sentence in _long_sentences(each)[:_SENSE_SENTENCES]:
            # Seeded by the sentence, so that every fold shuffles it alike and nothing is encoded twice.
            chance = random.Random(sentence)
            heap = salad(each.row.language, 12, chance) if chance.random() < _HEAPS else ""
            texts += [sentence, as_sentence(words(sentence), sentence, chance), *([heap] if heap else [])]
            whole += [1.0, 0.0, *([0.0] if heap else [])]
    fitted = newton(order_vectors(texts, encode), np.array(whole), np.ones(len(whole)), _RESTRAINT_SENSE)
    return [*rounded(fitted.weights), round(fitted.bias, _DIGITS)]


def _likeness(told: Sequence[Told], outline: Outline) -> dict[str, Any]:
    rows = [each.row for each in told]
    # A reply that is no sentence says nothing of what travel is like.
    travel = [(1.0 if row.travel else -1.0) if row.sound else 0.0 for row in rows]
    wanted = {"travel": travel, "sound": [1.0 if row.sound else -1.0 for row in rows]}
    wanted.update({kind: [1.0 if row.meaning == kind else -1.0 for row in rows] for kind in _ASKED_KINDS})
    places = outline(np.array([each.joined for each in told]))
    answers = {name: np.array(column) for name, column in wanted.items()}
    return asdict(fit_kernel(places, answers, _LIKENESS_NARROWNESS, _LIKENESS_RESTRAINT))
