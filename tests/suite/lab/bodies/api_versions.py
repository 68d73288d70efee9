"""Which api-versions are shown to exist, for each resource type that the suite writes to."""

from __future__ import annotations

import importlib
import pkgutil
import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Seen:
    """An api-version that Azure is seen to take for a resource type; `source` is a recording's file, or a document."""

    resource_type: str
    api_version: str
    source: str


# Microsoft's own types of that api-version, generated from its specification (read at commit 06553711).
TYPES_2024_04_01 = (
    "Azure/bicep-types-az:generated/machinelearningservices/microsoft.machinelearningservices/2024-04-01/types.md"
)

# A package knows the version it was generated from, as a rule one. We send older ones, for which there are recordings.
SEEN = (
    Seen("Microsoft.Storage/storageAccounts", "2022-09-01", "storage_account_create_delete.json"),
    Seen("Microsoft.Storage/storageAccounts", "2025-06-01", "storage_account_create_2025.json"),
    Seen("Microsoft.KeyVault/vaults", "2023-02-01", "keyvault_create_update_delete.json"),
    Seen("Microsoft.MachineLearningServices/workspaces", "2023-08-01-preview", "ml_hub_and_project.json"),
    Seen("Microsoft.MachineLearningServices/workspaces", "2024-04-01", "ml_workspace_put.json"),
    Seen(
        "Microsoft.MachineLearningServices/workspaces/connections",
        "2023-08-01-preview",
        "ml_connection_azure_openai_aad.json",
    ),
    # No recording has a connection at the version that ml_workspace_put.json shows for the provider.
    Seen(
        "Microsoft.MachineLearningServices/workspaces/connections",
        "2024-04-01",
        TYPES_2024_04_01,
    ),
    Seen("Microsoft.Authorization/roleAssignments", "2022-04-01", "role_assignments.json"),
)


class NoCredential:
    """What a client asks for to be made, and needs for nothing else here."""

    def get_token(self, *scopes: str, **options: Any) -> Any:
        raise AssertionError("nothing is sent")


def package_versions(package: str) -> frozenset[str]:
    """The api-versions of a management package: its versioned folders, or the one its client sends by default."""
    names = (module.name for module in pkgutil.iter_modules(importlib.import_module(package).__path__))
    folders = [re.fullmatch(r"v(\d{4})_(\d\d)_(\d\d)(?:_(preview))?", name) for name in names]
    if versions := frozenset("-".join(filter(None, folder.groups())) for folder in folders if folder):
        return versions
    module = vars(importlib.import_module(f"{package}._configuration"))
    (configuration,) = (module[name] for name in module if name.endswith("ClientConfiguration"))
    return frozenset({configuration(NoCredential(), "subscription").api_version})


def known_versions(resource_type: str, package: str) -> frozenset[str]:
    """The api-versions of a resource type that its package or a source outside it shows to exist."""
    return package_versions(package) | {seen.api_version for seen in SEEN if seen.resource_type == resource_type}


def unknown_version(api_version: str, resource_type: str, package: str) -> str | None:
    """What is wrong with an api-version, None when it is known."""
    known = known_versions(resource_type, package)
    if api_version in known:
        return None
    return f"{resource_type}: found api-version {api_version}, expected one of {', '.join(sorted(known))}"
