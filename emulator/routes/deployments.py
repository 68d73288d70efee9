"""Deployments.

Recordings: cogsvc_openai_account_and_deployment.json, openai_deploy_and_chat_2024_05_01_preview.json.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from emulator.arm import GROUP, found, listed
from emulator.routes import accounts
from emulator.routes.account_writes import check_ready_for_deployments
from emulator.routes.deployment_request import Wanted, wanted_deployment
from emulator.routing import Route
from emulator.state.deployment import Deployment
from emulator.state.operations import Operation
from emulator.state.resources import Resource
from emulator.wire import Json, Reply, Request

if TYPE_CHECKING:
    from emulator.world import World

TYPE = "Microsoft.CognitiveServices/accounts/deployments"
DEPLOYMENTS = f"{GROUP}/{accounts.PROVIDER}/accounts/{{account}}/deployments"
SHOWN_CAPABILITIES = (
    "completion",
    "maxContextToken",
    "maxOutputToken",
    "maxTotalToken",
    "chatCompletion",
    "assistants",
)
REQUEST_WINDOW_S = 10
TOKEN_WINDOW_S = 60
TOKENS_PER_CAPACITY = 1000


def put_deployment(world: World, request: Request) -> Reply:
    """201: Succeeded at once for a base model; Creating, with both operation headers, for a tuned one.

    A change is 200.
    """
    account = found(world, request, accounts.TYPE, request["account"])
    check_ready_for_deployments(world, account)
    deployment_id = f"{account.id}/deployments/{request['name']}"
    wanted = wanted_deployment(world, account, deployment_id, request.json())
    there = world.resources.find(deployment_id)
    if there is not None:
        return _reply(_changed(world, there, wanted))
    deployment = Deployment(
        deployment_id, deployment_document(world, deployment_id, wanted), wanted.base, account.location, wanted.tuned
    )
    world.resources.add(deployment)
    if wanted.tuned is None:
        _succeed(world, deployment)
        return _reply(deployment, 201)
    operation = world.start_operation("Creating", deployment_id)
    world.after(world.durations.tuned_deployment, partial(_finish_create, world, operation, deployment))
    return _reply(deployment, 201, _addresses(world, request, account, operation))


def patch_deployment(world: World, request: Request) -> Reply:
    """Change a deployment's tags or capacity: 200 at once (azure-mgmt-cognitiveservices, PatchResourceTagsAndSku)."""
    deployment = found(world, request, TYPE, request["account"], request["name"])
    account = found(world, request, accounts.TYPE, request["account"])
    check_ready_for_deployments(world, account)
    body = request.json()
    tags = body.get("tags", deployment.document.get("tags"))
    if body.get("sku"):
        whole = {"sku": {**deployment.document["sku"], **body["sku"]}, "properties": deployment.properties}
        _changed(world, deployment, wanted_deployment(world, account, deployment.id, whole))
    if tags is not None:
        deployment.document["tags"] = tags
    return _reply(deployment)


def get_deployment(world: World, request: Request) -> Reply:
    """One deployment; 200 also while it is Creating."""
    return _reply(found(world, request, TYPE, request["account"], request["name"]))


def list_deployments(world: World, request: Request) -> Reply:
    """The deployments of an account."""
    return listed(world.resources.of_type(TYPE, found(world, request, accounts.TYPE, request["account"]).id))


def delete_deployment(world: World, request: Request) -> Reply:
    """200 without a body, at once; 204 when it was not there."""
    account = found(world, request, accounts.TYPE, request["account"])
    deployment = world.resources.find(f"{account.id}/deployments/{request['name']}")
    if deployment is None:
        return Reply(204)
    check_ready_for_deployments(world, account)
    world.resources.remove(deployment)
    return Reply(200)


def _succeed(world: World, deployment: Deployment) -> None:
    deployment.become("Succeeded")
    deployment.ready = world.now + timedelta(seconds=world.durations.deployment_unknown)


def _finish_create(world: World, operation: Operation, deployment: Deployment) -> None:
    if world.resources.holds(deployment):
        _succeed(world, deployment)
    operation.finish(world.now)


def _addresses(world: World, request: Request, account: Resource, operation: Operation) -> dict[str, str]:
    path = f"{world.subscription}/{accounts.PROVIDER}/locations/{account.location}/operationResults/{operation.name}"
    version = request.api_version
    by_location = {"api_version": version, "operationResultResponseType": "Location"}
    return {
        "Azure-AsyncOperation": world.addresses.operation(path, world.now, api_version=version),
        "Location": world.addresses.operation(path, world.now, **by_location),
    }


def _reply(deployment: Resource, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
    return Reply(status, deployment.document, headers={"ETag": deployment.document["etag"], **(headers or {})})


def _changed(world: World, there: Resource, wanted: Wanted) -> Resource:
    fresh = deployment_document(world, there.id, wanted)
    fresh["properties"]["provisioningState"] = there.state
    created = {key: there.document["systemData"][key] for key in ("createdBy", "createdByType", "createdAt")}
    fresh["systemData"] |= created
    there.document = fresh
    if isinstance(there, Deployment):
        there.base, there.tuned = wanted.base, wanted.tuned
    return there


def deployment_document(world: World, deployment_id: str, wanted: Wanted) -> Json:
    """The document of a deployment in state Creating."""
    capabilities = wanted.base.capabilities
    properties: Json = {
        "model": wanted.model,
        "versionUpgradeOption": wanted.upgrade_option,
        "currentCapacity": wanted.capacity,
    }
    if wanted.content_filter:
        properties["raiPolicyName"] = wanted.content_filter
    properties |= {
        "capabilities": {key: capabilities[key] for key in SHOWN_CAPABILITIES if key in capabilities},
        "provisioningState": "Creating",
        "rateLimits": [
            {"key": "request", "renewalPeriod": REQUEST_WINDOW_S, "count": wanted.capacity},
            {"key": "token", "renewalPeriod": TOKEN_WINDOW_S, "count": wanted.capacity * TOKENS_PER_CAPACITY},
        ],
    }
    return {
        "id": deployment_id,
        "type": TYPE,
        "name": deployment_id.rpartition("/")[2],
        "sku": {"name": wanted.sku, "capacity": wanted.capacity},
        "properties": properties,
        "systemData": world.system_data(),
        "etag": f'"{uuid.uuid4()}"',
    }


ROUTES = (
    Route("PUT", f"{DEPLOYMENTS}/{{name}}", put_deployment),
    Route("GET", f"{DEPLOYMENTS}/{{name}}", get_deployment),
    Route("PATCH", f"{DEPLOYMENTS}/{{name}}", patch_deployment),
    Route("GET", DEPLOYMENTS, list_deployments),
    Route("DELETE", f"{DEPLOYMENTS}/{{name}}", delete_deployment),
)
