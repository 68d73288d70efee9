"""Text as a terminal shows it: how wide it is, and where it may be broken into lines."""

from __future__ import annotations

import re
import unicodedata

# A command in backticks stays whole, or it could not be copied.
WORD = re.compile(r"(?:`[^`]*`|\S)+")


def columns(text: str) -> int:
    """How many columns of a terminal a text takes: Korean letters take two each."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def broken(text: str, width: int, indent: str = "") -> list[str]:
    """A text in lines of `width` columns, broken between words, with `indent` before all but the first.

    A word that is longer stays whole; a text without words is one empty line.
    """
    lines: list[str] = []
    for word in WORD.findall(text):
        if lines and columns(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(f"{indent if lines else ''}{word}")
    return lines or [""]
