"""The words by which replies are judged: read from `data/judge.toml` and matched against sentences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

from lab.errors import InputError
from lab.tables import Table
from lab.toml import read_toml

VERSION = 1
_HANGUL = re.compile("[\uac00-\ud7a3]")
_NOTHING = "(?!)"


@dataclass(frozen=True)
class Weights:
    """How much words and sentences weigh; `data/judge.toml` says what each number means."""

    sentence: float
    strong: float
    weak: float
    place: float
    place_when_asked: float
    leaning: float
    refusal: float
    plain: float
    plain_from_words: float


@dataclass(frozen=True)
class Limits:
    """Where the verdict turns: the share of travel sentences, and what counts as words strewn without sentences."""

    share: float
    least: float
    heap_from_words: float
    heap_share: float


@dataclass(frozen=True)
class Words:
    """A list of words and phrases, ready to be found in a folded text."""

    pattern: re.Pattern[str]

    def found_in(self, text: str) -> frozenset[str]:
        """Return the different words of the list that stand in a text, as the text spells them."""
        return frozenset(match.group() for match in self.pattern.finditer(text))

    def taken_out_of(self, text: str) -> str:
        """Return a text without the words of the list; what `…` in a phrase stood for stays."""
        return self.pattern.sub(lambda match: f" {' '.join(kept for kept in match.groups() if kept)} ", text)


@dataclass(frozen=True)
class Topic:
    """Something other than travel that a reply may be about; `name` fits into "about …"."""

    name: str
    words: Words


@dataclass(frozen=True)
class Lexicon:
    """All that the judge knows about words."""

    weights: Weights
    limits: Limits
    strong: Words
    weak: Words
    places: Words
    refusals: Words
    set_phrases: Words
    dismissals: Words
    topics: tuple[Topic, ...]


def folded(text: str) -> str:
    """Return a text in one spelling: small letters, composed accents, plain quotes, no Markdown emphasis."""
    plain = unicodedata.normalize("NFC", text).casefold()
    return re.sub(r"[*_`#]+", "", plain.translate({0x2019: "'", 0x2018: "'", 0x201C: '"', 0x201D: '"'}))


def read_lexicon(path: Path) -> Lexicon:
    """Read the word lists; raises `InputError` with every problem of the file."""
    root = Table(read_toml(path), "", [])
    if (version := root.whole("version", at_least=1)) not in (0, VERSION):
        root.complain("version", f"found {version}, expected {VERSION}")
    weights, verdict, travel, wording = (root.table(key) for key in ("weights", "verdict", "travel", "wording"))
    lexicon = Lexicon(
        weights=Weights(**{each.name: weights.number(each.name, above=0) for each in fields(Weights)}),
        limits=Limits(**{each.name: verdict.number(each.name, above=0) for each in fields(Limits)}),
        strong=_words(travel.texts("strong")),
        weak=_words(travel.texts("weak")),
        places=_words(travel.texts("places")),
        refusals=_words(wording.texts("refusals")),
        set_phrases=_words(wording.texts("set_phrases")),
        dismissals=_words(wording.texts("dismissals"), tail=r"(?:\s+[\w'-]+){0,3}"),
        topics=tuple(_read_topic(table) for table in root.tables("topic", name="name")),
    )
    for table in (weights, verdict, travel, wording, root):
        table.close()
    if root.problems:
        raise InputError(str(path), root.problems)
    return lexicon


def _read_topic(table: Table) -> Topic:
    topic = Topic(table.text("name"), _words(table.texts("words")))
    table.close()
    return topic


def _words(words: Iterable[str], tail: str = "") -> Words:
    """Compile a list, longest first, so that a phrase is found before the words in it."""
    ordered = sorted({_folded_word(word) for word in words}, key=lambda word: (-len(word), word))
    spaced = "|".join(_expression(word) for word in ordered if not _HANGUL.search(word)) or _NOTHING
    korean = "|".join(re.escape(word) for word in ordered if _HANGUL.search(word)) or _NOTHING
    return Words(re.compile(rf"(?<!\w)(?:{spaced})(?!\w){tail}|(?:{korean})"))


def _folded_word(word: str) -> str:
    """Fold a word of a list, and keep the `*` at its end."""
    return folded(word) + ("*" if word.endswith("*") else "")


def _expression(word: str) -> str:
    stem = re.escape(word.removesuffix("*")).replace("…", r"([^.!?]{1,40}?)")
    return rf"{stem}[\w-]*" if word.endswith("*") else rf"{stem}(?:s|es)?"
