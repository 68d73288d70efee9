"""The words by which replies are judged, beside their meaning: read from `data/judge.toml`."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lab.errors import InputError
from lab.judge.text import folded
from lab.tables import Table
from lab.toml import read_toml

WORDS = Path(__file__).resolve().parents[2] / "data" / "judge.toml"
VERSION = 2
_HANGUL = re.compile("[\uac00-\ud7a3]")
_NOTHING = "(?!)"


@dataclass(frozen=True)
class Words:
    """A list of words and phrases, ready to be found in a text in small letters."""

    pattern: re.Pattern[str]

    def found_in(self, text: str) -> frozenset[str]:
        """Return the different words of the list that stand in a text, as the text spells them."""
        return frozenset(match.group() for match in self.pattern.finditer(text))

    def taken_out_of(self, text: str) -> str:
        """Return a text without the words of the list; what `…` in a phrase stood for stays."""
        return self.pattern.sub(lambda match: f" {' '.join(kept for kept in match.groups() if kept)} ", text)


@dataclass(frozen=True)
class Topic:
    """A topic other than travel, called as it is shown to a student."""

    name: str
    words: Words


@dataclass(frozen=True)
class Lexicon:
    """All that the judge knows about words."""

    strong: Words
    weak: Words
    denials: Words
    set_phrases: Words
    unfinished: frozenset[str]
    topics: tuple[Topic, ...]


@functools.cache
def lexicon() -> Lexicon:
    """Read the project's own word lists; raises `InputError` with every problem of the file."""
    return read_lexicon(WORDS)


def read_lexicon(path: Path) -> Lexicon:
    """Read word lists; raises `InputError` with every problem of the file."""
    root = Table(read_toml(path), "", [])
    if (version := root.whole("version", at_least=1)) not in (0, VERSION):
        root.complain("version", f"found {version}, expected {VERSION}")
    travel, wording = root.table("travel"), root.table("wording")
    found = Lexicon(
        strong=_words(travel.texts("strong")),
        weak=_words(travel.texts("weak")),
        denials=_words(wording.texts("denials")),
        set_phrases=_words(wording.texts("set_phrases")),
        unfinished=frozenset(folded(word).casefold() for word in wording.texts("unfinished")),
        topics=tuple(_read_topic(table) for table in root.tables("topic", name="name")),
    )
    for table in (travel, wording, root):
        table.close()
    if root.problems:
        raise InputError(str(path), root.problems)
    return found


def _read_topic(table: Table) -> Topic:
    topic = Topic(table.text("name"), _words(table.texts("words")))
    table.close()
    return topic


def _words(words: Iterable[str]) -> Words:
    """Compile a list, longest first, so that a phrase is found before the words in it."""
    ordered = sorted({folded(word).casefold() for word in words}, key=lambda word: (-len(word), word))
    spaced = "|".join(_expression(word) for word in ordered if not _HANGUL.search(word)) or _NOTHING
    korean = "|".join(re.escape(word) for word in ordered if _HANGUL.search(word)) or _NOTHING
    return Words(re.compile(rf"(?<!\w)(?:{spaced})(?!\w)|(?:{korean})"))


def _expression(word: str) -> str:
    stem = re.escape(word.removesuffix("*")).replace("…", r"([^.!?]{1,40}?)")
    return rf"{stem}[\w-]*" if word.endswith("*") else rf"{stem}(?:s|es)?"
