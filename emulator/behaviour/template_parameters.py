"""The parameters of a template: what is declared, what is given, and what follows from the defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.behaviour.template_syntax import TemplateError
from emulator.behaviour.template_values import Place, Values

Json = dict[str, Any]

TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "securestring": (str,),
    "int": (int,),
    "bool": (bool,),
    "object": (dict,),
    "secureobject": (dict,),
    "array": (list,),
}
TITLES = {"securestring": "SecureString", "secureobject": "SecureObject"}


class Parameters(Mapping[str, Any]):
    """Values by name. A default is evaluated when it is asked for: it may refer to a parameter that comes later."""

    def __init__(self, declared: Json, given: Mapping[str, Any], place: Place) -> None:
        self._declared = declared
        self._values = dict(given)
        self._place = place

    def __getitem__(self, name: str) -> Any:
        if name not in self._values:
            self._values[name] = Values(self._place, self).of(self._declared[name]["defaultValue"])
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._declared)

    def __len__(self) -> int:
        return len(self._declared)


def read_parameters(declared: Json, given: Json, place: Place) -> Parameters:
    """The value of every parameter; raises `TemplateError` with all that is wrong with them.

    One that is given without a value counts as not given: azure-ai-ml sends many like that.
    """
    names = {name.lower(): name for name in declared}
    problems = [
        f"The template parameter '{name}' is not in the template, and so cannot be given a value."
        for name in given
        if name.lower() not in names
    ]
    sent = {
        names[name.lower()]: spec["value"]
        for name, spec in given.items()
        if name.lower() in names and spec.get("value") is not None
    }
    problems += [
        f"The value for the template parameter '{name}' is not provided."
        for name, spec in declared.items()
        if name not in sent and "defaultValue" not in spec
    ]
    if problems:
        raise TemplateError(" ".join(problems))
    parameters = Parameters(declared, sent, place)
    problems = [problem for name, spec in declared.items() for problem in _problems_with(name, spec, parameters[name])]
    if problems:
        raise TemplateError(" ".join(problems))
    return parameters


def shown_parameters(declared: Json, parameters: Parameters) -> Json:
    """As a deployment shows them: the type and, unless it is a secret, the value."""
    return {name: _shown(str(spec["type"]).lower(), parameters[name]) for name, spec in declared.items()}


def _shown(kind: str, value: Any) -> Json:
    if kind in TITLES:
        return {"type": TITLES[kind]}
    return {"type": kind.title(), "value": value}


def _problems_with(name: str, spec: Json, value: Any) -> Iterator[str]:
    kinds = TYPES.get(str(spec.get("type")).lower())
    if kinds is None:
        yield f"The template parameter '{name}' has type '{spec.get('type')}', expected one of {', '.join(TYPES)}."
    elif not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        yield f"The template parameter '{name}' is of type '{type(value).__name__}', expected '{spec['type']}'."
    elif spec.get("allowedValues") and value not in spec["allowedValues"]:
        allowed = ",".join(str(item) for item in spec["allowedValues"])
        yield (
            f"The provided value '{value}' for the template parameter '{name}' is not valid. The value is not part of "
            f"the allowed value(s): '{allowed}'."
        )
