"""Reading a scenario file: every problem at once, each with its line."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from emulator import toml
from emulator.edits import json_problem, path_problem
from emulator.scenario.checks import glob_problem, header_problem, position_problem, without_query
from emulator.scenario.rules import Rule, Scenario, Then, When
from emulator.scenario.unquoted import with_written_paths
from emulator.steps import STEPS

TOP_KEYS = ("id", "title", "source", "start", "rule", "expect")
RULE_KEYS = ("when", "then")
WHEN_KEYS = ("method", "path", "after", "times")
THEN_KEYS = ("status", "set", "unset", "body", "raw", "headers", "delay_s", "drop")
EXPECT_KEYS = ("verdict", "step", "reason")
VERDICTS = ("works", "broken", "inconclusive")
METHODS = ("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "*")
NO_HEADER = "null"
"""TOML has no null: this word stands for it where a header is to be taken away."""
KIND_NAMES: Mapping[Any, str] = {str: "text in quotes", dict: "a table", list: "a list", bool: "true or false"}

_EXPECT = -1
"""The number of the [expect] table; rules are counted from 1, and 0 is the whole file."""


class ScenarioError(Exception):
    """A scenario file that cannot be used."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


def load_scenario(path: Path) -> Scenario:
    """Read and check a scenario; raises `ScenarioError` with all that is wrong with it."""
    try:
        text, table = toml.read(path)
    except toml.UnreadableError as error:
        raise ScenarioError([str(error)]) from error
    reader = _Reader(path, text.splitlines())
    scenario = reader.scenario(table)
    if reader.problems:
        raise ScenarioError([problem for _, problem in sorted(reader.problems, key=lambda found: found[0])])
    return scenario


