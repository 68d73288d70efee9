"""Which models there are in a location or for an account, and what is used of their quota."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from emulator.arm import GROUP, SUBSCRIPTION, found
from emulator.behaviour.catalog import Model, region_name
from emulator.errors import GatewayError
from emulator.quota import limit_of, used
from emulator.routes import accounts
from emulator.routing import Route
from emulator.timestamps import whole
from emulator.wire import Json, Reply, Request

if TYPE_CHECKING:
    from emulator.world import World

RATE_LIMITS = (
    {"key": "request", "renewalPeriod": 10, "count": 1},
    {"key": "token", "renewalPeriod": 60, "count": 1000},
)
MAXIMUM_CAPACITY = 1_000_000
OLD_FORM = "2023-05-01"
"""The newest api-version known to spell `ratelimits` and to lack what came later (cogsvc_account_models.json)."""


def list_for_location(world: World, request: Request) -> Reply:
    """The models of a location, each wrapped with its id, kind and sku (recording cogsvc_list_models_location.json)."""
    region = _region(world, request["location"])
    place = world.catalog.title(region).replace(" ", "")
    return Reply(
        document={
            "value": [
                _wrapped(world, request, model, region, place) for model in world.catalog.in_region(region, world.now)
            ]
        }
    )


def list_for_account(world: World, request: Request) -> Reply:
    """The models of an account: bare, not wrapped (recording cogsvc_account_models.json)."""
    account = found(world, request, accounts.TYPE, request["name"])
    region = region_name(account.location)
    return Reply(
        document={
            "value": [_model(world, request, model, region) for model in world.catalog.in_region(region, world.now)]
        }
    )


def list_usages(world: World, request: Request) -> Reply:
    """What is used of each quota of the subscription in a region, in thousands of tokens a minute."""
    region = _region(world, request["location"])
    names: dict[str, None] = {}
    for model in world.catalog.in_region(region, world.now):
        if region in model.standard:
            names[model.usage_name] = None
        if region in model.tuned_in:
            names[model.tuned_usage_name] = None
    return Reply(document={"value": [_usage(world, region, name) for name in names]})


def list_account_usages(world: World, request: Request) -> Reply:
    """What is used of an account's own quotas: an OpenAI account has none, its quotas are the subscription's.

    Sources: the shape in azure-cli test_cognitiveservices_account_list_usage.yaml (kind TextAnalytics), the empty list
    in issue Azure/azure-powershell#24382; no recording of kind OpenAI.
    """
    found(world, request, accounts.TYPE, request["name"])
    return Reply(document={"value": []})


def _region(world: World, location: str) -> str:
    region = region_name(location)
    if region not in world.catalog.regions:
        raise GatewayError(
            404, "NoRegisteredProviderFound", f"No registered resource provider found for location '{location}'."
        )
    return region


def _usage(world: World, region: str, name: str) -> Json:
    return {
        "name": {
            "value": name,
            "localizedValue": f"Tokens Per Minute (thousands) - {name.removeprefix('OpenAI.Standard.')}",
        },
        "currentValue": used(world, region, name),
        "limit": limit_of(world, name),
        "unit": "Count",
    }


def _wrapped(world: World, request: Request, model: Model, region: str, place: str) -> Json:
    name = f"OpenAI.{model.name}.{model.version}"
    return {
        "id": f"{world.subscription}/{accounts.PROVIDER}/locations/{place}/models/{name}",
        "type": "Microsoft.CognitiveServices/locations/models",
        "name": name,
        "location": place,
        "kind": "OpenAI",
        "skuName": "S0",
        "model": _model(world, request, model, region),
    }


def _model(world: World, request: Request, model: Model, region: str) -> Json:
    """Retired models stay in the list, with their dates. One that cannot be trained here lacks `fineTune`."""
    is_old = request.api_version <= OLD_FORM
    is_retired = model.is_retired(world.now)
    document: Json = {"format": "OpenAI", "name": model.name, "version": model.version}
    if model.description:
        document["description"] = model.description
    document |= {"isDefaultVersion": model.default, "skus": _skus(model, region, is_old), "maxCapacity": 9}
    trainable = region in model.trained_in
    document["capabilities"] = {**({"fineTune": "true"} if trainable else {}), **model.capabilities}
    deprecation = {"inference": whole(model.inference_ends)}
    if model.training_ends:
        deprecation = {"fineTune": whole(model.training_ends), **deprecation}
    if not is_old and not is_retired:
        deprecation["deprecationStatus"] = "Planned"
    document["deprecation"] = deprecation
    document["lifecycleStatus"] = "Deprecated" if is_retired else "GenerallyAvailable"
    document["systemData"] = {
        "createdBy": "Microsoft",
        "createdByType": "Application",
        "createdAt": whole(model.created),
        "lastModifiedBy": "Microsoft",
        "lastModifiedByType": "Application",
        "lastModifiedAt": whole(model.modified),
    }
    if not is_old:
        asset = f"azureml://registries/azure-openai/models/{model.name}/versions/{model.version}"
        document["modelCatalogAssetId"] = asset
    if not is_old and model.replacement:
        document["replacementConfig"] = _replacement(model.replacement)
    if trainable:
        tuned = {"completion": "true", "chatCompletion": "true", "scaleType": "Standard"}
        document["finetuneCapabilities"] = tuned
    return document


def _replacement(replacement: Mapping[str, Any]) -> Json:
    return {
        "targetModelName": replacement["model"],
        "targetModelVersion": replacement["version"],
        "autoUpgradeStartDate": whole(replacement["from"]),
        "upgradeOnExpiryLeadTimeDays": replacement["lead_days"],
    }


def _skus(model: Model, region: str, is_old: bool) -> list[Json]:
    """Standard for the base model and, named alike, Standard for tuned ones: only the usage name tells them apart.

    Source: pull request Azure/azure-dev#6929.
    """
    skus = []
    if region in model.standard:
        skus.append(_sku(model, model.usage_name, is_old))
    if region in model.tuned_in:
        skus.append(_sku(model, model.tuned_usage_name, is_old))
    return skus


def _sku(model: Model, usage_name: str, is_old: bool) -> Json:
    sku: Json = {
        "name": "Standard",
        "usageName": usage_name,
        "capacity": {"maximum": MAXIMUM_CAPACITY, "default": model.default_capacity},
        "deprecationDate": whole(model.standard_ends),
        "ratelimits" if is_old else "rateLimits": RATE_LIMITS,
    }
    if not is_old:
        sku["costs"] = [_cost(usage_name, what) for what in model.priced]
    return sku


def _cost(usage_name: str, what: str) -> Json:
    """What is counted, under a meter whose id is made up: prices are not part of the emulator."""
    meter = uuid.uuid5(uuid.NAMESPACE_DNS, f"{what}.{usage_name}".lower())
    return {"name": what, "meterId": str(meter), "unit": "1K Tokens"}


ROUTES = (
    Route("GET", f"{SUBSCRIPTION}/{accounts.PROVIDER}/locations/{{location}}/models", list_for_location),
    Route("GET", f"{SUBSCRIPTION}/{accounts.PROVIDER}/locations/{{location}}/usages", list_usages),
    Route("GET", f"{GROUP}/{accounts.PROVIDER}/accounts/{{name}}/models", list_for_account),
    Route("GET", f"{GROUP}/{accounts.PROVIDER}/accounts/{{name}}/usages", list_account_usages),
)
