"""Step 2.2: what Azure offers of the base model in each region that the lab lists."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any

from lab.azure_errors import explained, refusal
from lab.errors import Broken, StepError, Undecided
from lab.quota import Quota, Sku, find_quota, tuned_usage_name
from lab.run import Run
from lab.waiting import retried

STEP = "2.2"


@dataclass(frozen=True)
class ModelVersion:
    """One version of the base model in one region; dates are UTC, None when Azure names none."""

    version: str
    is_default: bool
    can_fine_tune: bool
    fine_tuning_until: datetime | None
    inference_until: datetime | None
    skus: tuple[Sku, ...]
    lifecycle_status: str


@dataclass(frozen=True)
class RegionModels:
    """What one region offers, and the quota for a tuned model there; `problem` says why it could not be asked."""

    region: str
    versions: tuple[ModelVersion, ...] = ()
    problem: str = ""
    quota: Quota | None = None

    @property
    def default(self) -> ModelVersion | None:
        return next((version for version in self.versions if version.is_default), None)

    def can_fine_tune(self, today: datetime) -> bool:
        """Whether the default version can be fine-tuned here on that day."""
        version = self.default
        return version is not None and version.can_fine_tune and not _over(version.fine_tuning_until, today)

    def has_room(self, capacity: int) -> bool:
        """Whether a deployment of that capacity fits into what is left; a quota that is not known is no objection."""
        return self.quota is None or self.quota.left >= capacity


@dataclass(frozen=True)
class Survey:
    """What every listed region offers on `today`, Azure's own date, and the region that the run uses."""

    model: str
    today: datetime
    region: str
    regions: tuple[RegionModels, ...]

    @property
    def chosen(self) -> RegionModels:
        return next(found for found in self.regions if found.region == self.region)

    def fine_tuning_regions(self) -> tuple[str, ...]:
        return tuple(found.region for found in self.regions if found.can_fine_tune(self.today))


@dataclass(frozen=True)
class BaseModel:
    """The version that the lab fine-tunes: its name as a job spells it, such as `gpt-35-turbo-0125`."""

    name: str
    version: str
    is_default: bool
    region: str
    skus: tuple[Sku, ...] = field(default=())

    @property
    def job_name(self) -> str:
        return f"{self.name}-{self.version}"


def survey(run: Run) -> Survey:
    """Ask every listed region for the base model; choose one at random among those that can fine-tune and deploy it.

    A region that cannot be asked is kept with its problem: whether that matters is decided where the model is needed.
    """
    dates: list[datetime] = []
    wanted = run.settings.region.value if run.settings.region else None
    names = [region.name for region in run.spec.regions]
    if wanted and wanted not in names:
        names.append(wanted)
    found = tuple(_ask(run, name, dates) for name in names)
    today = max(dates, default=run.clock.now())
    able = [region.region for region in found if region.can_fine_tune(today)]
    roomy = [region.region for region in found if region.has_room(run.spec.deployment.capacity)]
    picked_from = [name for name in able if name in roomy] or able or names
    # Seeded by the run's own suffix: random from run to run, and the same again when a recording is replayed.
    chosen = wanted or random.Random(run.settings.choice or run.names.suffix).choice(picked_from)
    return Survey(run.spec.model.name, today, chosen, found)


def base_model(run: Run, found: Survey) -> BaseModel:
    """The default version in the chosen region; raises `Broken` when it cannot be fine-tuned there."""
    chosen = found.chosen
    if chosen.problem:
        raise Undecided(STEP, chosen.problem)
    version = chosen.default
    if version is None or not chosen.can_fine_tune(found.today):
        raise _not_to_be_had(run, found)
    return BaseModel(found.model, version.version, version.is_default, found.region, version.skus)


def _not_to_be_had(run: Run, found: Survey) -> StepError:
    unasked = [region.region for region in found.regions if region.problem]
    listed = "; ".join(f"{region.region}: {describe(found, region)}" for region in found.regions)
    reason = (
        f"fine-tuning {found.model}, default version, in {found.region}: not possible on "
        f"{found.today:%Y-%m-%d}; the lab asks for it in one of its regions ({listed})"
    )
    return Undecided(STEP, reason) if unasked else Broken(STEP, reason)


def describe(found: Survey, region: RegionModels) -> str:
    """What a region offers, in a few words."""
    if region.problem:
        return region.problem
    if region.can_fine_tune(found.today):
        return "can be fine-tuned"
    version = region.default
    if version is None:
        return f"no default version of {found.model} is listed"
    if _over(version.fine_tuning_until, found.today):
        return f"fine-tuning of {version.version} ended on {version.fine_tuning_until:%Y-%m-%d}"
    if _over(version.inference_until, found.today):
        return f"{version.version} was retired on {version.inference_until:%Y-%m-%d}"
    return f"{version.version} cannot be fine-tuned here"


def _ask(run: Run, region: str, dates: list[datetime]) -> RegionModels:
    wait = run.wait(STEP, f"models of {region}", run.spec.waits.resource_s)

    def listed() -> list[Any]:
        return list(run.clients.cognitive.models.list(region, raw_response_hook=lambda got: dates.extend(_date(got))))

    try:
        models = retried(wait, run.clock, listed)
    except Exception as error:
        return RegionModels(region, problem=explained(STEP, f"listing the models of {region}", error).reason)
    rows = [item.model for item in models if item.model and item.model.name == run.spec.model.name]
    offered = RegionModels(region, tuple(model_version(row) for row in rows if row.format == "OpenAI"))
    return replace(offered, quota=_quota(run, offered))


def _quota(run: Run, offered: RegionModels) -> Quota | None:
    name = tuned_usage_name(offered.default.skus, run.spec.deployment.sku) if offered.default else ""
    if not name:
        return None
    wait = run.wait(STEP, f"usages of {offered.region}", run.spec.waits.resource_s)
    usages = run.clients.cognitive.usages
    try:
        return find_quota(retried(wait, run.clock, lambda: list(usages.list(offered.region))), name)
    except Exception as error:
        # A caller may lack the right to read usages; whether there is room then shows when the model is deployed.
        if refusal(error) is None:
            raise
        return None


def model_version(row: Any) -> ModelVersion:
    """A version of a model from the management SDK's row of it."""
    capabilities = {str(key).lower(): str(value).lower() for key, value in (row.capabilities or {}).items()}
    deprecation = row.deprecation
    return ModelVersion(
        version=str(row.version or ""),
        is_default=bool(row.is_default_version),
        can_fine_tune=capabilities.get("finetune") == "true",
        fine_tuning_until=_day(getattr(deprecation, "fine_tune", None)),
        inference_until=_day(getattr(deprecation, "inference", None)),
        skus=tuple(Sku(str(sku.name), str(sku.usage_name or "")) for sku in row.skus or ()),
        lifecycle_status=str(getattr(row.lifecycle_status, "value", row.lifecycle_status) or ""),
    )


def _date(got: Any) -> Iterable[datetime]:
    text = got.http_response.headers.get("Date")
    return [parsedate_to_datetime(text)] if text else []


def _day(value: Any) -> datetime | None:
    if not value:
        return None
    day = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    return day if day.tzinfo else day.replace(tzinfo=timezone.utc)


def _over(end: datetime | None, today: datetime) -> bool:
    return end is not None and end <= today
