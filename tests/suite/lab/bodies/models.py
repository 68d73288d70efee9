"""Reads the model classes of Microsoft's management packages: which members a body has, and which of them may be sent.

Two generations of generated code are in use, and neither says it in public attributes. The older one (msrest's:
cognitiveservices, authorization, machinelearningservices) has `_attribute_map`, `_validation` and `_subtype_map`, and
names an enum only in the signature of `__init__`. The newer one (storage, keyvault, resource) has a rest field for each
annotated attribute, with the operations in which it is visible, and `__mapping__` for subtypes.
"""

from __future__ import annotations

import datetime
import decimal
import importlib
import inspect
import re
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from tests.suite.lab.bodies.forms import (
    ANYTHING,
    NUMBER,
    TEXT,
    TRUE_OR_FALSE,
    WHOLE_NUMBER,
    Choice,
    Form,
    Many,
    Member,
    Plain,
    Record,
    Table,
    Typed,
)

OLDER_TYPES: Mapping[str, Plain] = {
    **dict.fromkeys(("str", "iso-8601", "rfc-1123", "date", "time", "duration", "base64", "bytearray"), TEXT),
    "bool": TRUE_OR_FALSE,
    **dict.fromkeys(("int", "long", "unix-time"), WHOLE_NUMBER),
    **dict.fromkeys(("float", "decimal"), NUMBER),
    "object": ANYTHING,
}
NEWER_TYPES: Mapping[Any, Plain] = {
    **dict.fromkeys((str, bytes, datetime.datetime, datetime.date, datetime.time, datetime.timedelta), TEXT),
    bool: TRUE_OR_FALSE,
    int: WHOLE_NUMBER,
    **dict.fromkeys((float, decimal.Decimal), NUMBER),
    **dict.fromkeys((Any, object), ANYTHING),
}


@dataclass(frozen=True)
class Subtypes:
    """The subtypes of a model: the member whose value chooses one, and the model for each value."""

    member: str
    models: Mapping[str, type]


def record_of(model: type) -> Record:
    """The members of a model class; raises `TypeError` for a class, or a type in it, that is of neither generation."""
    if hasattr(model, "_attribute_map"):
        return _older_record(model)
    if getattr(model, "_is_model", False):
        return _newer_record(model)
    raise TypeError(f"{model.__qualname__}: found neither _attribute_map nor rest fields, expected a generated model")


def subtypes_of(model: Any) -> Subtypes | None:
    """The subtypes of a model class, None when it has none of its own."""
    if older := vars(model).get("_subtype_map"):
        ((attribute, names),) = older.items()
        key = model._attribute_map[attribute]["key"]
        return Subtypes(key, {value: getattr(_models_of(model), name) for value, name in names.items()})
    if newer := vars(model).get("__mapping__"):
        fields = _rest_fields(model)
        key = next(_rest_name(name, field) for name, field in fields.items() if field._is_discriminator)
        return Subtypes(key, {str(getattr(value, "value", value)): subtype for value, subtype in newer.items()})
    return None


def _models_of(model: type) -> types.ModuleType:
    return importlib.import_module(model.__module__.rpartition(".")[0])


def _older_record(model: Any) -> Record:
    members = []
    for attribute, described in model._attribute_map.items():
        rules = dict(model._validation.get(attribute, {}))
        form = _older_form(described["type"], _enum_in_signature(model, attribute), _models_of(model))
        member = Member(form, rules.pop("required", False), rules.pop("readonly", False), rules)
        members.append((re.split(r"(?<!\\)\.", described["key"]), member))
    return _unflattened(members)


def _unflattened(members: Iterable[tuple[list[str], Member]]) -> Record:
    """The older models write members of `properties` beside the others, under keys such as `properties.target`."""
    groups: dict[str, list[tuple[list[str], Member]]] = {}
    for (head, *rest), member in members:
        groups.setdefault(head.replace("\\.", "."), []).append((rest, member))
    is_open = groups.pop("", None) is not None
    return Record({name: _unflattened_member(group) for name, group in groups.items()}, is_open)


def _unflattened_member(group: list[tuple[list[str], Member]]) -> Member:
    rest, member = group[0]
    if not rest:
        return member
    needed = any(inner.required for _, inner in group)
    return Member(_unflattened(group), needed, all(inner.read_only for _, inner in group))


def _older_form(described: str, enum: type[Enum] | None, models: types.ModuleType) -> Form:
    if described.startswith("["):
        return Many(_older_form(described[1:-1], enum, models))
    if described.startswith("{"):
        return Table(_older_form(described[1:-1], enum, models))
    if enum is not None:
        return _choice(enum)
    return OLDER_TYPES[described] if described in OLDER_TYPES else Typed(getattr(models, described))


def _enum_in_signature(model: Any, attribute: str) -> type[Enum] | None:
    parameter = inspect.signature(model.__init__).parameters.get(attribute)
    named = re.search(r"_models\.(\w+)", repr(parameter.annotation)) if parameter else None
    found = getattr(_models_of(model), named[1]) if named else None
    return found if isinstance(found, type) and issubclass(found, Enum) else None


def _newer_record(model: type) -> Record:
    hints = typing.get_type_hints(model, localns={"_models": _models_of(model)})
    members = {}
    for name, field in _rest_fields(model).items():
        optional = type(None) in typing.get_args(hints[name])
        # No list at all means that the member is visible everywhere.
        read_only = field._visibility is not None and not {"create", "update"} & set(field._visibility)
        member = Member(_newer_form(hints[name], _models_of(model)), not optional and not read_only, read_only)
        members[_rest_name(name, field)] = member
    return Record(members)


def _rest_fields(model: type) -> dict[str, Any]:
    # Read from the classes themselves: a rest field got through its class looks for an instance.
    in_order = (vars(base).items() for base in reversed(model.__mro__))
    return {name: value for members in in_order for name, value in members if hasattr(value, "_rest_name_input")}


def _rest_name(attribute: str, field: Any) -> str:
    return str(field._rest_name_input or attribute)


def _newer_form(hint: Any, models: types.ModuleType) -> Form:
    if hint in NEWER_TYPES:
        return NEWER_TYPES[hint]
    if isinstance(hint, str):  # Python 3.10 leaves a name within `list[...]` unread.
        return _newer_form(getattr(models, hint.removeprefix("_models.")), models)
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _newer_form(_only_type(inner), models)
    if origin is typing.Literal:
        return Choice(tuple(str(getattr(value, "value", value)) for value in inner))
    if origin is list:
        return Many(_newer_form(inner[0], models))
    if origin is dict:
        return Table(_newer_form(inner[1], models))
    if origin is None and isinstance(hint, type):
        return _choice(hint) if issubclass(hint, Enum) else Typed(hint)
    raise TypeError(f"found type {hint!r} in a model, which is not known here; add it to {__name__}.NEWER_TYPES")


def _only_type(union: tuple[Any, ...]) -> Any:
    parts = [part for part in union if part is not type(None)]
    # An enum is written beside `str`, so that values newer than the package can be sent: not by us.
    known = [part for part in parts if part is not str] if len(parts) > 1 else parts
    if len(known) != 1:
        raise TypeError(f"found a union of {parts!r} in a model, expected one type, or texts and one enum")
    return known[0]


def _choice(enum: type[Enum]) -> Choice:
    return Choice(tuple(str(member.value) for member in enum))
