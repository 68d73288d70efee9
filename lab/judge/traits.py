"""A reply as numbers: what its sentences mean, which words and places they name, whether they are sentences.

Each trait has a name, so that the fitted weights in `data/judge-model.json` can be read. Sentences count by
their words.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass

from lab.judge.evidence import Evidence, Sentence
from lab.judge.shape import shape_of

TRAVEL = "travel"
# What says how much of travel is in a reply says nothing of whether it is sound: made-up nonsense is full of travel.
ABOUT_TRAVEL = frozenset(
    {"travel words", "a travel word", "words near travel", "places", "a place", "nothing of travel", "other topics"}
    | {"weaker of travel and grammar", "sentences naming travel", "sentences naming travel, undenied"}
    | {"sentences denying travel", "sentences denying", "asked"}
)
OF_MEANING = ("travel, ", "special, ", "general, ", "other, ", "refusal, ")
_MOST_ODDS = 6.0
_MOST_GRAMMAR = 8.0
_BAD_GRAMMAR = -1.0
_SHORT_REPLY = 6


@dataclass(frozen=True)
class Meanings:
    """How likely a whole reply, and each of its sentences, is of each kind: travel, general help, another topic…

    `sense` holds for each sentence the log-odds that its words make one; `likeness` how like labelled replies about
    travel the whole is, then each sentence.
    """

    whole: Mapping[str, float]
    sentences: Sequence[Mapping[str, float]]
    sense: Sequence[float]
    likeness: Sequence[float]


def traits_of(
    evidence: Evidence, meanings: Meanings | None, known: Container[str], unfinished: Container[str]
) -> dict[str, float]:
    """Turn what was found into numbers; without meanings, for lack of an encoder, there are fewer of them."""
    found = {**_grammar(evidence), **_words(evidence), **shape_of(evidence, known, unfinished)}
    if meanings is not None:
        found.update(_meaning(evidence, meanings))
        found.update(_sense(evidence, meanings))
        found["weaker of travel and grammar"] = min(found["travel, mean"], 0.5 * found["grammar, mean"])
    return found


def weigh(sentences: Sequence[Sentence], value: Callable[[Sentence], float]) -> float:
    """Return a mean over sentences in which each counts by its words."""
    total = sum(_weight(sentence) for sentence in sentences)
    return sum(value(sentence) * _weight(sentence) for sentence in sentences) / total if total else 0.0


def _weight(sentence: Sentence) -> float:
    return max(sentence.words, 0.5)


def _meaning(evidence: Evidence, meanings: Meanings) -> dict[str, float]:
    weights = [_weight(sentence) for sentence in evidence.sentences]
    total = sum(weights)
    odds = [_odds(each[TRAVEL]) for each in meanings.sentences]
    whole = _odds(meanings.whole[TRAVEL])
    found = {
        "travel, whole": whole,
        "travel, mean": sum(each * weight for each, weight in zip(odds, weights, strict=True)) / total,
        "travel, least": min(odds),
        "travel, most": max(odds),
        "travel, like others": meanings.likeness[0],
        "travel, sentences like others": sum(
            each * weight for each, weight in zip(meanings.likeness[1:], weights, strict=True)
        )
        / total,
        "travel, one sentence like others": max(meanings.likeness[1:]),
        "travel, share": sum(weight for each, weight in zip(odds, weights, strict=True) if each > 0) / total,
        "travel, short": whole * (sum(sentence.words for sentence in evidence.sentences) <= _SHORT_REPLY),
    }
    for kind in sorted(set(meanings.whole) - {TRAVEL}):
        shares = [each[kind] for each in meanings.sentences]
        found[f"{kind}, whole"] = meanings.whole[kind]
        found[f"{kind}, most"] = max(shares)
        found[f"{kind}, mean"] = sum(each * weight for each, weight in zip(shares, weights, strict=True)) / total
    return found


def _sense(evidence: Evidence, meanings: Meanings) -> dict[str, float]:
    """Take what the words' order and what the vector say of each longer sentence together."""
    pairs = zip(evidence.sentences, meanings.sense, strict=True)
    both = {sentence: _clipped(sentence.grammar + 2 * sense) for sentence, sense in pairs if sentence.has_grammar}
    bare = {sentence: value for sentence, value in both.items() if not sentence.is_list_item}
    total = sum(_weight(sentence) for sentence in evidence.sentences)
    return {
        "sense, mean": weigh(list(both), both.__getitem__),
        "sense, least": min(both.values(), default=0.0),
        "sense, most": max(both.values(), default=0.0),
        "sense, least outside lists": min(bare.values(), default=0.0),
        "no sense, mean": weigh(list(both), lambda sentence: min(both[sentence], 0.0)),
        "no sense, share": sum(_weight(each) for each, value in both.items() if value < _BAD_GRAMMAR) / total,
        "heaped words without sense": max((_listed(each) for each, value in both.items() if value < 0), default=0.0),
    }


