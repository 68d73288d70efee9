"""Deployments of templates and their operations as a GET answers them.

Recordings: ml_hub_and_project.json; azure-cli test_group_deployment_lite.yaml and test_group_deployment.yaml.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from datetime import datetime

from emulator.behaviour.template import Plan, Planned
from emulator.state.template_deployment import TYPE, Step, TemplateDeployment
from emulator.state.template_run import duration
from emulator.timestamps import precise
from emulator.wire import Json

HASH_DIGITS = 19


def deployment_document(deployment_id: str, body: Json, plan: Plan, now: datetime, state: str) -> Json:
    """The document of a deployment that has just begun, or was only validated."""
    given = body["properties"]
    document: Json = {"id": deployment_id, "name": deployment_id.rpartition("/")[2], "type": TYPE}
    if body.get("tags"):
        document["tags"] = body["tags"]
    document["properties"] = {
        "templateHash": _hash(given["template"]),
        **({"parameters": plan.parameters} if plan.parameters else {}),
        "mode": str(given.get("mode", "Incremental")).title(),
        "provisioningState": state,
        "timestamp": precise(now),
        "duration": "PT0S",
        "correlationId": str(uuid.uuid4()),
        "providers": _providers(plan.resources),
        "dependencies": [_dependency(planned, plan.resources) for planned in plan.resources if planned.needs],
    }
    return document


def operation_document(deployment: TemplateDeployment, step: Step, now: datetime) -> Json:
    """One resource's operation. While it works, its duration is that so far."""
    changed = step.changed if step.state != "Running" else now
    properties: Json = {
        "provisioningOperation": "Create",
        "provisioningState": step.state,
        "timestamp": precise(step.changed or now),
        "duration": duration(step.started or now, changed or now),
        "trackingId": step.tracking_id,
        "statusCode": step.status_code,
        "targetResource": _target(step.planned),
    }
    if step.error is not None:
        properties["statusMessage"] = {"status": "Failed", "error": step.error}
    return {
        "id": f"{deployment.id}/operations/{step.operation_id}",
        "operationId": step.operation_id,
        "properties": properties,
    }


def _target(planned: Planned) -> Json:
    return {"id": planned.id, "resourceType": planned.type, "resourceName": planned.name}


def _dependency(planned: Planned, resources: Sequence[Planned]) -> Json:
    needed = [_target(other) for other in resources if other.id.lower() in planned.needs]
    return {"dependsOn": needed, **_target(planned)}


def _providers(resources: Sequence[Planned]) -> list[Json]:
    types: dict[str, list[Json]] = {}
    for planned in resources:
        namespace, _, kind = planned.type.partition("/")
        entry = {"resourceType": kind, "locations": [None]}
        if entry not in types.setdefault(namespace, []):
            types[namespace].append(entry)
    return [{"namespace": namespace, "resourceTypes": kinds} for namespace, kinds in types.items()]


def _hash(template: Json) -> str:
    """A number for a template, the same for the same one. Azure's own algorithm is not public."""
    digest = hashlib.sha256(json.dumps(template, sort_keys=True).encode()).hexdigest()
    return str(int(digest, 16))[:HASH_DIGITS]
