"""What a handler receives and what it answers: plain values that know nothing of the server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from emulator.errors import AzureError

Json = dict[str, Any]

T = TypeVar("T")

KINDS_OF_MEMBERS: Mapping[str, type[Any]] = {
    "properties": dict,
    "sku": dict,
    "tags": dict,
    "identity": dict,
    "method": dict,
    "hyperparameters": dict,
    "skus": list,
    "location": str,
    "kind": str,
}
"""What these members are in every request that has them."""
KIND_NAMES: Mapping[type[Any], str] = {dict: "an object", list: "an array", str: "a string", int: "a whole number"}

JSON_UTF8 = "application/json; charset=utf-8"
JSON_BARE = "application/json"
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Request:
    """One request. Header names are lower case; `path` is decoded, without its query and data-plane prefix."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def api_version(self) -> str:
        return self.query.get("api-version", "")

    def __getitem__(self, parameter: str) -> str:
        """The part of the path that the route calls by this name."""
        return self.parameters[parameter]

    def json(self) -> Json:
        """The body as a JSON object; raises `AzureError` 400 when it is anything else."""
        try:
            value = json.loads(self.body or b"{}")
        except ValueError as error:
            raise AzureError(
                400,
                "InvalidRequestContent",
                f"The request content was invalid and could not be deserialized: '{error}'.",
            ) from error
        if not isinstance(value, dict):
            raise AzureError(400, "InvalidRequestContent", "The request content must be a JSON object.")
        for name, kind in KINDS_OF_MEMBERS.items():
            member(value, name, kind)
        return value


def member(table: Json, name: str, kind: type[T]) -> T | None:
    """A member of a JSON object, None when it is not there; raises `AzureError` 400 when it is of another kind."""
    value = table.get(name)
    if value is None or (isinstance(value, kind) and not (kind is int and isinstance(value, bool))):
        return value
    message = (
        f"The member '{name}' of the request content is {value!r}, expected {KIND_NAMES.get(kind, kind.__name__)}."
    )
    raise AzureError(400, "InvalidRequestContent", message)


@dataclass(frozen=True)
class Reply:
    """One answer: a JSON `document`, or raw `content` of its own `media_type`, or nothing at all."""

    status: int = 200
    document: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    media_type: str = JSON_UTF8
    chunks: tuple[bytes, ...] | None = None

    def encoded(self) -> bytes:
        """The body's bytes; a streamed answer's chunks joined."""
        if self.chunks is not None:
            return b"".join(self.chunks)
        if self.content is not None:
            return self.content
        if self.document is None:
            return b""
        return json.dumps(self.document, ensure_ascii=False, separators=(",", ":")).encode()

    @property
    def has_media_type(self) -> bool:
        """Whether Azure would send a Content-Type: it leaves it out of an answer without a body."""
        return self.document is not None or self.content is not None or self.chunks is not None
