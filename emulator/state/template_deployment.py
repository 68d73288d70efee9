"""Deployments of templates: what each of their resources has come to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from emulator.behaviour.template import Plan, Planned
from emulator.state.lifecycle import STEP, moved
from emulator.state.operations import Operation
from emulator.state.resources import Resource

TYPE = "Microsoft.Resources/deployments"


@dataclass
class Step:
    """One resource of a template. It is an operation of the deployment once it was started."""

    planned: Planned
    operation_id: str
    tracking_id: str
    state: str = "Waiting"
    status_code: str = "Accepted"
    started: datetime | None = None
    changed: datetime | None = None
    error: dict[str, Any] | None = None

    def become(self, state: str, now: datetime, status_code: str, error: dict[str, Any] | None = None) -> None:
        self.state = moved(STEP, self.state, state)
        self.started = self.started or now
        self.changed = now
        self.status_code = status_code
        self.error = error


@dataclass
class TemplateDeployment(Resource):
    """A deployment. It is a resource of its group, but no list of resources has it."""

    plan: Plan
    operation: Operation
    started: datetime
    steps: list[Step] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        return self.operation.is_done
