"""What the lab's regions offer of the model today, and what that says of the lab's text."""

from __future__ import annotations

from lab.errors import StepError
from lab.preflight.findings import Finding, RegionRow, from_error, ok, problem, warning
from lab.quota import Quota
from lab.run import Run
from lab.spec import Text
from lab.survey import RegionModels, Survey, base_model, describe


def check_regions(run: Run, found: Survey) -> list[Finding]:
    """Whether a run can fine-tune and deploy the model in a region that it may use, and which listed ones cannot."""
    try:
        model = base_model(run, found)
    except StepError as error:
        return [from_error(error)]
    usable = _usable(run, found)
    able = [region for region in usable if region.can_fine_tune(found.today)]
    names = ", ".join(region.region for region in able)
    return [
        ok("2.2", f"{model.name} {model.version} can be fine-tuned in {names}"),
        *_against_the_text(run, found),
        *_deployable(run, found, able),
        *_roomy(run, able),
    ]


def _usable(run: Run, found: Survey) -> list[RegionModels]:
    """The regions among which a run chooses: all, or the one that was asked for."""
    return [found.chosen] if run.settings.region else list(found.regions)


def _against_the_text(run: Run, found: Survey) -> list[Finding]:
    return [
        warning("2.2", region.problem)
        if region.problem
        else warning("1.3", f"region {region.region}, which the lab lists: {describe(found, region)}")
        for region in found.regions
        if run.spec.region(region.region) and not region.can_fine_tune(found.today)
    ]


def _deployable(run: Run, found: Survey, able: list[RegionModels]) -> list[Finding]:
    sku = run.spec.deployment.sku
    cannot = [region.region for region in able if not region.can_deploy(found.today, sku)]
    if not cannot:
        return []
    where = ", ".join(cannot)
    reason = f"deployment of a tuned {found.model} as {sku}: found it not offered in {where}, the lab asks for it"
    return [warning("3.2", reason)] if len(cannot) < len(able) else [Finding("problem", "3.2", reason, breaks=True)]


def _roomy(run: Run, able: list[RegionModels]) -> list[Finding]:
    capacity = run.spec.deployment.capacity
    if any(region.has_room(capacity) for region in able):
        return []
    left = "; ".join(_room(region.region, region.quota) for region in able)
    return [
        problem(
            "3.2",
            f"quota for the deployment, in thousands of tokens a minute: found {left}, the lab asks for {capacity}; "
            "delete deployments, ask for more under Quotas in the portal, or use another subscription",
        )
    ]


def _room(region: str, quota: Quota | None) -> str:
    return f"{region} {quota.left} left of {quota.limit}" if quota else f"{region} unknown"


def region_rows(run: Run, found: Survey) -> tuple[RegionRow, ...]:
    """The regions as the table shows them."""
    return tuple(_row(run, found, region) for region in found.regions)


def _row(run: Run, found: Survey, region: RegionModels) -> RegionRow:
    listed = run.spec.region(region.region)
    title = listed.title if listed else Text(region.region, region.region)
    if region.problem:
        return RegionRow(title)
    version = region.default
    # Where nothing can be trained, the quota that was found is not one for tuned models.
    quota = region.quota if version and version.can_fine_tune else None
    return RegionRow(
        region=title,
        can_fine_tune=region.can_fine_tune(found.today),
        can_deploy=region.can_deploy(found.today, run.spec.deployment.sku),
        version=version.version if version else "",
        training_until=version.fine_tuning_until if version else None,
        retires=version.inference_until if version else None,
        quota_left=quota.left if quota else None,
        quota_limit=quota.limit if quota else None,
    )
