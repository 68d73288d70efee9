"""From what a recorded call says to a call that can be made again: names, ids and addresses become placeholders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.suite.conformance.paths import (
    GUID,
    HEX,
    OPAQUE,
    is_management_path,
    renamed,
    renamed_in_data_plane,
)
from tests.suite.conformance.shape import WORDS
from tests.suite.conformance.traffic import Interaction, Recording

ADDRESS_HEADERS = ("Location", "Azure-AsyncOperation")
KEPT_KINDS = frozenset({"locations", "roledefinitions", "providers"})
SAME_NAMES = {"deletedvaults": "vaults", "deletedaccounts": "accounts", "resourcegroups": "group"}
KEPT = (WORDS - {"key"}) | {"version", "capacity", "createMode", "skus", "resources", "zones", "ApiType"}
"""Members of a request whose values are needed to make it again, and are nobody's own."""
KEPT_OBJECTS = frozenset({"tags", "permissions", "sku", "model"})
SHORTEST_NAME = 5
MASKED_VERSION = "api-version=**"
SOME_VERSION = "api-version=2021-04-01"
TEXT = "text"

_ACCOUNT_URL = re.compile(r"https://[^./]+(\.[\w.]+\.azure\.com.*)")


class Placeholders:
    """The placeholders of one recording, numbered per kind in order of appearance."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._numbers: dict[tuple[str, str], int] = {}
        self._names: dict[str, str] = {}
        self._missing = {_subscription(i.uri) for i in recording.interactions if _code(i) == "SubscriptionNotFound"}

    def url(self, at: int) -> str:
        """The address of a call: one that an earlier answer gave, or a path with placeholders."""
        uri = self._recording.interactions[at].uri.replace(MASKED_VERSION, SOME_VERSION)
        given = self._given_address(uri, at)
        if given:
            return given
        path, _, query = re.sub(r"^https://[^/]+", "", uri).partition("?")
        pairs = [pair for pair in query.split("&") if pair and not pair.startswith(("$skiptoken", "%24skiptoken"))]
        query = "&".join(self._ids(pair, at) for pair in pairs)
        path = self._path(path) if is_management_path(path) else self._ids(self._data_path(path), at)
        return f"{path}?{query}"

    def body(self, value: Any, at: int, member: str = "", parent: str = "") -> Any:
        """A request's body, as far as it is needed to make the call again."""
        if isinstance(value, dict):
            return {name: self.body(inner, at, name, member) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.body(inner, at, member, parent) for inner in value]
        return self._text(value, at, member, parent) if isinstance(value, str) else value

    def _text(self, text: str, at: int, member: str, parent: str) -> str:
        if is_management_path(text):
            return self._path(text)
        if text.lower() in self._names:
            return self._names[text.lower()]
        if GUID.search(text) or HEX.search(text):
            return self._ids(text, at)
        if member in KEPT or parent in KEPT_OBJECTS or re.fullmatch(r"\d+(\.\d+)?", text):
            return text
        account = _ACCOUNT_URL.fullmatch(text)
        return f"https://{TEXT}{account[1]}" if account else TEXT

    def _path(self, path: str) -> str:
        return renamed(path, self._rename)

    def _data_path(self, path: str) -> str:
        return renamed_in_data_plane(path, self._rename)

    def _rename(self, kind: str, name: str) -> str:
        if kind in KEPT_KINDS:
            return name
        if kind == "subscriptions":
            return "{missing subscription}" if name in self._missing else "{subscription}"
        placeholder = self._numbered(SAME_NAMES.get(kind, kind), name)
        if len(name) >= SHORTEST_NAME and not name.isdigit() and name != "Sanitized":
            self._names[name.lower()] = placeholder
        return placeholder

    def _numbered(self, kind: str, name: str) -> str:
        others = sum(1 for known, _ in self._numbers if known == kind)
        return f"{{{kind} {self._numbers.setdefault((kind, name.lower()), others + 1)}}}"

    def _ids(self, text: str, at: int) -> str:
        """A text with its opaque ids replaced by where an earlier answer has them."""
        if HEX.search(text) and not OPAQUE.search(text):
            return self._shown_before(text, at) or "{unknown text}"
        text = OPAQUE.sub(lambda match: self._shown_before(match[0], at) or f"{{unknown {match[1]}}}", text)
        return GUID.sub(lambda match: self._numbered("guid", match[0]), text)

    def _shown_before(self, value: str, at: int) -> str | None:
        for index, interaction in enumerate(self._recording.interactions[:at]):
            for place, shown in _places(interaction.body):
                if shown == value:
                    return f"{{answer {index}: body {place}}}"
        return None

    def _given_address(self, uri: str, at: int) -> str | None:
        for index in reversed(range(at)):
            earlier = self._recording.interactions[index]
            for name in ADDRESS_HEADERS:
                if earlier.headers.get(name, "").replace(MASKED_VERSION, SOME_VERSION) == uri:
                    return f"{{answer {index}: header {name.lower()}}}"
            if isinstance(earlier.body, dict) and earlier.body.get("nextLink") == uri:
                return f"{{answer {index}: body nextLink}}"
        return None


def _places(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Every string of a body with the path to it; a list's last element is at -1, since lists are cut."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _places(inner, f"{place}.{name}" if place else name)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            last = index == len(value) - 1
            yield from _places(inner, f"{place}.{-1 if last else index}" if place else str(index))
    elif isinstance(value, str):
        yield place, value


def _subscription(uri: str) -> str:
    match = re.search(r"/subscriptions/([^/?]+)", uri)
    return match[1] if match else ""


def _code(interaction: Interaction) -> str:
    body = interaction.body
    error = body.get("error") if isinstance(body, dict) else None
    return str(error.get("code", "")) if isinstance(error, dict) else ""
