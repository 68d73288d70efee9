"""Deployments of models: resources that also answer chats."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from emulator.behaviour.catalog import Model
from emulator.state.data_plane import TunedModel
from emulator.state.resources import Resource


@dataclass
class Deployment(Resource):
    """A deployment of a base model or, when `tuned` is there, of a model made from it.

    Capacity is in thousands of tokens.
    """

    base: Model
    region: str
    tuned: TunedModel | None = None
    ready: datetime | None = None
    """From when on the data plane knows it."""
    calls: deque[tuple[datetime, int]] = field(default_factory=deque)
    """When it was called of late, and with how many tokens by the limiter's estimate."""

    @property
    def capacity(self) -> int:
        return int((self.document.get("sku") or {}).get("capacity") or 1)

    @property
    def usage_name(self) -> str:
        return self.base.tuned_usage_name if self.tuned else self.base.usage_name

    @property
    def model_name(self) -> str:
        return str(self.properties["model"]["name"])
