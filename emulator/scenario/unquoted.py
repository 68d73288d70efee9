"""Paths of a `set` that were written without quotes, which TOML takes for tables within tables.

`choices.0.message.content = "x"` is meant as `"choices.0.message.content" = "x"`; put as the table that TOML makes of
it, it would take the place of all the choices. Only the text shows which of the two was written, a path or a table.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from typing import Any

from emulator.edits import put

_STRING_OR_COMMENT = re.compile(r"""("{3}|'{3})[\s\S]*?\1|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*""")
_DOTTED_KEY = re.compile(r"(?:^|(?<=[\s{,\[]))[\w-]+(?:[ \t]*\.[ \t]*[\w-]+)+(?=[ \t]*[=\]])")
_OF_THE_FORMAT = re.compile(r"^(rule\.)?(then\.)?set\.")


def with_written_paths(changes: Mapping[str, Any], text: str) -> dict[str, Any]:
    """The members of a `set`, those that `text` has as dotted keys by their whole paths."""
    bare = _STRING_OR_COMMENT.sub('""', text)
    keys = ["".join(found[0].split()) for found in _DOTTED_KEY.finditer(bare)]
    written = [_OF_THE_FORMAT.sub("", key) for key in keys]
    changed: dict[str, Any] = {}
    for key, value in changes.items():
        changed |= _by_path(key, value, [path for path in written if path.startswith(f"{key}.")]) or {key: value}
    return changed


def _by_path(key: str, value: Any, written: Iterable[str]) -> dict[str, Any]:
    """A table as values by their paths; empty unless the paths that were written make up all of it."""
    values = {path: found[0] for path in written if (found := _at({key: value}, path))}
    rebuilt: Any = {}
    for path, found_value in values.items():
        rebuilt = put(rebuilt, path, copy.deepcopy(found_value))
    return values if rebuilt == {key: value} else {}


def _at(table: Any, path: str) -> list[Any]:
    """The value at a path, in a list; an empty list when there is none."""
    for part in path.split("."):
        if not isinstance(table, dict) or part not in table:
            return []
        table = table[part]
    return [table]
