"""Which models there are, where, and until when; read from catalog.toml beside this module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from emulator import toml


@dataclass(frozen=True)
class Model:
    """One version of a base model. `*_in` and `standard` are names of regions; `*_ends` the day of retirement."""

    name: str
    version: str
    capabilities: Mapping[str, str]
    standard: tuple[str, ...]
    standard_ends: datetime
    inference_ends: datetime
    created: datetime
    modified: datetime
    default_capacity: int
    training_ends: datetime | None = None
    trained_in: tuple[str, ...] = ()
    tuned_in: tuple[str, ...] = ()
    default: bool = False
    description: str | None = None
    priced: tuple[str, ...] = ("ContextToken", "GeneratedToken")
    replacement: Mapping[str, Any] | None = None
    """What deployments that upgrade themselves go to: `model`, `version`, `from` when, with how many `lead_days`."""

    @property
    def training_name(self) -> str:
        """How a fine-tuning job names it, version and all: `gpt-35-turbo-0125`."""
        return f"{self.name}-{self.version}"

    @property
    def usage_name(self) -> str:
        return f"OpenAI.Standard.{self.name}"

    @property
    def tuned_usage_name(self) -> str:
        """The quota of tuned models, which has a name of its own (pull request Azure/azure-dev#6929)."""
        return f"{self.usage_name}-finetune"

    def is_known(self, now: datetime) -> bool:
        """Whether it has been published."""
        return self.created <= now

    def is_retired(self, now: datetime) -> bool:
        """Whether deployments of it are refused."""
        return now >= min(self.standard_ends, self.inference_ends)

    def can_train(self, region: str, now: datetime) -> bool:
        return region in self.trained_in and (self.training_ends is None or now < self.training_ends)


@dataclass(frozen=True)
class Catalog:
    """Regions (name to display name; name to its pair), models, and the limits of a subscription."""

    regions: Mapping[str, str]
    other_regions: tuple[str, ...]
    pairs: Mapping[str, str]
    models: tuple[Model, ...]
    standard_quota: int
    tuned_quota: int
    tuned_deployments: int

    def find(self, name: str, version: str | None = None) -> Model | None:
        """A model by name and version; without a version, the default one.

        Names are compared without regard to case.
        """
        for model in self.models:
            right_version = model.version == version if version else model.default
            if model.name.lower() == name.lower() and right_version:
                return model
        return None

    def find_for_training(self, name: str) -> Model | None:
        """A model as a fine-tuning job names it."""
        return next((model for model in self.models if model.training_name == name), None)

    def in_region(self, region: str, now: datetime) -> list[Model]:
        """The models that a region lists: retired ones stay in the list."""
        return [m for m in self.models if m.is_known(now) and (region in m.standard or region in m.trained_in)]

    @property
    def all_regions(self) -> tuple[str, ...]:
        """Every region of Azure's, with models or without."""
        return tuple(sorted({*self.regions, *self.other_regions}))

    def is_region(self, region: str) -> bool:
        """Whether Azure has such a region."""
        return region in self.regions or region in self.other_regions

    def title(self, region: str) -> str:
        """A region's display name, such as `Sweden Central`."""
        return self.regions.get(region, region)


def region_name(location: str) -> str:
    """A location as resources name it (`East US 2`, `EASTUS2`) in the catalog's form (`eastus2`)."""
    return location.replace(" ", "").lower()


@lru_cache(maxsize=1)
def load_catalog() -> Catalog:
    """The catalog, read once."""
    table = toml.loads(Path(__file__).with_name("catalog.toml").read_text(encoding="utf-8"))
    return Catalog(
        regions=table["regions"],
        other_regions=tuple(table["other_regions"]),
        pairs=table["pairs"],
        models=tuple(_model(entry) for entry in table["model"]),
        standard_quota=table["standard_quota"],
        tuned_quota=table["tuned_quota"],
        tuned_deployments=table["tuned_deployments"],
    )


def _model(entry: dict[str, Any]) -> Model:
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    return Model(**fields)
