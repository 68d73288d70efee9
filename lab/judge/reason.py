"""Say in a sentence that a student can read what a reply is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from lab.judge.evidence import Evidence, Sentence
from lab.judge.traits import TRAVEL, Meanings

_WORDS_FOR_KINDS = {
    "general": "help with anything at all",
    "refusal": "declining to help",
    "other": "nothing in particular",
    "broken": "an error or a fragment",
    "special": "another subject",
}
_CLEARLY = 0.5


def reason_for(evidence: Evidence, meanings: Meanings | None, *, travel: bool, sound: bool) -> str:
    """Explain a verdict by counting sentences; `sound` says that the reply consists of whole sentences or names."""
    if not any(sentence.words for sentence in evidence.sentences):
        return "The reply has no words of its own."
    if not sound:
        return _unsound(evidence)
    subjects = _subjects(evidence.sentences, meanings)
    counts = Counter(subjects)
    about = counts.pop(TRAVEL, 0)
    total = len(subjects)
    others = [f"{number} about {name}" for name, number in counts.most_common(3)]
    counted = f"{about} of {total} {'sentence is' if total == 1 else 'sentences are'} about travel"
    said = ", ".join([counted, *others]) + "."
    if travel or 2 * about <= total:
        return said
    return said[:-1] + "; as a whole the reply is not an answer about travel."


def _unsound(evidence: Evidence) -> str:
    if any(map(_is_heap, evidence.sentences)):
        return "The reply strings place names or travel words together and forms no sentences."
    return "The reply is cut off, an error message or too broken to be an answer."


def _is_heap(sentence: Sentence) -> bool:
    listed = sentence.strong + sentence.place_words
    return sentence.places + sentence.strong > 2 and (sentence.grammar < 0 or 2 * listed > sentence.words)


def _subjects(sentences: Sequence[Sentence], meanings: Meanings | None) -> list[str]:
    if meanings is None:
        return [_subject_by_words(sentence) for sentence in sentences]
    return [_subject(sentence, kinds) for sentence, kinds in zip(sentences, meanings.sentences, strict=True)]


def _subject(sentence: Sentence, shares: Mapping[str, float]) -> str:
    first = max(shares, key=lambda kind: shares[kind])
    if first == TRAVEL:
        return TRAVEL
    if sentence.topics and first in ("special", "general"):
        return _listed(sentence.topics[:3])
    return _WORDS_FOR_KINDS[first] if shares[first] >= _CLEARLY else "nothing in particular"


def _subject_by_words(sentence: Sentence) -> str:
    if sentence.names_travel:
        return "declining to help" if sentence.denied else TRAVEL
    return _listed(sentence.topics[:3]) if sentence.topics else "nothing in particular"


def _listed(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
