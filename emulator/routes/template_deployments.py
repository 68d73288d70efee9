"""Deployments of ARM templates to a group: what azure-ai-ml makes hubs and projects with.

Recordings: ml_hub_and_project.json; azure-cli test_group_deployment_lite.yaml and test_group_deployment.yaml.
"""

from __future__ import annotations

import json
import re
import secrets
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from emulator.arm import GROUP, group_id, listed, resource_id
from emulator.behaviour.template import Plan, Planned, read_template
from emulator.behaviour.template_syntax import TemplateError
from emulator.behaviour.template_values import Place
from emulator.errors import AzureError, GatewayError
from emulator.management_access import check_management_access
from emulator.routes import (
    accounts,
    connections,
    deployments,
    key_vault,
    locks,
    role_assignments,
    storage,
    workspaces,
)
from emulator.routes.subscriptions import subscription
from emulator.routes.template_documents import deployment_document, operation_document
from emulator.routing import Route, RouteTable
from emulator.state.template_deployment import TYPE, Step, TemplateDeployment
from emulator.state.template_run import begin
from emulator.timestamps import ticks
from emulator.wire import Json, Reply, Request

if TYPE_CHECKING:
    from emulator.world import World

DEPLOYMENTS = f"{GROUP}/providers/Microsoft.Resources/deployments"
WITHOUT_PROVIDER = f"{GROUP}/deployments"
"""The operations have this shorter address too, and azure-ai-ml asks for them there."""
NEWEST_TICKS = 3_155_378_975_999_999_999
"""An operation's name counts down to the end of the year 9999, so that the newest comes first."""

_NAME = re.compile(r"[-\w.()]{1,64}")


def put_deployment(world: World, request: Request) -> Reply:
    """201 Accepted with Azure-AsyncOperation and no Location; 200 for a name that was used before."""
    body = request.json()
    deployment_id = resource_id(world, request, TYPE, request["name"])
    there = world.resources.find(deployment_id)
    if isinstance(there, TemplateDeployment) and not there.is_over:
        message = f"Unable to edit or replace deployment '{there.name}': the previous deployment is still active."
        raise AzureError(409, "DeploymentActive", message)
    plan = _plan(world, request, body)
    operation = world.start_operation("Running", deployment_id, name=f"{NEWEST_TICKS - ticks(world.now):020d}")
    document = deployment_document(deployment_id, body, plan, world.now, "Accepted")
    deployment = TemplateDeployment(
        deployment_id, document, plan, operation, world.now, [_step(planned) for planned in plan.resources]
    )
    world.resources.add(deployment)

    def put(wanted_id: str, api_version: str, wanted: Json) -> int:
        return _put(world, request, wanted_id, api_version, wanted)

    begin(world, deployment, put)
    path = f"{group_id(world, request['group'])}/providers/{TYPE}/{deployment.name}/operationStatuses/{operation.name}"
    address = world.addresses.operation(path, world.now, api_version=request.api_version)
    return Reply(200 if there else 201, document, headers={"Azure-AsyncOperation": address})


def validate(world: World, request: Request) -> Reply:
    """Whether a template could be deployed, and what it would make; nothing is made."""
    body = request.json()
    plan = _plan(world, request, body)
    deployment_id = resource_id(world, request, TYPE, request["name"])
    document = deployment_document(deployment_id, body, plan, world.now, "Succeeded")
    document["properties"]["validatedResources"] = [{"id": planned.id} for planned in plan.resources]
    return Reply(document=document)


def get_deployment(world: World, request: Request) -> Reply:
    """One deployment."""
    return Reply(document=_deployment(world, request).document)


def head_deployment(world: World, request: Request) -> Reply:
    """Whether a deployment is there: 204 or 404."""
    _deployment(world, request)
    return Reply(204)


def list_deployments(world: World, request: Request) -> Reply:
    """The deployments of a group."""
    return listed(world.resources.of_type(TYPE, group_id(world, request["group"])))


def poll(world: World, request: Request) -> Reply:
    """How far a deployment is: `Running`, then `Succeeded` or `Failed` with its error."""
    operation = world.operations.find(request["operation"])
    if operation is None:
        raise GatewayError(404, "DeploymentOperationStatusNotFound", "The deployment operation status was not found.")
    error = {"error": operation.error} if operation.error else {}
    return Reply(document={"status": operation.status, **error})


def list_operations(world: World, request: Request) -> Reply:
    """What has become of each resource so far, the last begun first."""
    deployment = _deployment(world, request)
    begun = [step for step in deployment.steps if step.started is not None]
    newest = sorted(begun, key=lambda step: step.started or world.now, reverse=True)
    return Reply(document={"value": [operation_document(deployment, step, world.now) for step in newest]})


