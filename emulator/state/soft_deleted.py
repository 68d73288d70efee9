"""Accounts and vaults that were deleted and can still be had back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from emulator.state.data_plane import DataPlane
from emulator.state.resources import Resource


@dataclass(frozen=True)
class SoftDeleted:
    """A deleted resource, and when it will be gone for good."""

    resource: Resource
    deleted: datetime
    purge_due: datetime
    data_plane: DataPlane | None = None


class RecycleBin:
    """Soft-deleted resources of one type, by id."""

    def __init__(self) -> None:
        self._by_id: dict[str, SoftDeleted] = {}

    def put(self, gone: SoftDeleted) -> None:
        self._by_id[gone.resource.id.lower()] = gone

    def find(self, resource_id: str) -> SoftDeleted | None:
        return self._by_id.get(resource_id.lower())

    def remove(self, gone: SoftDeleted) -> None:
        """Take this very one away, if it is still here: one of its name may have been deleted since."""
        if self.find(gone.resource.id) is gone:
            del self._by_id[gone.resource.id.lower()]

    def __iter__(self) -> Iterator[SoftDeleted]:
        return iter(list(self._by_id.values()))
