"""Harmless noise: what Azure may change from answer to answer, or from year to year, and mean nothing by it."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from emulator.scenario.rules import Then
from emulator.wire import Json, Reply

LATE_SHARE = 0.2
LONGEST_DELAY_S = 20.0
# Lists of things, in whatever order Azure happens to find them.
UNORDERED = ("value", "data", "skus", "authorizations", "resourceTypes")
# Members that a later version of the service might have; no client of today knows them.
NEW_MEMBERS: Json = {
    "xAddedLater": "later",
    "x_added_later": 1.5,
    "xAddedList": [{"name": "one"}, None],
    "xAddedTable": {"since": "2027-01-01", "isPreview": True},
    "xAddedNothing": None,
}
NEW_HEADERS = {
    "api-supported-versions": "2024-10-21, 2027-01-01",
    "x-added-later": "1",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}


class Noise:
    """Changes answers at random, the same for the same seed and order of requests, and never what they say."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def next(self) -> list[Then]:
        """The delay of this request, if it has one."""
        if self._random.random() >= LATE_SHARE:
            return []
        return [Then(delay_s=self._random.uniform(0, LONGEST_DELAY_S))]

    def changed(self, reply: Reply) -> Reply:
        """The same answer with members and headers that are new, and all that has no order in another one."""
        headers = {name: value for name, value in NEW_HEADERS.items() if self._random.random() < 0.5}
        return replace(reply, document=self._document(reply.document), headers={**headers, **reply.headers})

    def _document(self, document: Any) -> Any:
        return self._grown(self._mixed(document)) if isinstance(document, dict) else document

    def _mixed(self, value: Any, key: str = "", whole: bool = True) -> Any:
        """The same JSON with its members, and the lists that have no order, mixed; a list that goes on stays."""
        if isinstance(value, dict):
            is_whole = not (value.get("has_more") or value.get("nextLink"))
            members = [(name, self._mixed(member, name, is_whole)) for name, member in value.items()]
            self._random.shuffle(members)
            return dict(members)
        if not isinstance(value, list):
            return value
        items = [self._mixed(item) for item in value]
        if key in UNORDERED and whole:
            self._random.shuffle(items)
        return items

    def _grown(self, document: Json) -> Json:
        """New members in the answer, in its rows and in their properties."""
        rows = [row for key in UNORDERED for row in document.get(key) or () if isinstance(row, dict)]
        for table in [document, *rows]:
            inner = table.get("properties")
            for place in [table, *([inner] if isinstance(inner, dict) else [])]:
                if self._random.random() < 0.5:
                    name = self._random.choice(list(NEW_MEMBERS))
                    place.setdefault(name, NEW_MEMBERS[name])
        return document
