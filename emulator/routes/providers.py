"""Resource providers: look at one, register it (recording provider_register.json)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from emulator.arm import SUBSCRIPTION
from emulator.errors import GatewayError
from emulator.routing import Route
from emulator.state.providers import Provider
from emulator.wire import Json, Reply, Request

if TYPE_CHECKING:
    from emulator.world import World


API_VERSIONS = ("2025-04-01", "2024-04-01", "2022-09-01")
"""By design, the same for every type: the emulator takes any version."""
WITH_ONE_AUTHORIZATION = ("Microsoft.ClassicInfrastructureMigrate",)
"""Providers that have one authorization and not a list of them (recording provider_register.json)."""


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
        _change(world, provider, "Registering", "Registered")
    return Reply(document=_document(world, provider))


def unregister_provider(world: World, request: Request) -> Reply:
    """200 with the whole provider, Unregistering for a while; also while it is Registering."""
    provider = _found(world, request)
    if provider.state in {"Registered", "Registering"}:
        _change(world, provider, "Unregistering", "Unregistered")
    return Reply(document=_document(world, provider))


def _change(world: World, provider: Provider, meanwhile: str, finally_: str) -> None:
    provider.become(meanwhile)

    def finish() -> None:
        if provider.state == meanwhile:
            provider.become(finally_)

    world.after(world.durations.provider_registration, finish)


def _found(world: World, request: Request) -> Provider:
    provider = world.providers.find(request["namespace"])
    if provider is None:
        raise GatewayError(
            404, "InvalidResourceNamespace", f"The resource namespace '{request['namespace']}' is invalid."
        )
    return provider


def _document(world: World, provider: Provider) -> Json:
    titles = list(world.catalog.regions.values())
    agent = {"applicationId": _guid(provider, "application"), "roleDefinitionId": _guid(provider, "role")}
    return {
        "id": f"{world.subscription}/providers/{provider.namespace}",
        "namespace": provider.namespace,
        **({"authorization": agent} if provider.namespace in WITH_ONE_AUTHORIZATION else {"authorizations": [agent]}),
        "resourceTypes": [
            {"resourceType": name, "locations": titles, "apiVersions": list(API_VERSIONS), "capabilities": "None"}
            for name in provider.resource_types
        ],
        "registrationState": provider.state,
        "registrationPolicy": "RegistrationRequired",
    }


def _guid(provider: Provider, what: str) -> str:
    """The id of what acts for a provider in a subscription: made up, and the same in every run."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{what}.{provider.namespace}".lower()))


ROUTES = (
    Route("GET", f"{SUBSCRIPTION}/providers", list_providers),
    Route("GET", f"{SUBSCRIPTION}/providers/{{namespace}}", get_provider),
    Route("POST", f"{SUBSCRIPTION}/providers/{{namespace}}/register", register_provider),
    Route("POST", f"{SUBSCRIPTION}/providers/{{namespace}}/unregister", unregister_provider),
)
