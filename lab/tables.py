"""Take typed values out of a parsed TOML table, and note every problem instead of stopping at the first."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass
class Table:
    """One TOML table that is being read.

    Each getter returns a value of its type; for a value that is missing or wrong it adds a sentence to `problems` and
    returns an empty stand-in ("", 0, an empty tuple), so that reading goes on. The caller raises at the end when
    `problems` is not empty. `where` is how the table is written in the file, such as `[chat]`; the tables of one file
    share one `problems` list.
    """

    values: Mapping[str, object]
    where: str
    problems: list[str]
    asked: list[str] = field(default_factory=list)

    def complain(self, key: str, problem: str) -> None:
        """Note a problem with one key of this table."""
        place = f"{self.where} {key}" if self.where else key
        self.problems.append(f"{place}: {problem}")

    def text(self, key: str) -> str:
        """Return a text that is not blank."""
        value = self._value(key, "a text in quotes")
        if value is None:
            return ""
        if not isinstance(value, str):
            self.complain(key, f"found {_shown(value)}, expected a text in quotes")
            return ""
        if not value.strip():
            self.complain(key, "the text is empty")
        return value

    def text_or_none(self, key: str) -> str:
        """Return such a text, or an empty one for a missing key."""
        if key not in self.values:
            self.asked.append(key)
            return ""
        return self.text(key)

    def texts(self, key: str, *, may_be_empty: bool = False) -> tuple[str, ...]:
        """Return a list of one or more texts (or none, where that is allowed), none of them blank."""
        if may_be_empty and self.values.get(key) == []:
            self.asked.append(key)
            return ()
        found = self._list(key, "a list of texts")
        good = tuple(item for item in found if isinstance(item, str) and item.strip())
        if len(good) < len(found):
            wrong = next(item for item in found if not isinstance(item, str) or not item.strip())
            self.complain(key, f"found {_shown(wrong)} in the list, expected only texts that are not empty")
        return good

    def whole(self, key: str, *, at_least: int) -> int:
        """Return a whole number that is not below `at_least`."""
        wanted = f"a whole number of {at_least} or more"
        value = self._value(key, wanted)
        if value is None:
            return 0
        if isinstance(value, bool) or not isinstance(value, int) or value < at_least:
            self.complain(key, f"found {_shown(value)}, expected {wanted}")
            return 0
        return value

    def number(self, key: str, *, above: float) -> float:
        """Return a finite number that is greater than `above`; a whole number will do."""
        wanted = f"a number above {above:g}"
        value = self._value(key, wanted)
        if value is None:
            return 0.0
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not above < value < float("inf"):
            self.complain(key, f"found {_shown(value)}, expected {wanted}")
            return 0.0
        return float(value)

    def number_or_none(self, key: str, *, above: float) -> float:
        """Return such a number, or 0 for a missing key."""
        if key not in self.values:
            self.asked.append(key)
            return 0.0
        return self.number(key, above=above)

    def day(self, key: str) -> date:
        """Return a day, which TOML writes without quotes."""
        wanted = "a day without quotes, such as 2026-08-11"
        value = self._value(key, wanted)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if value is not None:
            self.complain(key, f"found {_shown(value)}, expected {wanted}")
        return date.min

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false; a missing key means `default`."""
        self.asked.append(key)
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            self.complain(key, f"found {_shown(value)}, expected true or false")
            return default
        return value

    def table(self, key: str) -> Table:
        """Return the table `[key]`; when it is missing, that is the one problem noted and not each of its keys."""
        wanted = f"a table [{key}]"
        value = self._value(key, wanted)
        if isinstance(value, Mapping):
            return Table(value, f"[{self._path(key)}]", self.problems)
        if value is not None:
            self.complain(key, f"found {_shown(value)}, expected {wanted}")
        return Table({}, f"[{self._path(key)}]", [])

    def tables(self, key: str, *, name: str) -> tuple[Table, ...]:
        """Return the tables `[[key]]`, each called after its own value of `name`, or its position without one."""
        found = self._list(key, f"one or more tables [[{key}]]")
        good: list[Table] = []
        for position, item in enumerate(found, start=1):
            if isinstance(item, Mapping):
                good.append(Table(item, f"[[{self._path(key)}]] {item.get(name, f'number {position}')}", self.problems))
            else:
                self.complain(key, f"found {_shown(item)} in the list, expected only tables")
        return tuple(good)

    def close(self) -> None:
        """Note every key that nobody asked for; to be called when the table has been read."""
        for key in self.values:
            if key not in self.asked:
                near = difflib.get_close_matches(key, self.asked, n=1)
                advice = f"did you mean {near[0]}?" if near else f"known here: {', '.join(sorted(self.asked))}"
                self.complain(key, f"unknown key; {advice}")

    def _path(self, key: str) -> str:
        return f"{self.where.strip('[]')}.{key}" if self.where.startswith("[") else key

    def _value(self, key: str, wanted: str) -> object:
        self.asked.append(key)
        value = self.values.get(key)
        if value is None:
            self.complain(key, f"missing, expected {wanted}")
        return value

    def _list(self, key: str, wanted: str) -> list[object]:
        value = self._value(key, wanted)
        if value is None:
            return []
        if not isinstance(value, list) or not value:
            self.complain(key, f"found {_shown(value)}, expected {wanted}")
            return []
        return value


def _shown(value: object) -> str:
    """Return a value as it is shown in a problem: short, texts in quotes."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