@dataclass
class _Reader:
    """Turns tables into a scenario, and keeps what is wrong with them."""

    source: Path
    lines: list[str]
    problems: list[tuple[int, str]] = field(default_factory=list)

    def scenario(self, table: dict[str, Any]) -> Scenario:
        self._known(table, TOP_KEYS, "the scenario", 0)
        # That the id is the file's stem is for the catalogue to hold to; a copy under another name runs as well.
        scenario_id = self._a(str, table, "id", self.source.stem, 0)
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
        if "when" not in table:
            self._complain("when", number, "found none, expected which requests it is for; `when = {}`: every one")
        then = self._a(dict, table, "then", {}, number)
        if not then:
            self._complain("then", number, "found no `then` or an empty one, expected what becomes of the answer")
        return Rule(self._when(when, number), self._then(then, number))

    def _when(self, table: dict[str, Any], number: int) -> When:
        self._known(table, WHEN_KEYS, "when", number)
        method = self._a(str, table, "method", "*", number).upper()
        if method not in METHODS:
            self._complain("method", number, f"found {method!r}, expected one of {', '.join(METHODS)}")
        path = without_query(self._a(str, table, "path", "*", number))
        expected = glob_problem(path)
        if expected:
            self._complain("path", number, f"found {path!r}, which no request matches; expected {expected}")
        return When(
            path=path,
            method=None if method == "*" else method,
            after=self._count(table, "after", number) or 0,
            times=self._count(table, "times", number, least=1),
        )

    def _then(self, table: dict[str, Any], number: int) -> Then:
        self._known(table, THEN_KEYS, "then", number)
        status = self._count(table, "status", number)
        if status is not None and not 200 <= status <= 599:
            self._complain("status", number, f"found {status}, expected an HTTP status from 200 to 599")
        unset = self._a(list, table, "unset", [], number)
        delay = table.get("delay_s", 0)
        if not isinstance(delay, int | float) or isinstance(delay, bool) or not 0 <= delay < math.inf:
            self._complain("delay_s", number, f"found {delay!r}, expected seconds of the emulator's time, 0 or more")
            delay = 0
        self._check_json("body", table.get("body"), number)
        if "body" in table and "raw" in table:
            self._complain("raw", number, "found both body and raw, expected one of them")
        return Then(
            status=status,
            set=self._set(table, number),
            unset=tuple(path for path in unset if self._is_dotted_path(path, "unset", number)),
            body=table.get("body"),
            raw=self._a(str, table, "raw", None, number),
            headers=self._headers(table, number),
            delay_s=float(delay),
            drop=self._a(bool, table, "drop", False, number),
        )

    def _set(self, table: dict[str, Any], number: int) -> dict[str, Any]:
        begin, end = self._span(number)
        read = self._a(dict, table, "set", {}, number)
        changes = with_written_paths(read, "\n".join(self.lines[begin:end]))
        for path, value in changes.items():
            self._is_dotted_path(path, "set", number)
            self._check_json("set", value, number)
            expected = position_problem(path, value)
            if expected:
                self._complain("set", number, f"found {value!r} for {path!r}, expected {expected}", named=path)
        return changes

    def _is_dotted_path(self, path: Any, key: str, number: int) -> bool:
        expected = path_problem(path) if isinstance(path, str) else "dotted paths in quotes"
        if expected:
            self._complain(key, number, f"found {path!r}, expected {expected}", named=path)
        return expected is None

    def _check_json(self, key: str, value: Any, number: int) -> None:
        expected = json_problem(value)
        if expected:
            self._complain(key, number, f"found {value!r}, expected {expected}")

    def _headers(self, table: dict[str, Any], number: int) -> dict[str, str | None]:
        headers: dict[str, str | None] = {}
        for name, value in self._a(dict, table, "headers", {}, number).items():
            expected = header_problem(name, value)
            if expected:
                self._complain("headers", number, f"found {name!r} = {value!r}, expected {expected}", named=name)
            headers[name] = None if value == NO_HEADER else str(value)
        return headers

    def _expect(self, table: dict[str, Any]) -> None:
        expect = self._a(dict, table, "expect", {}, 0)
        self._known(expect, EXPECT_KEYS, "expect", _EXPECT)
        for key, allowed in (("verdict", VERDICTS), ("step", STEPS)):
            if key in expect and expect[key] not in allowed:
                found = f"found {expect[key]!r}, expected one of {', '.join(allowed)}, in quotes"
                self._complain(key, _EXPECT, found)
        self._a(str, expect, "reason", "", _EXPECT)

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

    def _count(self, table: dict[str, Any], key: str, number: int, *, least: int = 0) -> int | None:
        value = table.get(key)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= least):
            return value
        self._complain(key, number, f"found {value!r}, expected a whole number of {least} or more")
        return None

    def _a(self, kind: type[Any], table: dict[str, Any], key: str, default: Any, number: int) -> Any:
        """The member of a table if it is of a kind, else the default."""
        value = table.get(key, default)
        if value is default or isinstance(value, kind):
            return value
        self._complain(key, number, f"found {value!r}, expected {KIND_NAMES[kind]}")
        return default

    def _known(self, table: dict[str, Any], keys: tuple[str, ...], what: str, number: int) -> None:
        for key in table:
            if key not in keys:
                self._complain(key, number, f"no such member of {what}; expected one of {', '.join(keys)}")

    def _complain(self, key: str, number: int, problem: str, *, named: Any = None) -> None:
        """Keep a problem of a member, at the line of what is `named` in it when that can be found."""
        line = self._line(named, number) if isinstance(named, str) and named else None
        line = line or self._line(key, number) or self._span(number)[0] + 1
        self.problems.append((line, f"{self.source}:{line}: {key}: {problem}"))

    def _line(self, key: str, number: int) -> int | None:
        """The line of a key in one part of the file."""
        begin, end = self._span(number)
        named = re.compile(rf"(^|[\s{{,\[.\"']){re.escape(key)}[\"']?\s*[=.\]]")
        return next((at + 1 for at in range(begin, end) if named.search(self.lines[at])), None)

    def _span(self, number: int) -> tuple[int, int]:
        """Where a part of the file begins and ends: the rule of a number, [expect], or what is above both."""
        tables = re.compile(r"\s*\[\[?\s*(rule|expect)\s*\]\]?")
        headers = [(at, found[1]) for at, line in enumerate(self.lines) if (found := tables.match(line))]
        ends = [*(at for at, _ in headers[1:]), len(self.lines)]
        parts = [(name, at, end) for (at, name), end in zip(headers, ends, strict=False)]
        wanted = [(at, end) for name, at, end in parts if name == ("expect" if number == _EXPECT else "rule")]
        if number == _EXPECT and wanted:
            return wanted[0]
        if 0 < number <= len(wanted):
            return wanted[number - 1]
        return 0, len(self.lines)
