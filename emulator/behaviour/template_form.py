"""The form that a template must have before anything in it is evaluated."""

from __future__ import annotations

from typing import Any

from emulator.behaviour.template_syntax import TemplateError

Json = dict[str, Any]


def check_sections(template: Json, given: Any) -> None:
    """Raise `TemplateError` unless parameters, variables and outputs are objects, the first and last of objects."""
    _check_object(given, "The deployment's parameters")
    for name, value in given.items():
        _check_object(value, f"'{name}' of the deployment's parameters")
    for section in ("parameters", "variables", "outputs"):
        _check_object(template.get(section) or {}, f"The template's {section}")
    for section in ("parameters", "outputs"):
        for name, declared in (template.get(section) or {}).items():
            what = f"'{name}' of the template's {section}"
            _check_object(declared, what)
            if not isinstance(declared.get("type"), str):
                raise TemplateError(f"{what} must have a type, in quotes.")


def check_resource(source: Any) -> None:
    """Raise `TemplateError` unless a resource is an object with a type and a name, and its parts are of their kinds."""
    _check_object(source, "Each of the template's resources")
    for member in ("type", "name"):
        if not isinstance(source.get(member), str) or not source[member]:
            raise TemplateError(f"The template resource {source!r} must have the member '{member}', in quotes.")
    what = f"of the template resource '{source['name']}'"
    if not isinstance(source.get("dependsOn") or [], list):
        raise TemplateError(f"The member 'dependsOn' {what} must be an array.")
    properties = source.get("properties") or {}
    if isinstance(properties, dict):
        _check_object(properties.get("expressionEvaluationOptions") or {}, f"'expressionEvaluationOptions' {what}")


def _check_object(value: Any, what: str) -> None:
    if not isinstance(value, dict):
        raise TemplateError(f"{what} must be an object; it is {value!r}.")
