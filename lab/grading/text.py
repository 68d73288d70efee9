"""Other people's text, made safe to show: on one line, with nothing in it that a terminal or a parser obeys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

UNREADABLE = "\ufffd"
# Line breaks and tabs of every kind become a space, other controls the sign that stands for them (ESC is ␛). What is
# no character at all, such as half a surrogate pair, is illegal in XML and in UTF-8.
_SHOWN: Mapping[int, str] = MappingProxyType(
    {
        **{code: chr(0x2400 + code) for code in range(0x20)},
        0x7F: "\u2421",
        **dict.fromkeys(range(0x80, 0xA0), UNREADABLE),
        **dict.fromkeys(range(0xD800, 0xE000), UNREADABLE),
        **dict.fromkeys((0xFFFE, 0xFFFF), UNREADABLE),
        **dict.fromkeys((*range(0x09, 0x0E), 0x85, 0x2028, 0x2029), " "),
    }
)
# Embeddings, overrides and isolates: they turn around what comes after them too, which may be somebody else's.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")


def one_line(text: str, longest: int | None = None) -> str:
    """A text on one line and without control characters; what is beyond `longest` characters is cut off, saying so."""
    if longest is None or len(text) <= longest:
        # Nearly every text has nothing to replace, and a class has hundreds of thousands.
        return text if text.isprintable() else text.translate(_SHOWN)
    return f"{text[:longest].translate(_SHOWN)}… ({len(text)} characters)"


def among_others(text: str, longest: int) -> str:
    """A text for a page with several people's texts: on one line, and leaving the direction of the others alone."""
    shown = one_line(text, longest)
    return shown if shown.isprintable() else _DIRECTION.sub("", shown)


def in_code(text: str, longest: int) -> str:
    """A text as Markdown code: GitHub reads no markup, address, mention or HTML in there; an empty text stays empty."""
    shown = among_others(text, longest).replace("`", "\u02cb").strip()
    return f"`{shown}`" if shown else ""
