"""Resource groups, and what is in them (recordings resource_group.json, resources_in_group.json)."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from emulator import addresses
from emulator.arm import GROUP, SUBSCRIPTION, group_id, required_location
from emulator.behaviour.catalog import region_name
from emulator.errors import AzureError, GatewayError
from emulator.routing import Route
from emulator.state.removal import remove_group
from emulator.state.resources import Resource
from emulator.state.template_deployment import TemplateDeployment
from emulator.wire import Json, Reply, Request

if TYPE_CHECKING:
    from emulator.state.operations import Operation
    from emulator.world import World

GROUP_TYPE = "Microsoft.Resources/resourceGroups"
TRACKED_PARTS = 8
"""Resources of one level have 8 parts in their id; deeper ones, such as deployments, are not listed."""

NEITHER_TYPE_NOR_EMPTY_TAGS = "2016-09-01"
"""The newest api-version known to show a group without them."""

_NAME = re.compile(r"[-\w.()]{1,90}(?<!\.)")
_BY_TAG = re.compile(r"tagname eq '(?P<name>[^']*)'(?: and tagvalue eq '(?P<value>[^']*)')?", re.IGNORECASE)
_BY_TYPE = re.compile(r"resourcetype eq '(?P<type>[^']*)'", re.IGNORECASE)
_OR = re.compile(r"\s+or\s+", re.IGNORECASE)


def put_group(world: World, request: Request) -> Reply:
    """Create a group, 201, or change it, 200: at once and without an operation."""
    body = request.json()
    name = request["group"]
    if not _NAME.fullmatch(name):
        raise GatewayError(
            400,
            "InvalidResourceGroup",
            f"The provided resource group name '{name}' has these invalid characters or ends with a period: "
            "use up to 90 letters, digits, '-', '_', '(', ')' and '.'.",
        )
    location = region_name(required_location(body))
    if not world.catalog.is_region(location):
        message = (
            f"The provided location '{location}' is not available for resource group. List of available regions is "
            f"'{','.join(world.catalog.all_regions)}'."
        )
        raise GatewayError(400, "LocationNotAvailableForResourceGroup", message)
    there = world.resources.find(group_id(world, name))
    if there is not None and there.location != location:
        raise GatewayError(
            409,
            "InvalidResourceGroupLocation",
            f"Invalid resource group location '{location}'. The resource group already exists in location "
            f"'{there.location}'.",
        )
    resource_id = group_id(world, name)
    document: Json = {
        "id": resource_id,
        "name": resource_id.rpartition("/")[2],
        "type": GROUP_TYPE,
        "location": location,
    }
    if "managedBy" in body:
        document["managedBy"] = body["managedBy"]
    document["tags"] = body.get("tags") or {}
    document["properties"] = {"provisioningState": "Succeeded"}
    if there is not None:
        there.document = document
    else:
        world.resources.add(Resource(resource_id, document))
    return Reply(200 if there else 201, _shown(document, request))


def patch_group(world: World, request: Request) -> Reply:
    """Change a group's tags."""
    group = _found(world, request)
    group.document["tags"] = request.json().get("tags", group.document["tags"])
    return Reply(document=_shown(group.document, request))


def get_group(world: World, request: Request) -> Reply:
    """One group."""
    return Reply(document=_shown(_found(world, request).document, request))


def head_group(world: World, request: Request) -> Reply:
    """Whether a group is there: 204 or 404."""
    _found(world, request)
    return Reply(204)


def list_groups(world: World, request: Request) -> Reply:
    """All groups, or those with a tag: `$filter=tagName eq 'x' and tagValue eq 'y'`."""
    groups = world.resources.of_type(GROUP_TYPE)
    wanted = request.query.get("$filter", "").strip()
    if wanted:
        by_tag = _BY_TAG.fullmatch(wanted)
        if by_tag is None:
            raise _not_understood(wanted)
        groups = [group for group in groups if _has_tag(group, by_tag["name"], by_tag["value"])]
    return Reply(document={"value": [_shown(group.document, request) for group in groups]})


def delete_group(world: World, request: Request) -> Reply:
    """202 with a Location and nothing else to read: when the poll answers 200, the group is gone."""
    group = _found(world, request)
    operation = world.operations.under_way(group.id)
    if operation is None:
        group.become("Deleting")
        name = addresses.job_id(group.name, group.location, world.now)
        operation = world.start_operation("InProgress", group.id, name=name)
        world.after(world.durations.group_delete, partial(_finish_delete, world, group, operation))
    return _still_deleting(world, request, operation)


