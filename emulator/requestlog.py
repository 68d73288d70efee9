"""The requests that were served, for whoever asks what a client did."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

KEPT = 20_000
NOT_ANSWERED = 0


@dataclass(frozen=True)
class Served:
    """One request: its path as the client sent it, without the query. Status 0: closed without an answer."""

    method: str
    path: str
    status: int


class RequestLog:
    """The newest requests, in order, and how many older ones were dropped."""

    def __init__(self, kept: int = KEPT) -> None:
        self._served: deque[Served] = deque(maxlen=kept)
        self._dropped = 0

    def add(self, served: Served) -> None:
        self._dropped += len(self._served) == self._served.maxlen
        self._served.append(served)

    def reset(self) -> None:
        self._served.clear()
        self._dropped = 0

    @property
    def dropped(self) -> int:
        """How many older ones are not in the list any more."""
        return self._dropped

    def document(self) -> list[dict[str, Any]]:
        """The list as it is told, oldest first."""
        return [asdict(served) for served in self._served]
