"""A workspace as a GET answers it, with the members and the order of recording ml_hub_and_project.json.

What a plain workspace has otherwise, and a newer api-version: recording ml_workspace_put.json.
"""

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
SERVERLESS: Json = {"serverlessComputeCustomSubnet": None, "serverlessComputeNoPublicIP": False}
NEW_FORM_SINCE = "2024-04-01"
"""2023-08-01-preview has `sasGetterUri` of these, 2024-04-01 the other two (recordings as above)."""
IN_NEW_FORM = frozenset({"allowRoleAssignmentOnRG", "networkAcls"})
IN_OLD_FORM = frozenset({"sasGetterUri"})
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


def shown(document: Json, api_version: str) -> Json:
    """A workspace as an api-version shows it."""
    hidden = IN_OLD_FORM if api_version >= NEW_FORM_SINCE else IN_NEW_FORM
    properties = {name: value for name, value in document["properties"].items() if name not in hidden}
    return {**document, "properties": properties}


def _properties(world: World, workspace_id: str, kind: str, location: str, given: Json, hub: Resource | None) -> Json:
    name = workspace_id.rpartition("/")[2]
    own_id = str(uuid.uuid4())
    shares = hub.properties if hub else given
    properties: Json = {
        "friendlyName": given.get("friendlyName", name if kind in {"Hub", "Project"} else ""),
        "description": given.get("description", ""),
        "storageAccount": shares.get("storageAccount"),
        "keyVault": _respelled(kind, shares.get("keyVault")),
        "applicationInsights": _respelled(kind, shares.get("applicationInsights")),
        "hbiWorkspace": False,
        "tenantId": world.directory.tenant_id,
        "imageBuildCompute": None,
        "provisioningState": "Creating",
        "allowRoleAssignmentOnRG": True,
    }
    if kind in {"Hub", "Project"}:
        properties["managedNetwork"] = {
            "changeableIsolationModes": ["AllowInternetOutbound", "AllowOnlyApprovedOutbound"],
            "isolationMode": "Disabled",
        }
    properties |= {
        "v1LegacyMode": False,
        "softDeleteEnabled": False,
        **_registry(kind, shares),
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
        "networkAcls": {"defaultAction": "Allow", "bypass": "", "ipRules": [], "resourceAccessRules": []},
        "discoveryUrl": f"https://{location}.api.azureml.ms/discovery",
        "mlFlowTrackingUri": f"azureml://{location}.api.azureml.ms/mlflow/v1.0{workspace_id}",
        "serverlessComputeSettings": None if kind == "Default" else SERVERLESS,
        "EnableSoftwareBillOfMaterials": False,
    }
    if properties["applicationInsights"]:
        properties["sdkTelemetryAppInsightsKey"] = str(uuid.uuid4())
    if kind in {"Hub", "Project"}:
        properties["sasGetterUri"] = ""
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


def _registry(kind: str, given: Json) -> Json:
    """The container registry; a plain workspace without one does not show it (recording ml_workspace_put.json)."""
    if kind == "Default" and not given.get("containerRegistry"):
        return {}
    return {"containerRegistry": given.get("containerRegistry")}


def _respelled(kind: str, value: Any) -> str | None:
    """An id as it comes back: from a plain workspace with other letter case, from hubs and projects as it was sent."""
    if not isinstance(value, str) or kind in {"Hub", "Project"}:
        return value if isinstance(value, str) else None
    return _INSIGHTS.sub("/providers/Microsoft.insights/", _VAULT.sub("/providers/Microsoft.Keyvault/", value))
