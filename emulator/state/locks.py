"""Locks on groups and resources, and whom they keep from what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

PROVIDER_PART = "/providers/microsoft.authorization/locks/"


@dataclass(frozen=True)
class Lock:
    """A lock; its scope is in its id alone (recording locks.json)."""

    id: str
    document: dict[str, Any]

    @property
    def scope(self) -> str:
        return self.id[: self.id.lower().rindex(PROVIDER_PART)]

    @property
    def is_read_only(self) -> bool:
        return bool(self.document["properties"]["level"] == "ReadOnly")


class Locks:
    """Locks by id, compared without regard to case."""

    def __init__(self) -> None:
        self._by_id: dict[str, Lock] = {}

    def put(self, lock: Lock) -> bool:
        """Keep a lock; whether it is a new one."""
        is_new = lock.id.lower() not in self._by_id
        self._by_id[lock.id.lower()] = lock
        return is_new

    def find(self, lock_id: str) -> Lock | None:
        return self._by_id.get(lock_id.lower())

    def remove(self, lock: Lock) -> None:
        self._by_id.pop(lock.id.lower(), None)

    def below(self, scope: str) -> list[Lock]:
        """The locks on a scope and on all under it."""
        return [lock for lock in self if _covers(scope, lock.scope)]

    def against_delete(self, resource_id: str) -> Lock | None:
        """A lock that forbids a delete: on the resource, above it, or on anything that would go with it."""
        return next(
            (lock for lock in self if _covers(lock.scope, resource_id) or _covers(resource_id, lock.scope)), None
        )

    def against_write(self, resource_id: str) -> Lock | None:
        """A read-only lock on the resource or above it."""
        return next((lock for lock in self if lock.is_read_only and _covers(lock.scope, resource_id)), None)

    def __iter__(self) -> Iterator[Lock]:
        return iter(list(self._by_id.values()))


def _covers(scope: str, resource_id: str) -> bool:
    return f"{resource_id.lower()}/".startswith(f"{scope.lower()}/")
