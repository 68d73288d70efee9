"""Reading a scenario file: every problem at once, each with its line."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from emulator import toml
from emulator.scenario.rules import Rule, Scenario, Then, When

TOP_KEYS = ("id", "title", "source", "start", "rule", "expect")
RULE_KEYS = ("when", "then")
WHEN_KEYS = ("method", "path", "after", "times")
THEN_KEYS = ("status", "set", "unset", "body", "raw", "headers", "delay_s", "drop")
EXPECT_KEYS = ("verdict", "step", "reason")
VERDICTS = ("works", "broken", "inconclusive")
METHODS = ("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "*")
NO_HEADER = "null"
"""TOML has no null: this word stands for it where a header is to be taken away."""


class ScenarioError(Exception):
    """A scenario file that cannot be used."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


def load_scenario(path: Path) -> Scenario:
    """Read and check a scenario; raises `ScenarioError` with all that is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        table = toml.loads(text)
    except OSError as error:
        raise ScenarioError([f"{path}: cannot be read ({error.strerror})"]) from error
    except UnicodeDecodeError as error:
        raise ScenarioError([f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8"]) from error
    except toml.TOMLDecodeError as error:
        raise ScenarioError([f"{path}: not TOML: {error}"]) from error
    reader = _Reader(str(path), text.splitlines())
    scenario = reader.scenario(table)
    if reader.problems:
        raise ScenarioError(reader.problems)
    return scenario


@dataclass
class _Reader:
    """Turns tables into a scenario, and keeps what is wrong with them."""

    source: str
    lines: list[str]
    problems: list[str] = field(default_factory=list)

    def scenario(self, table: dict[str, Any]) -> Scenario:
        self._known(table, TOP_KEYS, "the scenario", 0)
        scenario_id = self._a(str, table, "id", "", 0)
        for key in ("title", "source"):
            self._a(str, table, key, "", 0)
        self._expect(table)
        rules = table.get("rule", [])
        if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
            self._complain("rule", 0, f"found {rules!r}, expected [[rule]] tables")
            rules = []
        read = tuple(self._rule(rule, number) for number, rule in enumerate(rules, start=1))
        return Scenario(scenario_id, self._start(table), read)

    def _rule(self, table: dict[str, Any], number: int) -> Rule:
        self._known(table, RULE_KEYS, f"rule {number}", number)
        when = self._a(dict, table, "when", {}, number)
        then = self._a(dict, table, "then", {}, number)
        if not then:
            self._complain("then", number, "found no `then` or an empty one, expected what becomes of the answer")
        return Rule(self._when(when, number), self._then(then, number))

    def _when(self, table: dict[str, Any], number: int) -> When:
        self._known(table, WHEN_KEYS, "when", number)
        method = self._a(str, table, "method", "*", number).upper()
        if method not in METHODS:
            self._complain("method", number, f"found {method!r}, expected one of {', '.join(METHODS)}")
        path = self._a(str, table, "path", "", number)
        if not path:
            self._complain("when", number, "found no path, expected a glob such as '*/openai/files'")
        return When(
            path=path.partition("?")[0],
            method=None if method == "*" else method,
            after=self._count(table, "after", number) or 0,
            times=self._count(table, "times", number),
        )

    def _then(self, table: dict[str, Any], number: int) -> Then:
        self._known(table, THEN_KEYS, "then", number)
        status = self._count(table, "status", number)
        if status is not None and not 200 <= status <= 599:
            self._complain("status", number, f"found {status}, expected an HTTP status from 200 to 599")
        unset = self._a(list, table, "unset", [], number)
        if not all(isinstance(path, str) for path in unset):
            self._complain("unset", number, f"found {unset!r}, expected a list of dotted paths")
        delay = table.get("delay_s", 0)
        if not isinstance(delay, int | float) or isinstance(delay, bool) or delay < 0:
            self._complain("delay_s", number, f"found {delay!r}, expected seconds of the emulator's time, 0 or more")
            delay = 0
        if "body" in table and "raw" in table:
            self._complain("raw", number, "found both body and raw, expected one of them")
        return Then(
            status=status,
            set=self._a(dict, table, "set", {}, number),
            unset=tuple(str(path) for path in unset),
            body=table.get("body"),
            raw=self._a(str, table, "raw", None, number),
            headers=self._headers(table, number),
            delay_s=float(delay),
            drop=self._a(bool, table, "drop", False, number),
        )

    def _headers(self, table: dict[str, Any], number: int) -> dict[str, str | None]:
        headers: dict[str, str | None] = {}
        for name, value in self._a(dict, table, "headers", {}, number).items():
            if not isinstance(value, str | int | float) or isinstance(value, bool):
                self._complain("headers", number, f'found {name} = {value!r}, expected text or a number, or "null"')
            headers[name] = None if value == NO_HEADER else str(value)
        return headers

    def _expect(self, table: dict[str, Any]) -> None:
        expect = self._a(dict, table, "expect", {}, 0)
        self._known(expect, EXPECT_KEYS, "expect", 0)
        if "verdict" in expect and expect["verdict"] not in VERDICTS:
            self._complain("verdict", 0, f"found {expect['verdict']!r}, expected one of {', '.join(VERDICTS)}")

    def _start(self, table: dict[str, Any]) -> datetime | None:
        given = table.get("start")
        if given is None:
            return None
        try:
            moment = given if isinstance(given, datetime) else datetime.fromisoformat(str(given).replace("Z", "+00:00"))
        except ValueError:
            self._complain("start", 0, f'found {given!r}, expected a date and time such as "2024-11-15T09:00:00Z"')
            return None
        return moment.replace(tzinfo=moment.tzinfo or timezone.utc).astimezone(timezone.utc)

    def _count(self, table: dict[str, Any], key: str, number: int) -> int | None:
        value = table.get(key)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
            return value
        self._complain(key, number, f"found {value!r}, expected a whole number of 0 or more")
        return None

    def _a(self, kind: Callable[..., Any], table: dict[str, Any], key: str, default: Any, number: int) -> Any:
        """The member of a table if it is of a kind, else the default."""
        value = table.get(key, default)
        if value is default or (isinstance(kind, type) and isinstance(value, kind)):
            return value
        self._complain(key, number, f"found {value!r}, expected a {getattr(kind, '__name__', kind)}")
        return default

    def _known(self, table: dict[str, Any], keys: tuple[str, ...], what: str, number: int) -> None:
        for key in table:
            if key not in keys:
                self._complain(key, number, f"no such member of {what}; expected one of {', '.join(keys)}")

    def _complain(self, key: str, number: int, problem: str) -> None:
        self.problems.append(f"{self.source}:{self._line(key, number)}: {key}: {problem}")

    def _line(self, key: str, number: int) -> int:
        """The line of a key: within the rule of this number, or above all rules for 0."""
        headers = [at for at, line in enumerate(self.lines) if re.match(r"\s*\[\[\s*rule\s*\]\]", line)]
        begin = headers[number - 1] if 0 < number <= len(headers) else 0
        end = headers[number] if 0 < number < len(headers) else len(self.lines)
        named = re.compile(rf"(^|[\s{{,\[.\"']){re.escape(key)}[\"']?\s*[=.\]]")
        return next((at for at in range(begin, end) if named.search(self.lines[at])), begin) + 1
