"""Step 2.2: what Azure offers of the base model in each region that the lab lists."""

from __future__ import annotations

import random
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any

from lab.azure_errors import explained, refusal
from lab.errors import Broken, StepError, Undecided
from lab.listing import rows_of
from lab.quota import TUNED, Quota, Sku, deploys_tuned, find_quota, tuned_usage_name
from lab.run import Run
from lab.stand_ins import OtherModel, named, other_model, stand_ins
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
    """What one region offers, and the quota for a tuned model there; `problem` says why it could not be asked.

    `tells_tuned`: its list has skus for tuned models of their own, so that one without cannot be deployed tuned.
    `others`: the default versions of other models that can be fine-tuned there.
    """

    region: str
    versions: tuple[ModelVersion, ...] = ()
    problem: str = ""
    quota: Quota | None = None
    tells_tuned: bool = False
    others: tuple[OtherModel, ...] = ()

    @property
    def default(self) -> ModelVersion | None:
        return next((version for version in self.versions if version.is_default), None)

    def can_fine_tune(self, today: datetime) -> bool:
        """Whether the default version can be fine-tuned here on that day."""
        version = self.default
        return version is not None and version.can_fine_tune and not _over(version.fine_tuning_until, today)

    def can_deploy(self, today: datetime, sku: str) -> bool:
        """Whether the default version, once tuned here, can be deployed here on that day as that sku.

        Only where a model can be trained can it be deployed when tuned (docs, how-to/fine-tuning-deploy.md).
        """
        version = self.default
        if version is None or not version.can_fine_tune or _over(version.inference_until, today):
            return False
        return deploys_tuned(version.skus, sku, tells_tuned=self.tells_tuned)

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

    def best_regions(self, sku: str, capacity: int) -> tuple[str, ...]:
        """The regions that can fine-tune the model: of these only such as can deploy it tuned, with room, if any do."""
        able = [found for found in self.regions if found.can_fine_tune(self.today)]
        deploying = [found for found in able if found.can_deploy(self.today, sku)] or able
        roomy = [found for found in deploying if found.has_room(capacity)] or deploying
        return tuple(found.region for found in roomy)


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

    They are asked side by side, unless one after another is asked for. A region that cannot be asked is kept with its
    problem: whether that matters is decided where the model is needed.
    """
    dates: list[datetime] = []
    wanted = run.settings.region.value if run.settings.region else None
    names = [region.name for region in run.spec.regions]
    if wanted and wanted not in names:
        names.append(wanted)
    # Made here, or two threads would make one each.
    _ = run.clients.cognitive
    with ThreadPoolExecutor(max_workers=1 if run.settings.one_after_another else len(names)) as pool:
        found = tuple(pool.map(lambda name: _ask(run, name, dates), names))
    asked = Survey(run.spec.model.name, max(dates, default=run.clock.now()), "", found)
    picked_from = asked.best_regions(run.spec.deployment.sku, run.spec.deployment.capacity) or tuple(names)
    # Seeded by the run's own suffix: random from run to run, and the same again when a recording is replayed.
    chosen = wanted or random.Random(run.settings.choice or run.names.suffix).choice(picked_from)
    return replace(asked, region=chosen)


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
    reason = (
        f"fine-tuning {found.model}, default version, in {found.region}: not possible on "
        f"{found.today:%Y-%m-%d}; the lab asks for it in one of its regions ({_described(found)})"
    )
    if unasked:
        return Undecided(STEP, reason)
    others = stand_ins({region.region: region.others for region in found.regions}, found.today, run.spec.prices)
    return Broken(STEP, f"{reason}; {named(others)}", {"could_stand_in": [str(other) for other in others]})


def _described(found: Survey) -> str:
    """What each region offers, those that offer the same together."""
    alike: dict[str, list[str]] = {}
    for region in found.regions:
        alike.setdefault(describe(found, region), []).append(region.region)
    return "; ".join(f"{', '.join(names)}: {words}" for words, names in alike.items())


def describe(found: Survey, region: RegionModels) -> str:
    """What a region offers, in a few words."""
    if region.problem:
        return region.problem
    if region.can_fine_tune(found.today):
        return "can be fine-tuned"
    version = region.default
    if version is None:
        return f"no default version of {found.model} is listed"
    is_retired = _over(version.inference_until, found.today)
    retired = f"retired on {version.inference_until:%Y-%m-%d}" if is_retired else ""
    if _over(version.fine_tuning_until, found.today):
        ended = f"fine-tuning of {version.version} ended on {version.fine_tuning_until:%Y-%m-%d}"
        return f"{ended}, and it was {retired}" if retired else ended
    return f"{version.version} was {retired}" if retired else f"{version.version} cannot be fine-tuned here"


def _ask(run: Run, region: str, dates: list[datetime]) -> RegionModels:
    wait = run.wait(STEP, f"models of {region}", run.spec.waits.resource_s)

    def listed() -> list[Any]:
        hook = {"raw_response_hook": lambda got: dates.extend(_date(got))}
        return rows_of(run.clients.cognitive.models.list(region, **hook))

    try:
        offered = retried(wait, run.clock, lambda: _offered(run, region, [item.model for item in listed()]))
    except Exception as error:
        return RegionModels(region, problem=explained(STEP, f"listing the models of {region}", error).reason)
    return replace(offered, quota=_quota(run, offered))


def _offered(run: Run, region: str, listed: list[Any]) -> RegionModels:
    rows = [row for row in listed if row and row.format == "OpenAI"]
    skus = [str(sku.usage_name or "") for row in rows for sku in row.skus or ()]
    tells_tuned = any(name.endswith(TUNED) for name in skus)
    own = tuple(model_version(row) for row in rows if row.name == run.spec.model.name)
    others = tuple(
        other_model(name, version.version, version.fine_tuning_until, version.inference_until)
        for name, version in ((str(row.name), model_version(row)) for row in rows if row.name != run.spec.model.name)
        if version.is_default
        and version.can_fine_tune
        and deploys_tuned(version.skus, run.spec.deployment.sku, tells_tuned=tells_tuned)
    )
    return RegionModels(region, own, tells_tuned=tells_tuned, others=others)


def _quota(run: Run, offered: RegionModels) -> Quota | None:
    name = tuned_usage_name(offered.default.skus, run.spec.deployment.sku) if offered.default else ""
    if not name:
        return None
    wait = run.wait(STEP, f"usages of {offered.region}", run.spec.waits.resource_s)
    usages = run.clients.cognitive.usages
    try:
        return retried(wait, run.clock, lambda: find_quota(rows_of(usages.list(offered.region)), name))
    except Exception as error:
        # A caller may lack the right to read usages; whether there is room then shows when the model is deployed.
        if refusal(error) is None and not isinstance(error, Undecided):
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
