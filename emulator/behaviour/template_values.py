"""The values of a template's expressions: its parameters and variables, and where it is deployed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.behaviour.template_functions import PURE, group_resource_id, subscription_resource_id
from emulator.behaviour.template_syntax import Access, Call, Literal, Node, TemplateError, is_expression, parse

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """Where a template is deployed, as `subscription()`, `resourceGroup()` and `deployment()` tell it.

    `reference` gives the properties of a resource by its id, and the whole of it when asked to.
    """

    subscription: Mapping[str, Any]
    group: Mapping[str, Any]
    deployment: Mapping[str, Any]
    reference: Callable[[str, bool], Any]


@dataclass(frozen=True)
class Values:
    """Evaluates what a template says. Variables are looked at when they are used, so an unused one may be invalid."""

    place: Place
    parameters: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)

    def of(self, value: Any) -> Any:
        """A part of a template with all expressions in it replaced by their values."""
        if isinstance(value, str):
            if is_expression(value):
                return self._node(parse(value))
            return value[1:] if value.startswith("[[") else value
        if isinstance(value, list):
            return [self.of(item) for item in value]
        if isinstance(value, dict):
            return {self.of(key): self.of(item) for key, item in value.items()}
        return value

    def _node(self, node: Node) -> Any:
        if isinstance(node, Literal):
            return node.value
        if isinstance(node, Access):
            return _part(self._node(node.target), self._node(node.key))
        return self._call(node)

    def _call(self, call: Call) -> Any:
        name = call.name.lower()
        if name == "if":
            condition, then, otherwise = _exactly(call, 3)
            return self._node(then if self._node(condition) else otherwise)
        arguments = [self._node(argument) for argument in call.arguments]
        own = self._own(name)
        function = own or PURE.get(name)
        if function is None:
            raise TemplateError(f"The template function '{call.name}' is not valid.")
        try:
            return function(*arguments)
        except (TypeError, ValueError, IndexError, AttributeError) as error:
            raise TemplateError(f"Unable to evaluate template language function '{call.name}': {error}.") from error

    def _own(self, name: str) -> Callable[..., Any] | None:
        functions: dict[str, Callable[..., Any]] = {
            "parameters": lambda wanted: _named("parameter", self.parameters, wanted),
            "variables": lambda wanted: self.of(_named("variable", self.variables, wanted)),
            "subscription": lambda: dict(self.place.subscription),
            "resourcegroup": lambda: dict(self.place.group),
            "deployment": lambda: dict(self.place.deployment),
            "resourceid": self._resource_id,
            "subscriptionresourceid": self._subscription_resource_id,
            "reference": self._reference,
        }
        return functions.get(name)

    def _resource_id(self, *arguments: str) -> str:
        """`resourceId([subscription], [group], type, name...)`."""
        at = next((n for n, argument in enumerate(arguments) if "." in argument and "/" in argument), len(arguments))
        before = list(arguments[:at])
        subscription, group = str(self.place.subscription["subscriptionId"]), str(self.place.group["name"])
        if before and (at == 2 or _GUID.fullmatch(before[0])):
            subscription = before.pop(0)
        if before:
            group = before.pop(0)
        if before or at == len(arguments):
            raise TemplateError(f"Unable to evaluate template language function 'resourceId': {list(arguments)}.")
        return group_resource_id(subscription, group, arguments[at], *arguments[at + 1 :])

    def _subscription_resource_id(self, *arguments: str) -> str:
        own = str(self.place.subscription["subscriptionId"])
        subscription, *rest = arguments if "/" not in arguments[0] else (own, *arguments)
        return subscription_resource_id(subscription, *rest)

    def _reference(self, resource_id: str, api_version: str = "", full: str = "") -> Any:
        return self.place.reference(resource_id, full.lower() == "full")


def _exactly(call: Call, count: int) -> tuple[Node, ...]:
    if len(call.arguments) != count:
        raise TemplateError(f"The template function '{call.name}' takes {count} arguments.")
    return call.arguments


def _named(what: str, values: Mapping[str, Any], wanted: str) -> Any:
    for name in values:
        if name.lower() == wanted.lower():
            return values[name]
    raise TemplateError(f"The template {what} '{wanted}' is not found.")


def _part(target: Any, key: Any) -> Any:
    if isinstance(target, list) and isinstance(key, int) and -len(target) <= key < len(target):
        return target[key]
    if isinstance(target, dict):
        for name, value in target.items():
            if name.lower() == str(key).lower():
                return value
    raise TemplateError(f"The language expression property '{key}' can't be evaluated: there is none.")
