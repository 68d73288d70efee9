"""What models say. A tuned model knows nothing but the examples that it was trained on."""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from emulator import toml
from emulator.behaviour.examples import Example

# Words that say little about a text's subject weigh less, but still count: some questions consist of nothing else.
_COMMON_WORDS = """
a about an and any are as at be but by can could do does for from have how i if in is it me my no not of on or please
should so some tell that the there this to was what when where which who why will with would you your
"""
COMMON_WEIGHT = 0.35
GRAM_WEIGHT = 0.3
GRAM_LENGTH = 4
ANSWER_WEIGHT = 0.25
NEAR = 0.32
SENTENCES_COMPOSED = 3

_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"(?<=[.!?。！？])\s+")

Vector = Mapping[str, float]


def tuned_answer(examples: tuple[Example, ...], question: str) -> str:
    """Answer from the examples: the nearest one's answer, or sentences of several when none is near."""
    index = _index(examples)
    asked = index.vector(question)
    scores = [index.score(asked, number) for number in range(len(examples))]
    nearest = max(range(len(examples)), key=lambda number: scores[number])
    if scores[nearest] >= NEAR:
        return examples[nearest].answer
    return _composed(index, scores, question)


@lru_cache(maxsize=1)
def _base_replies() -> tuple[str, tuple[tuple[frozenset[str], str], ...]]:
    table = toml.loads(Path(__file__).with_name("base_replies.toml").read_text(encoding="utf-8"))
    return table["default"], tuple((frozenset(entry["words"]), entry["text"]) for entry in table["reply"])


def base_answer(question: str) -> str:
    """What a base model answers: the same general-purpose reply whatever it was tuned elsewhere to say."""
    default, replies = _base_replies()
    words = set(_WORD.findall(question.lower()))
    return next((text for wanted, text in replies if wanted <= words), default)


@dataclass(frozen=True)
class _Index:
    """The examples as weighted words and parts of words."""

    examples: tuple[Example, ...]
    rarity: Mapping[str, float]
    questions: tuple[Vector, ...]
    answers: tuple[Vector, ...]
    unseen: float

    def vector(self, text: str) -> Vector:
        return _normalised({term: count * self.rarity.get(term, self.unseen) for term, count in _terms(text).items()})

    def score(self, asked: Vector, number: int) -> float:
        """How near a question is to an example, from 0 to about 1: to its question above all."""
        answer = ANSWER_WEIGHT * _cosine(asked, self.answers[number])
        return max(_cosine(asked, self.questions[number]), answer) + answer / 2


@lru_cache(maxsize=64)
def _index(examples: tuple[Example, ...]) -> _Index:
    questions = [_terms(example.question) for example in examples]
    answers = [_terms(example.answer) for example in examples]
    documents: Counter[str] = Counter()
    for question, answer in zip(questions, answers, strict=True):
        documents.update(question.keys() | answer.keys())
    total = len(examples)
    rarity = {term: math.log(1 + total / count) for term, count in documents.items()}

    def weighed(terms: Mapping[str, float]) -> Vector:
        return _normalised({term: count * rarity[term] for term, count in terms.items()})

    return _Index(examples, rarity, tuple(map(weighed, questions)), tuple(map(weighed, answers)), math.log(1 + total))


@lru_cache(maxsize=1)
def _common_words() -> frozenset[str]:
    return frozenset(_COMMON_WORDS.split())


def _terms(text: str) -> dict[str, float]:
    terms: dict[str, float] = {}
    for word in _WORD.findall(text.lower()):
        weight = COMMON_WEIGHT if word in _common_words() else 1.0
        terms[word] = terms.get(word, 0.0) + weight
        padded = f"<{word}>"
        for at in range(len(padded) - GRAM_LENGTH + 1):
            gram = f"#{padded[at : at + GRAM_LENGTH]}"
            terms[gram] = terms.get(gram, 0.0) + weight * GRAM_WEIGHT
    return {term: 1 + math.log(weight) if weight > 1 else weight for term, weight in terms.items()}


def _normalised(vector: Mapping[str, float]) -> Vector:
    length = math.sqrt(sum(weight * weight for weight in vector.values())) or 1.0
    return {term: weight / length for term, weight in vector.items()}


def _cosine(one: Vector, other: Vector) -> float:
    if len(one) > len(other):
        one, other = other, one
    return sum(weight * other.get(term, 0.0) for term, weight in one.items())


def _composed(index: _Index, scores: list[float], question: str) -> str:
    """Whole sentences of the examples that are nearest or, all else equal, drawn by the question's own hash."""
    examples = index.examples

    def rank(number: int) -> tuple[float, str]:
        drawn = hashlib.sha256(f"{question}\n{examples[number].answer}".encode()).hexdigest()
        return -round(scores[number], 1), drawn

    chosen = sorted(range(len(examples)), key=rank)[:SENTENCES_COMPOSED]
    parts = [_SENTENCE_END.split(examples[number].answer.strip()) for number in chosen]
    opening = [sentences[0] for sentences in parts[:-1]]
    return " ".join([*opening, parts[-1][-1]])
