"""The models of an account on its own API (spec 2024-10-21, get_models.json)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.behaviour.catalog import Model, region_name
from emulator.errors import DataPlaneError, data_not_found
from emulator.routing import Route
from emulator.state.data_plane import TunedModel
from emulator.state.deployment import Deployment
from emulator.timestamps import epoch
from emulator.wire import Json, Reply, Request

if TYPE_CHECKING:
    from emulator.world import World


def list_models(world: World, request: Request) -> Reply:
    """Base models of the account's region, then its own."""
    return Reply(document={"data": _documents(world, request), "object": "list"})


def get_model(world: World, request: Request) -> Reply:
    """One model by its name."""
    for document in _documents(world, request):
        if document["id"] == request["model"]:
            return Reply(document=document)
    raise data_not_found()


def delete_model(world: World, request: Request) -> Reply:
    """Delete a tuned model, which must not be deployed (docs, fine-tuning-rest.md; the code is not documented)."""
    plane = world.data_plane(request["account"])
    model = plane.models.get(request["model"])
    if model is None:
        raise data_not_found()
    for resource in world.resources.below(request["account"]):
        if isinstance(resource, Deployment) and resource.tuned is model:
            message = f"The model '{model.name}' is used by the deployment '{resource.name}'; delete that first."
            raise DataPlaneError(409, "conflict", message)
    del plane.models[model.name]
    return Reply(204)


def _documents(world: World, request: Request) -> list[Json]:
    account = world.resources.find(request["account"])
    region = region_name(account.location) if account else ""
    bases = [_base(world, model, region) for model in world.catalog.in_region(region, world.now)]
    return [*bases, *(_tuned(world, model) for model in world.data_plane(request["account"]).models.values())]


def _base(world: World, model: Model, region: str) -> Json:
    ends = {"inference": epoch(model.inference_ends)}
    if model.training_ends:
        ends = {"fine_tune": epoch(model.training_ends), **ends}
    return {
        "status": "succeeded",
        "capabilities": _capabilities(fine_tune=model.can_train(region, world.now)),
        "lifecycle_status": "generally-available",
        "deprecation": ends,
        "id": model.training_name,
        "created_at": epoch(model.created),
        "object": "model",
    }


def _tuned(world: World, model: TunedModel) -> Json:
    return {
        "status": "succeeded",
        "model": model.base.training_name,
        "fine_tune": model.job_id,
        "capabilities": _capabilities(fine_tune=False),
        "lifecycle_status": "generally-available",
        "deprecation": {"inference": epoch(model.base.inference_ends)},
        "id": model.name,
        "created_at": epoch(model.created),
        "object": "model",
    }


def _capabilities(*, fine_tune: bool) -> Json:
    return {
        "fine_tune": fine_tune,
        "inference": True,
        "completion": True,
        "chat_completion": True,
        "embeddings": False,
    }


ROUTES = (
    Route("GET", "/openai/models", list_models),
    Route("GET", "/openai/models/{model}", get_model),
    Route("DELETE", "/openai/models/{model}", delete_model),
)
