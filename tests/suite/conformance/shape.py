"""What a JSON value looks like, without what it says: the part of an answer that clients rest on.

A shape is JSON itself: an object keeps its member names, a list has the distinct shapes of its elements, and anything
else is a label: `text`, `integer`, `guid`, `id /subscriptions/{}/...` with the letter case of its fixed segments, or
`=Succeeded` for members whose values are words of the contract.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from tests.suite.conformance.paths import GUID, HEX, is_management_path, renamed

Shape = Any
ANY = "any"
EMPTY = "empty"

WORDS = frozenset({
    "authType", "bypass", "category", "code", "componentName", "defaultAction", "deleted", "detected",
    "environment", "family", "filtered", "finish_reason", "format", "group", "has_more", "isolationMode", "key",
    "keySource", "keyType", "kind", "level", "lifecycleStatus", "lifecycle_status", "location", "model",
    "nameAvailable", "namespace", "object", "param", "provisioningState", "publicNetworkAccess", "purpose",
    "reason", "registrationPolicy", "registrationState", "resourceType", "role", "severity", "skuAvailable",
    "skuName", "state", "status", "statusOfPrimary", "tenantCategory", "tier", "type", "unit",
    "versionUpgradeOption",
})  # fmt: skip
"""Members whose values are compared: words that clients branch on, and places as they were written."""

NAMED = frozenset({"sku", "skus", "capabilities", "costs", "rateLimits", "ratelimits"})
"""Members under which a `name` is a word of the contract, and not somebody's own."""

MODEL = frozenset({"format", "name", "version"})
"""What an object has that names a model: its name and version are public."""

CALLERS = frozenset(
    {"createdBy", "createdByType", "lastModifiedBy", "lastModifiedByType", "updatedBy", "principalType"}
)
"""Members that say who called: a person in most recordings, an application here."""

MAPS = frozenset({"tags"})
"""Members whose own members the caller chose."""

ALWAYS_TEXT = frozenset({"message", "filename", "content", "description", "friendlyName", "localizedValue"})
SECRET = frozenset({"credentials"})
SIGNED = frozenset({"t", "c", "s", "h"})
"""The signed parts of a poll address, which the recordings do not have."""

_TIME = re.compile(r"\d{4}-\d\d-\d\d([T ])\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?")
_ACCOUNT_HOST = re.compile(
    r".*\.(openai|cognitiveservices|services\.ai)\.azure\.com|.*\.api\.cognitive\.microsoft\.com"
)
_EMULATED_ACCOUNT = re.compile(r"/_(account|region)/[^/]+")
_EMULATOR_HOST = "127.0.0.1"


def shape_of(value: Any, member: str = "", parent: str = "") -> Shape:
    """The shape of a parsed JSON value that stands under `member` of an object under `parent`."""
    if isinstance(value, dict):
        if member in MAPS:
            return {}
        shape = {name: shape_of(inner, name, member) for name, inner in value.items()}
        return shape | _public_names(value) if value.keys() >= MODEL else shape
    if isinstance(value, list):
        return distinct([shape_of(inner, member, parent) for inner in value])
    if value is None:
        return "null"
    if isinstance(value, str):
        return shape_of_text(value, member, parent)
    if member in WORDS:
        return f"={str(value).lower() if isinstance(value, bool) else value}"
    return {bool: "boolean", int: "integer", float: "number"}[type(value)]


def _public_names(model: dict[str, Any]) -> Shape:
    """What a base model is called; a tuned one has a name with an id in it."""
    return {} if HEX.search(model["name"]) else {part: f"={model[part]}" for part in ("name", "version")}


def distinct(shapes: list[Shape]) -> list[Shape]:
    """Shapes without repetitions, in order of appearance."""
    kept: list[Shape] = []
    for shape in shapes:
        if shape not in kept:
            kept.append(shape)
    return kept


def shape_of_text(text: str, member: str = "", parent: str = "") -> str:
    """The label of a string."""
    if text == "Sanitized":
        return ANY
    if member in CALLERS:
        return "caller"
    if member in ALWAYS_TEXT or parent in SECRET:
        return "text"
    if is_management_path(text):
        return f"id {nameless(text)}"
    if re.match(r"https?://", text):
        return _shape_of_url(text)
    if GUID.fullmatch(text.strip('"')):
        return "quoted guid" if text.startswith('"') else "guid"
    time = _TIME.fullmatch(text)
    if time:
        return f"time{'' if time[1] == 'T' else ' with a blank'}{' fraction' if time[2] else ''} {time[3] or 'local'}"
    if HEX.search(text) and " " not in text:
        before, _, after = text.partition(HEX.findall(text)[0])
        return f"{before}{{}}{'-{}' if after else ''}"
    if text.startswith("chatcmpl-"):
        return "chatcmpl-{}"
    return f"={text}" if member in WORDS or (member == "name" and parent in NAMED) else "text"


def nameless(path: str) -> str:
    """A path of the management plane with {} for names. Locations stay: Azure echoes them as they were written."""
    return renamed(path, lambda kind, name: name if kind == "locations" else "{}")


def _shape_of_url(url: str) -> str:
    parts = urlsplit(url)
    host, path = parts.hostname or "", parts.path
    emulated = _EMULATED_ACCOUNT.match(path) if host == _EMULATOR_HOST else None
    if emulated or _ACCOUNT_HOST.fullmatch(host):
        path = path[emulated.end() :] if emulated else path
        return f"url of an account {_without_ids(path)}{_query(parts.query)}"
    if is_management_path(path):
        return f"url of management {nameless(path)}{_query(parts.query)}"
    return "url with a slash at its end" if url.endswith("/") else "url"


def _without_ids(path: str) -> str:
    return re.sub(r"-[0-9a-f]{32}", "-{}", path)


def _query(query: str) -> str:
    """The query with the values that tell addresses apart, and only the names of others."""
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    kept = [f"{name}={value}" if "token" not in name else name for name, _, value in pairs if name not in SIGNED]
    return f"?{'&'.join(sorted(kept))}" if kept else ""
