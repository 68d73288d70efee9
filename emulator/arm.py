"""What the handlers of the management plane have in common: ids, look-ups, lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from emulator.behaviour.catalog import region_name
from emulator.errors import AzureError, GatewayError, resource_not_found
from emulator.state.resources import Resource
from emulator.wire import Json, Reply, Request

if TYPE_CHECKING:
    from emulator.world import World

GROUP = "/subscriptions/{subscription}/resourceGroups/{group}"
SUBSCRIPTION = "/subscriptions/{subscription}"


def group_id(world: World, name: str) -> str:
    """A group's id, with its name as it was created when it is there."""
    asked = f"{world.subscription}/resourceGroups/{name}"
    group = world.resources.find(asked)
    return group.id if group else asked


def resource_id(world: World, request: Request, resource_type: str, *names: str) -> str:
    """The id of a resource in the request's group: names take turns with the type's parts after the provider."""
    provider, *kinds = resource_type.split("/")
    path = "/".join(f"{kind}/{name}" for kind, name in zip(kinds, names, strict=True))
    return f"{group_id(world, request['group'])}/providers/{provider}/{path}"


def found(world: World, request: Request, resource_type: str, *names: str) -> Resource:
    """The resource asked for; raises the gateway's 404."""
    resource = world.resources.find(resource_id(world, request, resource_type, *names))
    if resource is None:
        path = resource_id(world, request, resource_type, *names).partition("/providers/")[2]
        raise resource_not_found(path, request["group"])
    return resource


def listed(resources: Iterable[Resource]) -> Reply:
    """A list answer with every member's whole document."""
    return Reply(document={"value": [resource.document for resource in resources]})


def required_location(body: Json) -> str:
    """The location of a resource to be made; raises 400 without one."""
    location = body.get("location")
    if not isinstance(location, str) or not location.strip():
        raise AzureError(400, "LocationRequired", "The location property is required for this definition.")
    return location


def required_region(world: World, body: Json, resource_type: str) -> str:
    """The region of a resource to be made, in the catalog's form; raises 400 for one that Azure does not have."""
    location = required_location(body)
    if not world.catalog.is_region(region_name(location)):
        raise no_such_location(location, resource_type, world.catalog.all_regions)
    return region_name(location)


def no_such_location(location: str, resource_type: str, known: Iterable[str]) -> GatewayError:
    """The gateway's answer to a location where resources of a type cannot be made."""
    message = (
        f"The provided location '{location}' is not available for resource type '{resource_type}'. List of available "
        f"regions for the resource type is '{','.join(known)}'."
    )
    return GatewayError(400, "LocationNotAvailableForResourceType", message)
