"""What is found in a reply, sentence by sentence, before anything is weighed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lab.judge.grammar import Grammar
from lab.judge.places import find_places
from lab.judge.text import folded, sentences, shortened, without_echo, words
from lab.judge.words import Lexicon

# Shorter ones, "Bali!" or "2. Hotels", have no grammar to speak of.
GRAMMAR_FROM_WORDS = 4
# A reply of more is a list without end.
_MOST_SENTENCES = 150
_LIST_ITEM = re.compile(
    r"(?:[-*\u2022\u2013\u2714|]\s|\*\*|\d+[.)]|[a-z]\)|[\u2600-\u27bf\U0001F300-\U0001FAFF]"
    r"|[^\W\d]+(?: [^\W\d]+)? ?[:\u2192])"
)


@dataclass(frozen=True)
class Sentence:
    """One sentence: its number of words, what the word lists find in it, and the log-odds that it is one at all."""

    text: str
    words: int
    strong: int
    weak: int
    places: int
    place_words: int
    denied: bool
    topics: tuple[str, ...]
    grammar: float

    @property
    def names_travel(self) -> bool:
        return self.strong > 0 or self.places > 0

    @property
    def weight(self) -> float:
        """What it counts for beside others."""
        return weight_of(self.words)

    @property
    def is_list_item(self) -> bool:
        return bool(_LIST_ITEM.match(self.text))

    @property
    def has_grammar(self) -> bool:
        return self.words >= GRAMMAR_FROM_WORDS


@dataclass(frozen=True)
class Evidence:
    """A reply without the echo of its prompt, taken apart; `asked` says that the prompt is itself about travel."""

    prompt: str
    text: str
    asked: bool
    sentences: tuple[Sentence, ...]


def weight_of(count: int) -> float:
    """What a sentence of so many words counts for beside others: its words, and a mark without words a little."""
    return max(count, 0.5)


def taken_apart(prompt: str, reply: str) -> tuple[str, str, Sequence[str]]:
    """Return a prompt in one spelling, its reply without the echo of it, and the reply's sentences, one at least."""
    text = without_echo(reply, prompt)
    return folded(shortened(prompt)), text, sentences(text)[:_MOST_SENTENCES] or [""]


def look_at(prompt: str, reply: str, lexicon: Lexicon, grammar: Grammar) -> Evidence:
    """Take a reply apart and find in each sentence what the lists know."""
    question, text, parts = taken_apart(prompt, reply)
    asked = bool(lexicon.strong.found_in(question.casefold()))
    return Evidence(question, text, asked, tuple(_look_at_sentence(part, lexicon, grammar) for part in parts))


def _look_at_sentence(text: str, lexicon: Lexicon, grammar: Grammar) -> Sentence:
    plain = lexicon.set_phrases.taken_out_of(text.casefold())
    found = find_places(text)
    return Sentence(
        text=text,
        words=len(words(text)),
        strong=len(lexicon.strong.found_in(plain)),
        weak=len(lexicon.weak.found_in(plain)),
        places=found.places,
        place_words=found.words,
        denied=bool(lexicon.denials.found_in(plain)),
        topics=tuple(topic.name for topic in lexicon.topics if topic.words.found_in(plain)),
        grammar=grammar.score(text),
    )
