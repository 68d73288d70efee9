"""A scenario's rules: which requests they are for, and what they make of the answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FIRST_ERROR = 400
# No path has a question mark, so one in a glob can only mean what it does in a shell's.
_WILD = {"*": ".*", "?": "."}


@dataclass(frozen=True)
class When:
    """Which requests: a method (None: any) and a path glob; after so many matches, at most so many times."""

    path: str = "*"
    method: str | None = None
    after: int = 0
    times: int | None = None

    def fits(self, method: str, paths: Iterable[str]) -> bool:
        """Whether a request is meant; `paths` are the ways in which its path can be written."""
        if self.method is not None and self.method.upper() != method:
            return False
        written = (_WILD.get(char, re.escape(char)) for char in self.path)
        pattern = re.compile("".join(written), re.IGNORECASE | re.DOTALL)
        return any(pattern.fullmatch(path) for path in paths)


@dataclass(frozen=True)
class Then:
    """What becomes of the answer. A header that is None is taken away."""

    status: int | None = None
    set: Mapping[str, Any] = field(default_factory=dict)
    unset: tuple[str, ...] = ()
    body: Any = None
    raw: str | None = None
    headers: Mapping[str, str | None] = field(default_factory=dict)
    delay_s: float = 0.0
    drop: bool = False

    @property
    def is_refusal(self) -> bool:
        return self.status is not None and self.status >= FIRST_ERROR


@dataclass(frozen=True)
class Rule:
    """One rule."""

    when: When
    then: Then


@dataclass(frozen=True)
class Scenario:
    """A scenario as far as the emulator is concerned: what its clock starts at, and its rules in order."""

    id: str
    start: datetime | None
    rules: tuple[Rule, ...]


class Script:
    """A scenario at work: it counts the matches of each rule, and how often one was applied."""

    def __init__(self, rules: Iterable[Rule] = (), scenario: str | None = None) -> None:
        self._scenario = scenario
        self._rules = tuple(rules)
        self._matches = [0] * len(self._rules)
        self._applied = [0] * len(self._rules)

    def next(self, method: str, paths: Iterable[str]) -> list[Then]:
        """What the rules say to this request, in their order."""
        written = tuple(paths)
        applied = []
        for number, rule in enumerate(self._rules):
            if rule.when.fits(method, written):
                earlier = self._matches[number]
                self._matches[number] += 1
                end = None if rule.when.times is None else rule.when.after + rule.when.times
                if earlier >= rule.when.after and (end is None or earlier < end):
                    self._applied[number] += 1
                    applied.append(rule.then)
        return applied

    def document(self) -> dict[str, Any]:
        """What was counted, as it is told: the rules in their order, numbered from 1."""
        counted = zip(self._rules, self._matches, self._applied, strict=True)
        rules = [
            {
                "rule": number,
                "method": rule.when.method,
                "path": rule.when.path,
                "after": rule.when.after,
                "matched": matched,
                "applied": applied,
            }
            for number, (rule, matched, applied) in enumerate(counted, start=1)
        ]
        return {"scenario": self._scenario, "rules": rules}


def is_refused(method: str, applied: Iterable[Then]) -> bool:
    """Whether the request is not to be carried out: what Azure refuses to write it has not written."""
    return method not in SAFE_METHODS and any(then.is_refusal for then in applied)
