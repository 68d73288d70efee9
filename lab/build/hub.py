"""Step 1.3: the hub, with the storage account and key vault that it needs."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from lab.arm import make, resource_id
from lab.build.resource_group import ResourceGroup
from lab.clients import KEY_VAULT_API_VERSION, MACHINE_LEARNING_API_VERSION, STORAGE_API_VERSION
from lab.names import tags
from lab.run import Run
from lab.sign_in import SignIn

STEP = "1.3"
WORKSPACES = "Microsoft.MachineLearningServices/workspaces"
# What must be told of a workspace before anything can be said of it.
TOLD = ("id", "name", "kind", "location", "properties.provisioningState")


@dataclass(frozen=True)
class Workspace:
    """A hub or a project as Azure describes it; `hub_id` is empty for a hub."""

    id: str
    name: str
    kind: str
    location: str
    provisioning_state: str
    storage_account_id: str
    key_vault_id: str
    hub_id: str


def make_hub(run: Run, sign_in: SignIn, group: ResourceGroup) -> Workspace:
    """Create the storage account and key vault (side by side unless one after another is asked for), then the hub."""
    with ThreadPoolExecutor(max_workers=1 if run.settings.one_after_another else 2) as pool:
        storage = pool.submit(_make_storage_account, run, group.location)
        vault = pool.submit(_make_key_vault, run, sign_in, group.location)
        storage_id, vault_id = storage.result(), vault.result()
    identity = resource_id(run, WORKSPACES, run.names.hub)
    wait = run.wait(STEP, f"hub {run.names.hub}", run.spec.waits.resource_s)
    body = hub_body(group.location, run.names.hub, storage_id, vault_id)
    return workspace(make(run, wait, identity, body, MACHINE_LEARNING_API_VERSION, TOLD))


def storage_account_body(region: str) -> dict[str, Any]:
    """The smallest general-purpose account a hub accepts, closed to anonymous reads."""
    return {
        "sku": {"name": "Standard_LRS"},
        "kind": "StorageV2",
        "location": region,
        "properties": {
            "allowBlobPublicAccess": False,
            "minimumTlsVersion": "TLS1_2",
            "supportsHttpsTrafficOnly": True,
        },
    }


def key_vault_body(region: str, tenant_id: str, labels: Mapping[str, str]) -> dict[str, Any]:
    """A vault that only holds the hub's own secrets; seven days is the shortest time Azure keeps a deleted one.

    It has the group's tags, so that a sweep knows it when only the soft-deleted vault is left.
    """
    return {
        "tags": dict(labels),
        "location": region,
        "properties": {
            "tenantId": tenant_id,
            "sku": {"family": "A", "name": "standard"},
            "accessPolicies": [],
            "enableSoftDelete": True,
            "softDeleteRetentionInDays": 7,
        },
    }


def hub_body(region: str, name: str, storage_id: str, vault_id: str) -> dict[str, Any]:
    """A hub as the portal's wizard makes it; Application Insights is optional (README of the recordings)."""
    return {
        "kind": "Hub",
        "location": region,
        "sku": {"name": "Basic", "tier": "Basic"},
        "identity": {"type": "SystemAssigned"},
        "properties": {
            "friendlyName": name,
            "storageAccount": storage_id,
            "keyVault": vault_id,
            "publicNetworkAccess": "Enabled",
        },
    }


def _make_storage_account(run: Run, region: str) -> str:
    name = run.names.storage_account
    wait = run.wait(STEP, f"storage account {name}", run.spec.waits.resource_s)
    identity = resource_id(run, "Microsoft.Storage/storageAccounts", name)
    return str(make(run, wait, identity, storage_account_body(region), STORAGE_API_VERSION)["id"])


def _make_key_vault(run: Run, sign_in: SignIn, region: str) -> str:
    name = run.names.key_vault
    wait = run.wait(STEP, f"key vault {name}", run.spec.waits.resource_s)
    identity = resource_id(run, "Microsoft.KeyVault/vaults", name)
    body = key_vault_body(region, sign_in.tenant_id, tags(run.names.suffix, sign_in.principal_id, run.settings.started))
    return str(make(run, wait, identity, body, KEY_VAULT_API_VERSION)["id"])


def workspace(body: dict[str, Any]) -> Workspace:
    """A hub or project from Azure's description of it; a member that Azure left out is an empty text."""
    properties = body.get("properties") or {}
    return Workspace(
        id=str(body.get("id", "")),
        name=str(body.get("name", "")),
        kind=str(body.get("kind", "")),
        location=str(body.get("location", "")),
        provisioning_state=str(properties.get("provisioningState", "")),
        storage_account_id=str(properties.get("storageAccount", "")),
        key_vault_id=str(properties.get("keyVault", "")),
        hub_id=str(properties.get("hubResourceId", "")),
    )
