"""Step 1.6: the project under the hub."""

from __future__ import annotations

from typing import Any

from lab.arm import make, resource_id
from lab.build.hub import TOLD, WORKSPACES, Workspace, workspace
from lab.clients import MACHINE_LEARNING_API_VERSION
from lab.run import Run

STEP = "1.6"


def make_project(run: Run, hub: Workspace) -> Workspace:
    """Create the project; it takes storage, vault and network from its hub, so none of them is sent."""
    identity = resource_id(run, WORKSPACES, run.names.project)
    wait = run.wait(STEP, f"project {run.names.project}", run.spec.waits.resource_s)
    body = project_body(hub.location, run.names.project, hub.id)
    return workspace(make(run, wait, identity, body, MACHINE_LEARNING_API_VERSION, TOLD))


def project_body(region: str, name: str, hub_id: str) -> dict[str, Any]:
    """A project as the portal's wizard makes it."""
    return {
        "kind": "Project",
        "location": region,
        "sku": {"name": "Basic", "tier": "Basic"},
        "identity": {"type": "SystemAssigned"},
        "properties": {"friendlyName": name, "hubResourceId": hub_id},
    }
