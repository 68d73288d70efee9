"""Lists of the data plane: `has_more`, `data` and `object` only, asked on with `after` and `limit`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from emulator.errors import DataPlaneError
from emulator.wire import Json, Reply, Request

DEFAULT_LIMIT = 20


class Named(Protocol):
    """Anything with an id."""

    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=Named)


def page(request: Request, items: Sequence[T], document: Callable[[T], Json]) -> Reply:
    """One page of `items`, which are in the order in which they are listed."""
    asked = request.query.get("limit", str(DEFAULT_LIMIT))
    if not (asked.isascii() and asked.isdigit() and int(asked) > 0):
        raise DataPlaneError(400, "invalidPayload", f"The limit '{asked}' is not a number above 0.")
    after = request.query.get("after")
    ids = [item.id for item in items]
    if after is not None and after not in ids:
        raise DataPlaneError(400, "invalidPayload", f"There is no '{after}' to list after.")
    begin = ids.index(after) + 1 if after is not None else 0
    end = begin + int(asked)
    data = [document(item) for item in items[begin:end]]
    return Reply(document={"has_more": end < len(items), "data": data, "object": "list"})
