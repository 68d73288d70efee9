"""A workspace as a GET answers it, with the members and the order of recording ml_hub_and_project.json."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any

from emulator.state.resources import Resource
from emulator.timestamps import precise
from emulator.wire import Json

if TYPE_CHECKING:
    from emulator.world import World

_VAULT = re.compile(r"/providers/microsoft\.keyvault/", re.IGNORECASE)
_INSIGHTS = re.compile(r"/providers/microsoft\.insights/", re.IGNORECASE)
NOT_STARTED: Json = {"provisioningState": "NotStarted", "resourceId": None, "authType": None}


def workspace_document(
    world: World, workspace_id: str, kind: str, location: str, body: Json, hub: Resource | None
) -> Json:
    """The document of a new workspace in state Creating. A project has its hub's storage account and key vault."""
    given = body.get("properties") or {}
    name = workspace_id.rpartition("/")[2]
    return {
        "id": workspace_id,
        "name": name,
        "type": "Microsoft.MachineLearningServices/workspaces",
        "location": location,
        "tags": body.get("tags") or {},
        "etag": None,
        "properties": _properties(world, workspace_id, kind, location, given, hub),
        "identity": {
            "type": "SystemAssigned",
            "principalId": str(uuid.uuid4()),
            "tenantId": world.directory.tenant_id,
        },
        "kind": kind,
        "sku": {"name": "Basic", "tier": "Basic"},
        "systemData": world.system_data(),
    }


def _properties(world: World, workspace_id: str, kind: str, location: str, given: Json, hub: Resource | None) -> Json:
    name = workspace_id.rpartition("/")[2]
    own_id = str(uuid.uuid4())
    shares = hub.properties if hub else given
    properties: Json = {
        "friendlyName": given.get("friendlyName", name if kind in {"Hub", "Project"} else ""),
        "description": given.get("description", ""),
        "storageAccount": shares.get("storageAccount"),
        "keyVault": _VAULT.sub("/providers/Microsoft.Keyvault/", str(shares.get("keyVault"))),
        "applicationInsights": _insights(shares.get("applicationInsights")),
        "hbiWorkspace": False,
        "tenantId": world.directory.tenant_id,
        "imageBuildCompute": None,
        "provisioningState": "Creating",
    }
    if kind in {"Hub", "Project"}:
        properties["managedNetwork"] = {
            "changeableIsolationModes": ["AllowInternetOutbound", "AllowOnlyApprovedOutbound"],
            "isolationMode": "Disabled",
        }
    properties |= {
        "v1LegacyMode": False,
        "softDeleteEnabled": False,
        "containerRegistry": shares.get("containerRegistry"),
        "creationTime": precise(world.now),
        "notebookInfo": {
            "resourceId": uuid.uuid4().hex,
            "fqdn": f"ml-{name.replace('_', '').lower()[:14]}-{location}-{own_id}.{location}.notebooks.azure.net",
            "isPrivateLinkEnabled": False,
            "notebookPreparationError": None,
        },
        "storageHnsEnabled": False,
        "workspaceId": own_id,
        "linkedModelInventoryArmId": None,
        "privateLinkCount": 0,
        "publicNetworkAccess": given.get("publicNetworkAccess", "Enabled"),
        "ipAllowlist": [],
        "discoveryUrl": f"https://{location}.api.azureml.ms/discovery",
        "mlFlowTrackingUri": f"azureml://{location}.api.azureml.ms/mlflow/v1.0{workspace_id}",
        "serverlessComputeSettings": {"serverlessComputeCustomSubnet": None, "serverlessComputeNoPublicIP": False},
        "EnableSoftwareBillOfMaterials": False,
    }
    if hub is not None:
        properties["hubResourceId"] = hub.id
    properties["enableDataIsolation"] = kind in {"Hub", "Project"}
    if kind in {"Hub", "Project"}:
        properties |= _services()
    if kind == "Hub":
        group = workspace_id[: workspace_id.lower().index("/providers/")]
        properties["workspaceHubConfig"] = {"defaultWorkspaceResourceGroup": group}
    return properties


def _services() -> Json:
    """The endpoints that a hub can make of its own accord; one made by a direct PUT has none."""
    return {
        "azureOpenAI": {
            "provisioningState": "NotStarted",
            "resourceId": None,
            "authType": None,
            "location": None,
            "endpoint": None,
            "proxyResourceId": None,
            "failureReason": None,
            "deployedModels": [],
        },
        "azureCognitiveSearch": {**NOT_STARTED, "endpoint": None, "failureReason": None},
        "azureAIContentSafety": {**NOT_STARTED, "endpoint": None, "failureReason": None},
    }


def _insights(value: Any) -> str | None:
    return _INSIGHTS.sub("/providers/Microsoft.insights/", value) if isinstance(value, str) else None
