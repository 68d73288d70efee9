"""An ARM template and its parameters: checked, and turned into the resources to make and the order to make them in.

What a template may hold: parameters, variables, outputs, conditions, dependsOn, scope, resources inside resources, and
deployments inside deployments. Not: copy loops, user-defined functions, linked templates, and the dependencies that
Azure finds in `reference`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from emulator.behaviour.template_form import check_resource, check_sections
from emulator.behaviour.template_functions import group_resource_id
from emulator.behaviour.template_parameters import read_parameters, shown_parameters
from emulator.behaviour.template_syntax import TemplateError
from emulator.behaviour.template_values import Place, Values

Json = dict[str, Any]

NESTED = "Microsoft.Resources/deployments"
NOT_IN_BODY = frozenset(
    {
        "apiVersion",
        "comments",
        "condition",
        "dependsOn",
        "name",
        "resourceGroup",
        "resources",
        "scope",
        "subscriptionId",
        "type",
    }
)


@dataclass(frozen=True)
class Planned:
    """A resource that a template makes. Its body is evaluated when its turn comes: it may refer to earlier ones."""

    id: str
    type: str
    api_version: str
    source: Json = field(repr=False)
    needs: frozenset[str] = frozenset()
    """The ids, in lower case, of those to be made before it."""

    @property
    def name(self) -> str:
        """The name as operations show it: a child's begins with its parent's."""
        kinds = self.type.count("/")
        return "/".join(self.id.split("/")[-2 * kinds + 1 :: 2])


@dataclass(frozen=True)
class Plan:
    """All that a deployment is going to do."""

    values: Values
    resources: tuple[Planned, ...]
    parameters: Json
    outputs: Json

    def body(self, planned: Planned) -> Json:
        """What is sent to the resource's provider; raises `TemplateError`."""
        is_own_scope = planned.type.lower() == NESTED.lower() and _evaluates_inside(planned.source)
        members = {key: value for key, value in planned.source.items() if key not in NOT_IN_BODY}
        if not is_own_scope:
            evaluated: Json = self.values.of(members)
            return evaluated
        given = members["properties"]
        properties = self.values.of({**given, "template": None})
        return {**members, "properties": {**properties, "template": given["template"]}}


def read_template(template: Json, given: Json, place: Place) -> Plan:
    """Read a template with `given`, its parameters as `{name: {"value": ...}}`; raises `TemplateError`."""
    check_sections(template, given)
    declared = template.get("parameters") or {}
    try:
        parameters = read_parameters(declared, given, place)
        values = Values(place, parameters, template.get("variables") or {})
        found = list(_resources(values, template.get("resources") or [], "", ""))
    except RecursionError as error:
        raise TemplateError("The template's parameters or variables refer to each other in a circle.") from error
    shown = shown_parameters(declared, parameters)
    return Plan(values, _ordered(found), shown, template.get("outputs") or {})


@dataclass(frozen=True)
class _Found:
    id: str
    type: str
    source: Json
    needs: tuple[str, ...]
    wanted: bool


def _resources(values: Values, sources: Any, parent_type: str, parent_name: str) -> Iterator[_Found]:
    if not isinstance(sources, list):
        raise TemplateError("The template's resources must be an array of objects.")
    for source in sources:
        check_resource(source)
        if "copy" in source:
            raise TemplateError("The emulator does not do copy loops.")
        resource_type = f"{parent_type}/{source['type']}" if parent_type else str(source["type"])
        own_name = str(values.of(source["name"]))
        name = f"{parent_name}/{own_name}" if parent_name else own_name
        wanted = bool(values.of(source.get("condition", True)))
        needs = tuple(str(values.of(item)) for item in source.get("dependsOn") or ())
        yield _Found(_id(values, source, resource_type, name), resource_type, source, needs, wanted)
        yield from _resources(values, source.get("resources") or [], resource_type, name)


def _id(values: Values, source: Json, resource_type: str, name: str) -> str:
    if resource_type.count("/") != len(name.split("/")):
        raise TemplateError(
            f"The template resource '{name}' for type '{resource_type}' has incorrect segment lengths: a nested "
            "resource type must have as many segments as its name."
        )
    subscription = values.of(source.get("subscriptionId")) or values.place.subscription["subscriptionId"]
    group = values.of(source.get("resourceGroup")) or values.place.group["name"]
    own = group_resource_id(str(subscription), str(group), resource_type, *name.split("/"))
    scope = values.of(source.get("scope"))
    return f"{scope.rstrip('/')}{own[own.index('/providers/') :]}" if isinstance(scope, str) else own


def _ordered(found: Sequence[_Found]) -> tuple[Planned, ...]:
    """The resources that are wanted. What depends on one that is not wanted does not wait for it."""
    wanted = [resource for resource in found if resource.wanted]
    _check_no_doubles(wanted)
    ids = {resource.id.lower(): resource for resource in (*found, *wanted)}
    planned = []
    for resource in wanted:
        needs = [_needed(ids, resource, need) for need in resource.needs]
        waits_for = frozenset(need.id.lower() for need in needs if need.wanted)
        version = str(resource.source.get("apiVersion", ""))
        planned.append(Planned(resource.id, resource.type, version, resource.source, waits_for))
    _check_no_circle(planned)
    return tuple(planned)


def _needed(ids: Mapping[str, _Found], resource: _Found, need: str) -> _Found:
    """`dependsOn` has an id, or a name alone when only one resource has it."""
    exact = ids.get(need.lower())
    if exact is not None:
        return exact
    named = [candidate for key, candidate in ids.items() if key.endswith(f"/{need.lower().rpartition('/')[2]}")]
    if "/subscriptions/" not in need.lower() and len(named) == 1:
        return named[0]
    raise TemplateError(f"The resource '{need}', which '{resource.id}' depends on, is not defined in the template.")


def _check_no_doubles(wanted: Sequence[_Found]) -> None:
    seen: set[str] = set()
    for resource in wanted:
        if resource.id.lower() in seen:
            raise TemplateError(f"Resource '{resource.id}' is defined multiple times in the template.")
        seen.add(resource.id.lower())


def _check_no_circle(planned: Sequence[Planned]) -> None:
    done: set[str] = set()
    left = list(planned)
    while left:
        ready = [resource for resource in left if resource.needs <= done]
        if not ready:
            raise TemplateError(f"Circular dependency detected on resource: '{left[0].id}'.")
        done |= {resource.id.lower() for resource in ready}
        left = [resource for resource in left if resource not in ready]


def _evaluates_inside(source: Json) -> bool:
    options = (source.get("properties") or {}).get("expressionEvaluationOptions") or {}
    return str(options.get("scope", "outer")).lower() == "inner"
