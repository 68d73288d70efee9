"""A reply taken apart: one spelling, sentences, words."""

from __future__ import annotations

import re
import unicodedata

_END_OF_SENTENCE = re.compile(r"(?<=[.!?\u2026\u3002\uff01\uff1f])[\"')\u00bb\u201d*_]*\s+|\s*\n\s*")
_TOKEN = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*|\d+(?:[.,:]\d+)*|[^\w\s]|_")
# What no reader sees, or nobody can write down: signs of control and direction, no-width spaces, half surrogate pairs.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_SPACES = re.compile(r"[^\S\n]{2,}")
_QUOTES = {0x2019: "'", 0x2018: "'", 0x201C: '"', 0x201D: '"'}
# A shorter prompt may stand in a reply by chance.
_ECHO_FROM_WORDS = 4
# A model's reply goes on longer than this only when it repeats itself.
_LONGEST = 4000


def folded(text: str) -> str:
    """Return a text with composed accents and plain quotes, and without what no reader sees."""
    return unicodedata.normalize("NFC", _UNSEEN.sub("", text)).translate(_QUOTES)


def shortened(text: str) -> str:
    """Return the beginning of a text too long to be weighed whole, up to the end of a sentence if it has one."""
    packed = _SPACES.sub(" ", text[: 4 * _LONGEST])
    if len(packed) <= _LONGEST:
        return packed
    begun = packed[:_LONGEST]
    *_, end = [0, *(found.start() for found in _END_OF_SENTENCE.finditer(begun))]
    return begun[: end or _LONGEST]


def sentences(text: str) -> list[str]:
    """Return the sentences and lines of a folded text that hold a letter or a digit."""
    return [part.strip() for part in _END_OF_SENTENCE.split(text) if re.search(r"\w", part)]


def tokens(text: str) -> list[str]:
    """Return the words, numbers and signs of a folded text, in order."""
    return _TOKEN.findall(text)


def words(text: str) -> list[str]:
    """Return the words of a folded text."""
    return [token for token in tokens(text) if token[0].isalpha()]


def is_korean(word: str) -> bool:
    """Whether a word ends in a syllable of Hangul."""
    return "\uac00" <= word[-1:] <= "\ud7a3"


def without_echo(reply: str, prompt: str) -> str:
    """Take the prompt out of a reply: what only repeats the question is no answer."""
    asked = folded(shortened(prompt)).strip()
    own = folded(shortened(reply))
    if len(words(asked)) >= _ECHO_FROM_WORDS:
        own = re.sub(re.escape(asked), " ", own, flags=re.IGNORECASE)
    return own.strip()
