"""Resource providers and whether the subscription has registered them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from emulator.state.lifecycle import PROVIDER, moved

# Types that the emulator knows, by provider: an address of another type is answered as Azure answers an unknown one.
RESOURCE_TYPES = {
    "Microsoft.Authorization": ("roleAssignments", "roleDefinitions", "permissions", "locks"),
    "Microsoft.CognitiveServices": (
        "accounts",
        "accounts/deployments",
        "accounts/models",
        "accounts/usages",
        "deletedAccounts",
        "locations",
        "locations/models",
        "locations/usages",
        "locations/operationResults",
        "locations/checkSkuAvailability",
        "checkDomainAvailability",
    ),
    "Microsoft.KeyVault": ("vaults", "deletedVaults", "locations", "locations/deletedVaults", "checkNameAvailability"),
    "Microsoft.MachineLearningServices": (
        "workspaces",
        "workspaces/connections",
        "locations",
        "locations/workspaceOperationsStatus",
    ),
    "Microsoft.Resources": (
        "resourceGroups",
        "subscriptions",
        "providers",
        "tenants",
        "operationresults",
        "deployments",
        "deployments/operations",
    ),
    "Microsoft.ClassicInfrastructureMigrate": ("classicInfrastructureResources",),
    "Microsoft.Search": ("searchServices",),
    "Microsoft.Storage": ("storageAccounts", "locations", "locations/asyncoperations", "checkNameAvailability"),
}
UNREGISTERED_AT_START = ("Microsoft.ClassicInfrastructureMigrate", "Microsoft.Search")


@dataclass
class Provider:
    """One provider as the subscription sees it."""

    namespace: str
    resource_types: tuple[str, ...]
    state: str = "Registered"

    def become(self, state: str) -> None:
        self.state = moved(PROVIDER, self.state, state)


class Providers:
    """The providers by namespace, compared without regard to case."""

    def __init__(self) -> None:
        self._by_name = {
            name.lower(): Provider(name, types, "Unregistered" if name in UNREGISTERED_AT_START else "Registered")
            for name, types in RESOURCE_TYPES.items()
        }

    def find(self, namespace: str) -> Provider | None:
        return self._by_name.get(namespace.lower())

    def __iter__(self) -> Iterator[Provider]:
        return iter(self._by_name.values())
