"""Run in azure-ai-ml's own virtual environment: make, find, list and delete a hub and a project with it.

Reads the emulator's address and ids from the environment, prints what it found as one JSON object. Its account and
group are there already.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

from azure.ai.ml import MLClient
from azure.ai.ml.entities import AzureOpenAIConnection, Hub, Project
from azure.core.exceptions import HttpResponseError
from azure.identity import ClientSecretCredential

REGION = "swedencentral"
CLOUD = "AzureEmulator"


def client(group: str, workspace: str | None = None) -> Any:
    """An MLClient for the emulator. Its telemetry is off: it would go to Azure."""
    url = os.environ["EMULATOR_URL"]
    credential = ClientSecretCredential(
        os.environ["AZURE_TENANT_ID"],
        os.environ["AZURE_CLIENT_ID"],
        os.environ["AZURE_CLIENT_SECRET"],
        authority=url,
        disable_instance_discovery=True,
    )
    metadata = {
        "azure_portal": url,
        "resource_manager": f"{url}/",
        "active_directory": url,
        "aml_resource_id": "https://ml.azure.com/",
        "storage_endpoint": "core.windows.net",
        "registry_discovery_endpoint": url,
    }
    own = {"cloud": CLOUD, "cloud_metadata": metadata, "enable_telemetry": False}
    return MLClient(credential, os.environ["AZURE_SUBSCRIPTION_ID"], group, workspace, **own)


def described(workspace: Any) -> dict[str, Any]:
    """What the test needs to know of a workspace."""
    members = ("id", "name", "location", "storage_account", "key_vault", "application_insights", "tags")
    return {"class": type(workspace).__name__, **{name: getattr(workspace, name, None) for name in members}}


def refused(attempt: Callable[[], Any]) -> dict[str, Any]:
    """The codes of the error that an attempt ends in."""
    try:
        attempt()
    except HttpResponseError as caught:
        error = caught.error
        return {"code": error.code, "details": [detail.code for detail in error.details]} if error else {}
    return {}


def walk(group: str, account_id: str, endpoint: str) -> dict[str, Any]:
    """Every step of the lab that this SDK has."""
    found: dict[str, Any] = {}
    ml = client(group)
    hub = ml.workspaces.begin_create(Hub(name="hub-ml", location=REGION, display_name="The hub")).result()
    found["hub"] = described(hub)
    project = ml.workspaces.begin_create(Project(name="project-ml", hub_id=hub.id, location=REGION)).result()
    found["project"] = {**described(project), "hub_id": project.hub_id}
    found["got"] = [described(ml.workspaces.get(name)) for name in ("hub-ml", "project-ml")]
    found["listed"] = sorted(workspace.name for workspace in ml.workspaces.list())
    connections = client(group, "hub-ml").connections
    connections.create_or_update(
        AzureOpenAIConnection(
            name="openai", azure_endpoint=endpoint, open_ai_resource_id=account_id, api_version="2024-10-21"
        )
    )
    found["connections"] = [
        {name: getattr(connection, name) for name in ("name", "type", "target", "open_ai_resource_id")}
        for connection in connections.list()
    ]
    found["of_project"] = [connection.name for connection in client(group, "project-ml").connections.list()]
    ml.workspaces.begin_delete("project-ml", delete_dependent_resources=False).result()
    found["left"] = [workspace.name for workspace in ml.workspaces.list()]
    found["refused"] = refused(lambda: ml.workspaces.begin_create(Hub(name="x", location=REGION)).result())
    return found


if __name__ == "__main__":
    print(json.dumps(walk(*sys.argv[1:4])))