def poll_delete(world: World, request: Request) -> Reply:
    """202 while a group is being deleted, 200 without a body when it is gone: the status code is the state."""
    operation = world.operations.find(request["operation"])
    if operation is None:
        raise GatewayError(404, "InvalidOperationId", f"The operation '{request['operation']}' was not found.")
    return Reply(200) if operation.is_done else _still_deleting(world, request, operation)


def list_resources(world: World, request: Request) -> Reply:
    """What is in a group, or in the subscription: no properties, so it does not say whether a thing works.

    `$filter` is a tag's name, or its name and value, or resource types with `or` between them; a tag and a type do not
    go together, as with Azure (Microsoft's reference of Resources - List).
    """
    scope = _found(world, request).id if "group" in request.parameters else ""
    resources = [r for r in world.resources.below(scope or world.subscription) if _is_tracked(r)]
    wanted = request.query.get("$filter", "").strip()
    if wanted:
        resources = _filtered(resources, wanted)
    return Reply(document={"value": [_listed(resource) for resource in resources]})


def _filtered(resources: list[Resource], wanted: str) -> list[Resource]:
    by_tag = _BY_TAG.fullmatch(wanted)
    if by_tag is not None:
        return [resource for resource in resources if _has_tag(resource, by_tag["name"], by_tag["value"])]
    types = [_BY_TYPE.fullmatch(part) for part in _OR.split(wanted)]
    named = {by_type["type"].lower() for by_type in types if by_type is not None}
    if None in types:
        raise _not_understood(wanted)
    return [resource for resource in resources if resource.type.lower() in named]


def _not_understood(wanted: str) -> AzureError:
    return AzureError(400, "InvalidFilterInQueryString", f"Invalid $filter '{wanted}' specified in the query string.")


def _is_tracked(resource: Resource) -> bool:
    """Deployments of templates are in no list of resources, though their ids look like it."""
    return len(resource.id.split("/")) == TRACKED_PARTS + 1 and not isinstance(resource, TemplateDeployment)


def _found(world: World, request: Request) -> Resource:
    group = world.resources.find(group_id(world, request["group"]))
    if group is None:
        raise GatewayError(404, "ResourceGroupNotFound", f"Resource group '{request['group']}' could not be found.")
    return group


def _shown(group: Json, request: Request) -> Json:
    """A group as the request's api-version shows it (recording cogsvc_custom_domain_group_delete.json)."""
    if request.api_version > NEITHER_TYPE_NOR_EMPTY_TAGS:
        return group
    return {key: value for key, value in group.items() if key != "type" and (key != "tags" or value)}


def _has_tag(resource: Resource, name: str, value: str | None) -> bool:
    tags = {key.lower(): text for key, text in (resource.document.get("tags") or {}).items()}
    return name.lower() in tags and value in (None, tags[name.lower()])


def _still_deleting(world: World, request: Request, operation: Operation) -> Reply:
    path = f"{world.subscription}/operationresults/{operation.name}"
    location = world.addresses.operation(path, world.now, api_version=request.api_version)
    return Reply(202, headers={"Location": location, **world.retry_after(world.durations.group_retry_after)})


def _finish_delete(world: World, group: Resource, operation: Operation) -> None:
    remove_group(world, group)
    operation.finish(world.now)


def _listed(resource: Resource) -> Json:
    members = ("id", "name", "type", "sku", "kind", "managedBy", "location", "identity", "tags")
    return {key: resource.document[key] for key in members if resource.document.get(key) is not None}


ROUTES = (
    Route("GET", f"{SUBSCRIPTION}/resourcegroups", list_groups),
    Route("PUT", GROUP, put_group),
    Route("PATCH", GROUP, patch_group),
    Route("GET", GROUP, get_group),
    Route("HEAD", GROUP, head_group),
    Route("DELETE", GROUP, delete_group),
    Route("GET", f"{GROUP}/resources", list_resources),
    Route("GET", f"{SUBSCRIPTION}/resources", list_resources),
    Route("GET", f"{SUBSCRIPTION}/operationresults/{{operation}}", poll_delete),
)
