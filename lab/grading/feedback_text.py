"""Make any text safe to show to a student: what a model or a student wrote stays text, in HTML and in Markdown."""

from __future__ import annotations

import re

from lab.grading.text import among_others

LONGEST_LINE = 1000
LONGEST_BLOCK = 4000

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_ISOLATED = "\u2068{}\u2069"

# A word that some renderer of Markdown takes for more than text: marks of emphasis, links, HTML, tables, formulas and
# footnotes; addresses with and without a scheme, which become links; :words:, which become pictures.
_MARKED_UP = re.compile(r"[\\`*_{}\[\]<>&#|~$@^]|://|www\.|:[\w+-]+:|\w\.[^\W\d]{2}", re.IGNORECASE)


def folded(text: str) -> str:
    """A text as one line, cut when it is very long, with its white space folded and without control characters."""
    return " ".join(among_others(text, LONGEST_LINE).split())


def block(text: str) -> str:
    """The lines of a text, without control characters; the caller has cut it to `LONGEST_BLOCK`."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(among_others(line, LONGEST_BLOCK) for line in lines)


def markdown_line(text: str) -> str:
    """A text as one line of Markdown: words that a renderer would take for more than text are put in code spans.

    Backslashes would not do: GitHub looks for mentions in what is left after them, and older renderers, such as
    Moodle's, know them for some signs only.
    """
    words = folded(text).split(" ")
    parts: list[tuple[bool, list[str]]] = []
    for word in words:
        marked_up = bool(_MARKED_UP.search(word))
        if parts and parts[-1][0] == marked_up:
            parts[-1][1].append(word)
        else:
            parts.append((marked_up, [word]))
    line = " ".join(_code(" ".join(group)) if marked_up else " ".join(group) for marked_up, group in parts)
    return _ISOLATED.format(line) if _RIGHT_TO_LEFT.search(line) else line


def markdown_block(text: str) -> str:
    """A text as a fenced block of Markdown, whose fence is longer than any in the text."""
    content = block(text)
    fence = "`" * max(3, _longest_run(content) + 1)
    return f"{fence}\n{content}\n{fence}"


def _code(text: str) -> str:
    ticks = "`" * (_longest_run(text) + 1)
    padding = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{padding}{text}{padding}{ticks}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
