"""The models that could take the place of one that is retired, in the regions that the lab lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from lab.prices import PriceList


@dataclass(frozen=True)
class OtherModel:
    """The default version of another model that can be fine-tuned and deployed in a region, `until` a day (UTC)."""

    name: str
    version: str
    until: datetime | None


@dataclass(frozen=True)
class StandIn:
    """A model that could stand in today, and where."""

    name: str
    version: str
    regions: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name} {self.version} ({', '.join(self.regions)})"


def other_model(name: str, version: str, training: datetime | None, inference: datetime | None) -> OtherModel:
    """A model of a region's list; it can stand in until the first of its two ends."""
    return OtherModel(name, version, min((end for end in (training, inference) if end), default=None))


def stand_ins(offers: Mapping[str, Iterable[OtherModel]], today: datetime, prices: PriceList) -> tuple[StandIn, ...]:
    """The models of these regions that are not over today, the cheapest to train first."""
    where: dict[tuple[str, str], list[str]] = {}
    for region, models in offers.items():
        for model in models:
            if model.until is None or model.until > today:
                where.setdefault((model.name, model.version), []).append(region)
    found = [StandIn(name, version, tuple(regions)) for (name, version), regions in where.items()]
    return tuple(sorted(found, key=lambda one: (prices.training(one.name), one.name, one.version)))


def named(found: Iterable[StandIn]) -> str:
    """Which models could stand in, and how to verify the rest of the lab with one."""
    models = tuple(found)
    if not models:
        return "no other model that these regions list can be fine-tuned and deployed today"
    listed = ", ".join(map(str, models))
    return f"could stand in there: {listed}; verify the rest of the lab with `--model {models[0].name}`"