def get_operation(world: World, request: Request) -> Reply:
    """What has become of one resource."""
    deployment = _deployment(world, request)
    for step in deployment.steps:
        if step.started is not None and step.operation_id == request["operation"]:
            return Reply(document=operation_document(deployment, step, world.now))
    message = f"Deployment operation '{request['operation']}' could not be found."
    raise GatewayError(404, "DeploymentOperationNotFound", message)


def _deployment(world: World, request: Request) -> TemplateDeployment:
    deployment = world.resources.find(resource_id(world, request, TYPE, request["name"]))
    if not isinstance(deployment, TemplateDeployment):
        raise GatewayError(404, "DeploymentNotFound", f"Deployment '{request['name']}' could not be found.")
    return deployment


def _plan(world: World, request: Request, body: Json) -> Plan:
    """What a request wants deployed; raises 400 with what is wrong with its template."""
    given = body.get("properties") or {}
    template = given.get("template")
    name = request["name"]
    if not _NAME.fullmatch(name):
        message = f"The deployment name '{name}' is invalid: up to 64 letters, digits, '-', '_', '.', '(' and ')'."
        raise AzureError(400, "InvalidDeploymentName", message)
    if not isinstance(template, dict):
        message = "The request content is missing a template: this emulator takes it from properties.template only."
        raise AzureError(400, "InvalidRequestContent", message)
    try:
        plan = read_template(template, given.get("parameters") or {}, _place(world, request))
    except TemplateError as error:
        message = f"Deployment template validation failed: '{error}'"
        raise AzureError(400, "InvalidTemplate", message) from error
    _check_types(world, name, plan)
    return plan


def _check_types(world: World, name: str, plan: Plan) -> None:
    unknown = [planned for planned in plan.resources if not _is_known(world, planned)]
    if unknown:
        message = (
            f"The template deployment '{name}' is not valid according to the validation procedure. See inner errors "
            "for details."
        )
        details = [
            {"code": "InvalidResourceType", "message": f"The emulator has no resource type '{planned.type}'."}
            for planned in unknown
        ]
        raise AzureError(400, "InvalidTemplateDeployment", message, details=details)


def _is_known(world: World, planned: Planned) -> bool:
    namespace, _, kind = planned.type.partition("/")
    provider = world.providers.find(namespace)
    return provider is not None and kind.lower() in {known.lower() for known in provider.resource_types}


def _place(world: World, request: Request) -> Place:
    group = world.resources.find(group_id(world, request["group"]))

    def reference(wanted: str, whole: bool) -> Any:
        made = world.resources.find(wanted)
        if made is None:
            raise TemplateError(f"The resource '{wanted}' that is referred to is not there.")
        return json.loads(json.dumps(made.document if whole else made.properties))

    own = subscription(world)
    return Place(
        subscription={key: own[key] for key in ("id", "subscriptionId", "tenantId", "displayName")},
        group=group.document if group else {},
        deployment={"name": request["name"], "properties": {}},
        reference=reference,
    )


def _step(planned: Planned) -> Step:
    return Step(planned, secrets.token_hex(8).upper(), str(uuid.uuid4()))


def _put(world: World, request: Request, wanted_id: str, api_version: str, body: Json) -> int:
    """Ask a resource's provider for it on behalf of the deployment's caller, as if the caller had asked."""
    content = json.dumps(body).encode()
    wanted = replace(
        request, method="PUT", path=wanted_id, query={"api-version": api_version}, body=content, parameters={}
    )
    check_management_access(world, wanted)
    found_route = DEPLOYABLE.find("PUT", wanted_id)
    if found_route is None:
        raise GatewayError(404, "InvalidResourceType", f"The emulator cannot deploy '{wanted_id}' by a template.")
    return found_route.handler(world, replace(wanted, parameters=found_route.parameters)).status


ROUTES = (
    Route("PUT", f"{DEPLOYMENTS}/{{name}}", put_deployment),
    Route("GET", f"{DEPLOYMENTS}/{{name}}", get_deployment),
    Route("HEAD", f"{DEPLOYMENTS}/{{name}}", head_deployment),
    Route("GET", DEPLOYMENTS, list_deployments),
    Route("POST", f"{DEPLOYMENTS}/{{name}}/validate", validate),
    Route("GET", f"{DEPLOYMENTS}/{{name}}/operationStatuses/{{operation}}", poll),
    *(
        route
        for address in (DEPLOYMENTS, WITHOUT_PROVIDER)
        for route in (
            Route("GET", f"{address}/{{name}}/operations", list_operations),
            Route("GET", f"{address}/{{name}}/operations/{{operation}}", get_operation),
        )
    ),
)
DEPLOYABLE = RouteTable(
    (
        *ROUTES,
        *locks.ROUTES,
        *role_assignments.ROUTES,
        *storage.ROUTES,
        *key_vault.ROUTES,
        *workspaces.ROUTES,
        *connections.ROUTES,
        *accounts.ROUTES,
        *deployments.ROUTES,
    )
)
"""The same handlers as a direct PUT's."""
