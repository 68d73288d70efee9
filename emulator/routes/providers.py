"""Resource providers: look at one, register it (recording provider_register.json)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.arm import SUBSCRIPTION
from emulator.errors import GatewayError
from emulator.routing import Route
from emulator.state.providers import Provider
from emulator.wire import Json, Reply, Request

if TYPE_CHECKING:
    from emulator.world import World


def list_providers(world: World, request: Request) -> Reply:
    """All providers."""
    return Reply(document={"value": [_document(world, provider) for provider in world.providers]})


def get_provider(world: World, request: Request) -> Reply:
    """One provider and its registration state."""
    return Reply(document=_document(world, _found(world, request)))


def register_provider(world: World, request: Request) -> Reply:
    """200 with the whole provider and no address to poll: the provider itself says when it is Registered."""
    provider = _found(world, request)
    if provider.state == "Unregistered":
        provider.become("Registering")
        world.after(world.durations.provider_registration, lambda: provider.become("Registered"))
    return Reply(document=_document(world, provider))


def unregister_provider(world: World, request: Request) -> Reply:
    """200 with the whole provider, Unregistering for a while."""
    provider = _found(world, request)
    if provider.state == "Registered":
        provider.become("Unregistering")
        world.after(world.durations.provider_registration, lambda: provider.become("Unregistered"))
    return Reply(document=_document(world, provider))


def _found(world: World, request: Request) -> Provider:
    provider = world.providers.find(request["namespace"])
    if provider is None:
        raise GatewayError(
            404, "InvalidResourceNamespace", f"The resource namespace '{request['namespace']}' is invalid."
        )
    return provider


def _document(world: World, provider: Provider) -> Json:
    titles = list(world.catalog.regions.values())
    return {
        "id": f"{world.subscription}/providers/{provider.namespace}",
        "namespace": provider.namespace,
        "resourceTypes": [
            {"resourceType": name, "locations": titles, "apiVersions": [], "capabilities": "None"}
            for name in provider.resource_types
        ],
        "registrationState": provider.state,
        "registrationPolicy": "RegistrationRequired",
    }


ROUTES = (
    Route("GET", f"{SUBSCRIPTION}/providers", list_providers),
    Route("GET", f"{SUBSCRIPTION}/providers/{{namespace}}", get_provider),
    Route("POST", f"{SUBSCRIPTION}/providers/{{namespace}}/register", register_provider),
    Route("POST", f"{SUBSCRIPTION}/providers/{{namespace}}/unregister", unregister_provider),
)
