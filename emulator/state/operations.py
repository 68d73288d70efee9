"""Long operations: what a client polls until it is told that the work is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emulator.state.lifecycle import OPERATION, moved
from emulator.timestamps import whole


@dataclass
class Operation:
    """One long operation. `working` is the word that its provider uses meanwhile."""

    name: str
    started: datetime
    status: str
    subject: str = ""
    """The id of the resource that is worked on."""
    ended: datetime | None = None
    error: dict[str, Any] | None = None

    @property
    def is_done(self) -> bool:
        return self.ended is not None

    def document(self, operation_id: str) -> dict[str, Any]:
        """The body of a poll as Cognitive Services writes it; `operation_id` is the path that was asked."""
        document: dict[str, Any] = {
            "id": operation_id,
            "name": self.name,
            "status": self.status,
            "startTime": whole(self.started),
        }
        if self.ended is not None:
            document["endTime"] = whole(self.ended)
        if self.error is not None:
            document["error"] = self.error
        return document

    def finish(self, now: datetime, status: str = "Succeeded", error: dict[str, Any] | None = None) -> None:
        """End the operation."""
        self.status = moved(OPERATION, self.status, status)
        self.ended = now
        self.error = error


class Operations:
    """All operations that were started, by name."""

    def __init__(self) -> None:
        self._by_name: dict[str, Operation] = {}

    def add(self, operation: Operation) -> Operation:
        self._by_name[operation.name] = operation
        return operation

    def find(self, name: str) -> Operation | None:
        return self._by_name.get(name)

    def under_way(self, subject: str) -> Operation | None:
        """The operation that is at work on a resource, if there is one."""
        wanted = subject.lower()
        return next((o for o in self._by_name.values() if not o.is_done and o.subject.lower() == wanted), None)
