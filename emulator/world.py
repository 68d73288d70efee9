"""Everything that one running emulator is: its settings, its clock and what it remembers."""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from emulator.addresses import Addresses
from emulator.agenda import Agenda
from emulator.behaviour.catalog import Catalog, load_catalog
from emulator.behaviour.durations import Durations
from emulator.clock import Clock
from emulator.directory import Directory
from emulator.requestlog import RequestLog
from emulator.scenario.rules import Script
from emulator.state.data_plane import DataPlane
from emulator.state.locks import Locks
from emulator.state.operations import Operation, Operations
from emulator.state.providers import Providers
from emulator.state.resources import Resource, Resources
from emulator.state.roles import Assignments
from emulator.state.soft_deleted import RecycleBin
from emulator.timestamps import precise


@dataclass(frozen=True)
class Dataset:
    """The file that is served as the lab's public training data."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Settings:
    """How this emulator was started, and where it is."""

    url: str
    ca_file: Path
    start: datetime
    subscription_id: str = "e0000000-0000-4000-8000-000000000001"
    dataset: Dataset | None = None


class World:
    """One emulator's state. Requests are answered one after another, so nothing in it is locked."""

    def __init__(self, settings: Settings, clock: Clock, directory: Directory, script: Script | None = None) -> None:
        self.settings = settings
        self.clock = clock
        self.directory = directory
        self.script = script or Script()
        self.addresses = Addresses(settings.url)
        self.agenda = Agenda(clock.now())
        self.catalog: Catalog = load_catalog()
        self.durations = Durations()
        self.log = RequestLog()
        self.resources = Resources()
        self.operations = Operations()
        self.providers = Providers()
        self.roles = Assignments()
        self.locks = Locks()
        self.deleted_accounts = RecycleBin()
        self.deleted_vaults = RecycleBin()
        self.data_planes: dict[str, DataPlane] = {}

    @property
    def now(self) -> datetime:
        """The moment of this request, or of the action that is caught up with."""
        return self.agenda.now

    @property
    def subscription(self) -> str:
        return f"/subscriptions/{self.settings.subscription_id}"

    def look(self) -> None:
        """Catch up with all that was due by now."""
        self.agenda.catch_up(self.clock.now())

    def after(self, seconds: float, action: Callable[[], None]) -> datetime:
        """Have something happen later, in the emulator's time."""
        return self.agenda.after(seconds, action)

    def start_operation(self, status: str, subject: str = "", *, name: str | None = None) -> Operation:
        """Begin a long operation that says `status` until it is done."""
        operation = Operation(name=name or str(uuid.uuid4()), started=self.now, status=status, subject=subject)
        return self.operations.add(operation)

    def finish(self, operation: Operation, resource: Resource | None = None) -> None:
        """End an operation and, if it is still there, what it worked on."""
        if resource is not None and self.resources.holds(resource):
            resource.become("Succeeded")
        operation.finish(self.now)

    def retry_after(self, azure_seconds: float) -> dict[str, str]:
        """Azure's Retry-After, shortened as all durations are; never 0, which azure-core takes for 30 s."""
        return {"Retry-After": str(max(1, math.ceil(azure_seconds / self.clock.speed)))}

    def system_data(self) -> dict[str, Any]:
        """Who made a resource and when, as resources say it."""
        moment = precise(self.now)
        return {
            "createdBy": self.directory.client_id,
            "createdByType": "Application",
            "createdAt": moment,
            "lastModifiedBy": self.directory.client_id,
            "lastModifiedByType": "Application",
            "lastModifiedAt": moment,
        }

    def data_plane(self, account_id: str) -> DataPlane:
        """The files, jobs and models of an account that is there."""
        return self.data_planes[account_id.lower()]
