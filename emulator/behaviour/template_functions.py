"""The template functions that depend on nothing but their arguments (docs, azure-resource-manager/templates)."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import uuid
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from emulator.behaviour.template_syntax import TemplateError

UNIQUE_CHARACTERS = 13
_PLACEHOLDER = re.compile(r"\{(\d+)\}")


def concat(*values: Any) -> Any:
    """Strings joined, or arrays one after another."""
    if values and all(isinstance(value, list) for value in values):
        return [item for value in values for item in value]
    return "".join(text_of(value) for value in values)


def unique_string(*values: str) -> str:
    """13 letters and digits, the same for the same values. Azure's own algorithm is not public; this is another."""
    digest = hashlib.sha256("-".join(values).encode()).digest()
    return base64.b32encode(digest).decode().lower()[:UNIQUE_CHARACTERS]


def guid(*values: str) -> str:
    """A UUID of version 5, the same for the same values."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "-".join(values)))


def equals(one: Any, other: Any) -> bool:
    """Equal and of one type: in a template, `true` is not 1."""
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def contains(container: Any, wanted: Any) -> bool:
    """Whether a text has a part, an array an item or an object a member (without regard to case)."""
    if isinstance(container, dict):
        return str(wanted).lower() in {key.lower() for key in container}
    return wanted in container


def union(*values: Any) -> Any:
    """Objects merged, or arrays joined without doubles."""
    if all(isinstance(value, dict) for value in values):
        return {key: item for value in values for key, item in value.items()}
    merged: list[Any] = []
    for item in (item for value in values for item in value):
        if item not in merged:
            merged.append(item)
    return merged


def create_object(*pairs: Any) -> dict[str, Any]:
    """An object of names and values that take turns."""
    return dict(zip(pairs[::2], pairs[1::2], strict=True))


def text_of(value: Any) -> str:
    """A value as `string()` writes it."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def formatted(pattern: str, *values: Any) -> str:
    """`{0}` and so on filled in."""
    return _PLACEHOLDER.sub(lambda match: text_of(values[int(match[1])]), pattern)


def subscription_resource_id(subscription: str, resource_type: str, *names: str) -> str:
    """The id of a resource that is directly under a subscription."""
    return f"/subscriptions/{subscription}/providers/{_path(resource_type, names)}"


def group_resource_id(subscription: str, group: str, resource_type: str, *names: str) -> str:
    """The id of a resource in a group."""
    return f"/subscriptions/{subscription}/resourceGroups/{group}/providers/{_path(resource_type, names)}"


def _path(resource_type: str, names: tuple[str, ...]) -> str:
    provider, *kinds = resource_type.split("/")
    if len(kinds) != len(names):
        raise TemplateError(
            f"Unable to evaluate template language function 'resourceId': the type '{resource_type}' needs "
            f"{len(kinds)} name(s), and {len(names)} were given."
        )
    return "/".join((provider, *(f"{kind}/{name}" for kind, name in zip(kinds, names, strict=True))))


PURE: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "and": lambda *values: all(values),
        "array": lambda value: value if isinstance(value, list) else [value],
        "base64": lambda text: base64.b64encode(text.encode()).decode(),
        "bool": lambda value: str(value).lower() in {"true", "1"},
        "concat": concat,
        "contains": contains,
        "createarray": lambda *values: list(values),
        "createobject": create_object,
        "empty": lambda value: value is None or len(value) == 0,
        "endswith": lambda text, end: text.lower().endswith(end.lower()),
        "equals": equals,
        "false": lambda: False,
        "first": lambda value: value[0],
        "format": formatted,
        "greater": lambda one, other: one > other,
        "guid": guid,
        "int": int,
        "json": json.loads,
        "last": lambda value: value[-1],
        "length": len,
        "less": lambda one, other: one < other,
        "newguid": lambda: str(uuid.uuid4()),
        "not": lambda value: not value,
        "null": lambda: None,
        "or": lambda *values: any(values),
        "replace": lambda text, old, new: text.replace(old, new),
        "split": lambda text, separator: text.split(separator),
        "startswith": lambda text, begin: text.lower().startswith(begin.lower()),
        "string": text_of,
        "substring": lambda text, start, length=None: text[start:][:length],
        "take": lambda value, count: value[: max(0, count)],
        "tolower": lambda text: text.lower(),
        "toupper": lambda text: text.upper(),
        "trim": lambda text: text.strip(),
        "true": lambda: True,
        "union": union,
        "uniquestring": unique_string,
    }
)
