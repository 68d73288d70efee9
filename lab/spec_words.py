"""Read the parts of the lab's specification that are words with names to fill in."""

from __future__ import annotations

import string
from typing import Any, get_type_hints

from lab.spec import Text
from lab.tables import Table
from lab.words import Wording, Words


def texts_of(table: Table, kind: Any) -> dict[str, Text]:
    """A text and its translation, whose key ends in `_ko`, for each field of a dataclass; closes the table.

    Each fills in exactly the names that the field is annotated with.
    """
    texts = {}
    for key, hint in get_type_hints(kind, include_extras=True).items():
        names = frozenset(getattr(hint, "__metadata__", ()))
        texts[key] = Text(en=_checked(table, key, names), ko=_checked(table, f"{key}_ko", names))
    table.close()
    return texts


def read_words(table: Table) -> Wording:
    """The table `[words]`."""
    texts = texts_of(table, Words)
    return Wording(
        en=Words(**{name: text.en for name, text in texts.items()}),
        ko=Words(**{name: text.ko for name, text in texts.items()}),
    )


def _checked(table: Table, key: str, names: frozenset[str]) -> str:
    text = table.text(key)
    try:
        found = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError as error:
        table.complain(key, f"found {text!r}, expected every brace in a pair: {error}")
        return text
    if text.strip() and found != names:
        table.complain(key, f"found {_listed(found)}, expected {_listed(names)}")
    return text


def _listed(names: set[str] | frozenset[str]) -> str:
    return "the names " + ", ".join(f"{{{name}}}" for name in sorted(names)) if names else "no name in braces"
