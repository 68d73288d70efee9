"""Quota: so many thousands of tokens a minute of a model in a region, shared by all accounts of the subscription."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.behaviour.catalog import region_name
from emulator.errors import AzureError
from emulator.state.deployment import Deployment

if TYPE_CHECKING:
    from emulator.world import World


def used(world: World, region: str, usage_name: str, *, but: str = "") -> int:
    """What deployments in a region take of a quota; the deployment with the id `but` is not counted."""
    return sum(
        deployment.capacity
        for deployment in world.resources
        if isinstance(deployment, Deployment)
        and deployment.usage_name == usage_name
        and region_name(deployment.region) == region
        and deployment.id.lower() != but.lower()
    )


def limit_of(world: World, usage_name: str) -> int:
    """The limit of a quota by its name."""
    return world.catalog.tuned_quota if usage_name.endswith("-finetune") else world.catalog.standard_quota


def check_quota(world: World, region: str, usage_name: str, wanted: int, *, deployment_id: str) -> None:
    """Raise 400 when a deployment wants more than is left (docs, how-to/quota.md; PubSec-Info-Assistant#880)."""
    taken = used(world, region, usage_name, but=deployment_id)
    limit = limit_of(world, usage_name)
    if taken + wanted > limit:
        raise AzureError(
            400,
            "InsufficientQuota",
            f"This operation requires {wanted} new capacity in quota Tokens Per Minute (thousands) - {usage_name}, "
            f"which is bigger than the current available capacity {max(0, limit - taken)}. The current quota usage is "
            f"{taken} and the quota limit is {limit} for quota {usage_name}.",
        )