def _listed(sentence: Sentence) -> float:
    return (sentence.strong + sentence.place_words) / max(sentence.words, 1)


def _odds(probability: float) -> float:
    odds = math.log((probability + 1e-4) / (1 - probability + 1e-4))
    return max(-_MOST_ODDS, min(_MOST_ODDS, odds))


def _grammar(evidence: Evidence) -> dict[str, float]:
    long = [sentence for sentence in evidence.sentences if sentence.has_grammar]
    scores = [_clipped(sentence.grammar) for sentence in long]
    total = sum(_weight(sentence) for sentence in evidence.sentences)
    items = sum(each.is_list_item for each in evidence.sentences) if "\n" in evidence.text else 0
    listed = items / len(evidence.sentences)
    return {
        "list items": float(items > 1),
        "list items, share": listed,
        "grammar outside lists": weigh(
            [each for each in long if not each.is_list_item], lambda each: _clipped(each.grammar)
        ),
        "listed, with a place": listed * any(each.places for each in evidence.sentences),
        "listed, with travel": listed * any(each.strong for each in evidence.sentences),
        "grammar, mean": weigh(long, lambda sentence: _clipped(sentence.grammar)),
        "grammar, least": min(scores, default=0.0),
        "grammar, most": max(scores, default=0.0),
        "no grammar, share": sum(_weight(each) for each in long if each.grammar < _BAD_GRAMMAR) / total,
        "no long sentence": float(not long),
    }


def _clipped(score: float) -> float:
    return max(-_MOST_GRAMMAR, min(_MOST_GRAMMAR, score))


def _words(evidence: Evidence) -> dict[str, float]:
    parts = evidence.sentences
    count = sum(sentence.words for sentence in parts)
    strong, weak = sum(each.strong for each in parts), sum(each.weak for each in parts)
    places, topics = sum(each.places for each in parts), sum(len(each.topics) for each in parts)
    listed = strong + sum(each.place_words for each in parts)
    short = count <= _SHORT_REPLY
    return {
        "travel words": min(strong, 4) / 2,
        "a travel word": float(strong > 0),
        "words near travel": min(weak, 4) / 2,
        "places": min(places, 4) / 2,
        "a place": float(places > 0),
        "nothing of travel": float(strong + weak + places == 0),
        "other topics": min(topics, 4) / 2,
        "share of listed words": listed / count if count >= _SHORT_REPLY - 1 else 0.0,
        "short, with a place": float(short and places > 0),
        "short, with a place, asked": float(short and places > 0 and evidence.asked),
        "short, with a travel word": float(short and strong > 0),
        "sentences naming travel": _share(parts, lambda each: each.names_travel),
        "sentences denying travel": _share(parts, lambda each: each.names_travel and each.denied),
        "sentences naming travel, undenied": _share(parts, lambda each: each.names_travel and not each.denied),
        "sentences denying": _share(parts, lambda each: each.denied),
        "questions": sum(each.text.count("?") for each in parts) / len(parts),
    }


def _share(parts: Sequence[Sentence], holds: Callable[[Sentence], bool]) -> float:
    return sum(holds(each) for each in parts) / len(parts)
