"""The emulator's own controls, and the public file that stands for the lab's training data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.addresses import DATASET_FOLDER
from emulator.errors import GatewayError
from emulator.routing import Route
from emulator.timestamps import whole
from emulator.wire import TEXT, Reply, Request

if TYPE_CHECKING:
    from emulator.world import World


def requests(world: World, request: Request) -> Reply:
    """The requests served so far, in order."""
    return Reply(document=world.log.document(), headers={"x-emulator-dropped": str(world.log.dropped)})


def rules(world: World, request: Request) -> Reply:
    """How many requests each rule of the scenario matched since the start, and how many answers it was applied to."""
    return Reply(document=world.script.document())


def reset(world: World, request: Request) -> Reply:
    """Forget the requests served so far. Resources stay."""
    world.log.reset()
    return Reply(204)


def settings(world: World, request: Request) -> Reply:
    """All that a client needs to use this emulator."""
    own = world.settings
    return Reply(
        document={
            "url": own.url,
            "ca_file": str(own.ca_file),
            "authority": own.url,
            "subscription_id": own.subscription_id,
            "tenant_id": world.directory.tenant_id,
            "client_id": world.directory.client_id,
            "client_secret": world.directory.client_secret,
            "principal_id": world.directory.principal_id,
            "speed": world.clock.speed,
            "step": world.clock.step,
            "start": whole(own.start),
            "now": whole(world.now),
            "dataset_url": world.addresses.dataset(own.dataset.name) if own.dataset else None,
        }
    )


def state(world: World, request: Request) -> Reply:
    """What is there, by name: for whoever asks whether anything is left."""
    names = {
        key: [resource.name for resource in world.resources.of_type(resource_type)]
        for key, resource_type in {
            "resource_groups": "Microsoft.Resources/resourceGroups",
            "accounts": "Microsoft.CognitiveServices/accounts",
            "deployments": "Microsoft.CognitiveServices/accounts/deployments",
            "storage_accounts": "Microsoft.Storage/storageAccounts",
            "vaults": "Microsoft.KeyVault/vaults",
            "workspaces": "Microsoft.MachineLearningServices/workspaces",
            "connections": "Microsoft.MachineLearningServices/workspaces/connections",
            "template_deployments": "Microsoft.Resources/deployments",
        }.items()
    }
    deleted = {
        "deleted_accounts": [gone.resource.name for gone in world.deleted_accounts],
        "deleted_vaults": [gone.resource.name for gone in world.deleted_vaults],
    }
    return Reply(document={**names, **deleted})


def dataset(world: World, request: Request) -> Reply:
    """The training data set, as a public web server gives it."""
    own = world.settings.dataset
    if own is None or request["name"] != own.name:
        raise GatewayError(
            404, "NotFound", f"No data set '{request['name']}' here; start the emulator with --dataset FILE."
        )
    return Reply(content=own.content, media_type=TEXT, headers={"Cache-Control": "max-age=300"})


ROUTES = (
    Route("GET", "/_emulator/requests", requests),
    Route("POST", "/_emulator/reset", reset),
    Route("GET", "/_emulator/rules", rules),
    Route("GET", "/_emulator/settings", settings),
    Route("GET", "/_emulator/state", state),
    Route("GET", f"{DATASET_FOLDER}{{name}}", dataset),
)
