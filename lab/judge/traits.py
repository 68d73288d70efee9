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
_MOST_ODDS = 6.0
_MOST_GRAMMAR = 8.0
_BAD_GRAMMAR = -1.0
_SHORT_REPLY = 6
# As logistic regression weighs them on sentences and their shuffles.
_GRAMMAR_COUNTS, _SENSE_COUNTS, _ORDER_COUNTS = 0.4, 0.8, 0.6


@dataclass(frozen=True)
class Meanings:
    """How likely a whole reply, and each of its sentences, is of each kind: travel, general help, another topic…

    `sense` and `order` hold for each longer sentence the log-odds that its words make one, else 0; `like` says of
    several questions what the labelled replies nearest to the whole answer to them, about -1 to 1.
    """

    whole: Mapping[str, float]
    sentences: Sequence[Mapping[str, float]]
    sense: Sequence[float]
    order: Sequence[float]
    like: Mapping[str, float]


def traits_of(
    evidence: Evidence, meanings: Meanings | None, letters: float, known: Container[str], unfinished: Container[str]
) -> dict[str, float]:
    """Turn what was found into numbers; without meanings, for lack of an encoder, there are fewer of them.

    `letters` are the log-odds that the letters alone give for travel.
    """
    found = {"letters": letters, **_grammar(evidence), **_words(evidence), **shape_of(evidence, known, unfinished)}
    if meanings is not None:
        found.update(_meaning(evidence, meanings))
        found.update(_sense(evidence, meanings))
        found["weaker of travel and grammar"] = min(found["travel, mean"], 0.5 * found["grammar, mean"])
    return found


def weigh(sentences: Sequence[Sentence], value: Callable[[Sentence], float]) -> float:
    """Return a mean over sentences in which each counts by its words."""
    total = sum(sentence.weight for sentence in sentences)
    return sum(value(sentence) * sentence.weight for sentence in sentences) / total if total else 0.0


def _meaning(evidence: Evidence, meanings: Meanings) -> dict[str, float]:
    weights = [sentence.weight for sentence in evidence.sentences]
    total = sum(weights)
    odds = [_odds(each[TRAVEL]) for each in meanings.sentences]
    whole = _odds(meanings.whole[TRAVEL])
    found = {
        "travel, whole": whole,
        "travel, mean": sum(each * weight for each, weight in zip(odds, weights, strict=True)) / total,
        "travel, least": min(odds),
        "travel, most": max(odds),
        "travel, share": sum(weight for each, weight in zip(odds, weights, strict=True) if each > 0) / total,
        "travel, short": whole * (sum(sentence.words for sentence in evidence.sentences) <= _SHORT_REPLY),
    }
    found.update({f"like {name}": value for name, value in meanings.like.items()})
    for kind in sorted(set(meanings.whole) - {TRAVEL}):
        shares = [each[kind] for each in meanings.sentences]
        found[f"{kind}, whole"] = meanings.whole[kind]
        found[f"{kind}, most"] = max(shares)
        found[f"{kind}, mean"] = sum(each * weight for each, weight in zip(shares, weights, strict=True)) / total
    return found


def _sense(evidence: Evidence, meanings: Meanings) -> dict[str, float]:
    """Take what the words' order and what the vector say of each longer sentence together."""
    told = zip(evidence.sentences, meanings.sense, meanings.order, strict=True)
    both = {
        sentence: _clipped(_GRAMMAR_COUNTS * sentence.grammar + _SENSE_COUNTS * sense + _ORDER_COUNTS * order)
        for sentence, sense, order in told
        if sentence.has_grammar
    }
    bare = {sentence: value for sentence, value in both.items() if not sentence.is_list_item}
    total = sum(sentence.weight for sentence in evidence.sentences)
    return {
        "sense, mean": weigh(list(both), both.__getitem__),
        "sense, least": min(both.values(), default=0.0),
        "sense, most": max(both.values(), default=0.0),
        "sense, least outside lists": min(bare.values(), default=0.0),
        "no sense, mean": weigh(list(both), lambda sentence: min(both[sentence], 0.0)),
        "no sense, share": sum(each.weight for each, value in both.items() if value < _BAD_GRAMMAR) / total,
        "order, least": min(meanings.order),
        "order, most": max(meanings.order),
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
    total = sum(sentence.weight for sentence in evidence.sentences)
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
        "no grammar, share": sum(each.weight for each in long if each.grammar < _BAD_GRAMMAR) / total,
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
