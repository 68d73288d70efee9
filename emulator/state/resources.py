"""Resource groups and all that is in them, by id."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from emulator.state.lifecycle import PROVISIONING, moved


@dataclass
class Resource:
    """One resource: its id as Azure writes it, and the document that a GET answers."""

    id: str
    document: dict[str, Any]

    @property
    def name(self) -> str:
        return self.id.rpartition("/")[2]

    @property
    def type(self) -> str:
        return str(self.document["type"])

    @property
    def location(self) -> str:
        return str(self.document.get("location", ""))

    @property
    def properties(self) -> dict[str, Any]:
        properties: dict[str, Any] = self.document["properties"]
        return properties

    @property
    def state(self) -> str:
        return str(self.properties["provisioningState"])

    def become(self, state: str) -> None:
        """Go to another provisioning state; raises `UndeclaredTransitionError` where there is no way."""
        self.properties["provisioningState"] = moved(PROVISIONING, self.state, state)


class Resources:
    """Every resource that is there, in order of creation. Ids are compared without regard to case."""

    def __init__(self) -> None:
        self._by_id: dict[str, Resource] = {}

    def add(self, resource: Resource) -> Resource:
        self._by_id[resource.id.lower()] = resource
        return resource

    def find(self, resource_id: str) -> Resource | None:
        return self._by_id.get(resource_id.lower())

    def holds(self, resource: Resource) -> bool:
        """Whether this very resource, and not a later one of its name, is there."""
        return self.find(resource.id) is resource

    def below(self, scope: str) -> list[Resource]:
        """What is under an id, itself not counted."""
        prefix = f"{scope.lower()}/"
        return [resource for key, resource in self._by_id.items() if key.startswith(prefix)]

    def of_type(self, resource_type: str, scope: str = "") -> list[Resource]:
        """Resources of a type, under `scope` when one is given."""
        wanted = resource_type.lower()
        return [found for found in (self.below(scope) if scope else self) if found.type.lower() == wanted]

    def remove(self, resource: Resource) -> None:
        """Take a resource and all under it away."""
        for gone in (resource, *self.below(resource.id)):
            self._by_id.pop(gone.id.lower(), None)

    def __iter__(self) -> Iterator[Resource]:
        return iter(list(self._by_id.values()))
