"""Reading the body of a deployment's PUT: what is wanted, or why it cannot be had."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emulator.behaviour.catalog import Model, region_name
from emulator.errors import AzureError
from emulator.quota import check_quota
from emulator.state.data_plane import TunedModel
from emulator.state.deployment import Deployment
from emulator.state.resources import Resource
from emulator.timestamps import whole
from emulator.wire import Json, member

if TYPE_CHECKING:
    from emulator.world import World

STANDARD = "standard"

_NAME = re.compile(r"[a-zA-Z0-9][\w.-]{0,62}[a-zA-Z0-9]|[a-zA-Z0-9]")


@dataclass(frozen=True)
class Wanted:
    """A deployment as the caller wants it, checked. `model` and `sku` are spelled as they were sent."""

    base: Model
    tuned: TunedModel | None
    model: Json
    sku: str
    capacity: int
    upgrade_option: str
    content_filter: str | None


def wanted_deployment(world: World, account: Resource, deployment_id: str, body: Json) -> Wanted:
    """Read and check a PUT's body in the order in which Azure finds fault with it."""
    name = deployment_id.rpartition("/")[2]
    if not _NAME.fullmatch(name):
        message = f"The deployment name '{name}' is invalid: 1 to 64 letters, digits, '-', '_' and '.'."
        raise AzureError(400, "InvalidResourceName", message)
    properties = body.get("properties") or {}
    sent = member(properties, "model", dict) or {}
    sku = body.get("sku") or {}
    tuned = world.data_plane(account.id).models.get(str(sent.get("name", "")))
    base = tuned.base if tuned else _base(world, account, sent)
    _check_not_retired(world, base)
    _check_sku(account, base, tuned, sku, sent)
    capacity = _capacity(sku.get("capacity", 1))
    usage_name = base.tuned_usage_name if tuned else base.usage_name
    if tuned is not None:
        _check_count(world, account, deployment_id)
    check_quota(world, region_name(account.location), usage_name, capacity, deployment_id=deployment_id)
    upgrade = "NoAutoUpgrade" if tuned else "OnceNewDefaultVersionAvailable"
    return Wanted(
        base=base,
        tuned=tuned,
        model={
            "format": "OpenAI",
            "name": sent["name"],
            "version": str(sent.get("version") or ("1" if tuned else base.version)),
        },
        sku=str(sku["name"]),
        capacity=capacity,
        upgrade_option=str(properties.get("versionUpgradeOption") or upgrade),
        content_filter=properties.get("raiPolicyName"),
    )


def _base(world: World, account: Resource, sent: Json) -> Model:
    name, version = str(sent.get("name", "")), sent.get("version")
    model = world.catalog.find(name, str(version) if version else None)
    region = region_name(account.location)
    if (
        model is None
        or sent.get("format", "OpenAI") != "OpenAI"
        or not model.is_known(world.now)
        or region not in (*model.standard, *model.trained_in)
    ):
        message = (
            f"The model 'Format:{sent.get('format', 'OpenAI')},Name:{name},Version:{version or ''}' of account "
            f"deployment is not supported in region '{account.location}'."
        )
        raise AzureError(400, "DeploymentModelNotSupported", message)
    return model


def _check_not_retired(world: World, model: Model) -> None:
    """Source: issue Azure-Samples/aks-store-demo#203."""
    if model.is_retired(world.now):
        ended = whole(min(model.standard_ends, model.inference_ends))
        message = (
            f"The model 'Format:OpenAI,Name:{model.name},Version:{model.version}' has been deprecated since {ended}."
        )
        raise AzureError(400, "ServiceModelDeprecated", message)


def _check_sku(account: Resource, base: Model, tuned: TunedModel | None, sku: Json, sent: Json) -> None:
    """Source: issue thunderbug1/LibreChatAzureDeployment#5."""
    regions = base.tuned_in if tuned else base.standard
    if str(sku.get("name", "")).lower() != STANDARD or region_name(account.location) not in regions:
        message = (
            f"The specified SKU '{sku.get('name')}' of account deployment is not supported by the model "
            f"'{sent.get('name')}' version '{sent.get('version')}' in region '{account.location}'."
        )
        raise AzureError(400, "InvalidResourceProperties", message)


def _capacity(value: Any) -> int:
    try:
        capacity = int(value)
    except (TypeError, ValueError):
        capacity = 0
    if capacity < 1:
        message = f"The capacity '{value}' of account deployment is invalid: expected a whole number of 1 or more."
        raise AzureError(400, "InvalidCapacity", message)
    return capacity


def _check_count(world: World, account: Resource, deployment_id: str) -> None:
    """Source: issue MicrosoftDocs/azure-docs#116159; docs, quotas-limits.md."""
    others = [
        d for d in world.resources.below(account.id) if isinstance(d, Deployment) and d.tuned and d.id != deployment_id
    ]
    if len(others) >= world.catalog.tuned_deployments:
        message = f"The account has {len(others)} deployments of tuned models, which is its limit. Delete one first."
        raise AzureError(400, "DeploymentLimitReached", message)
