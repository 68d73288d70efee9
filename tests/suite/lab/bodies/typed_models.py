"""Holds a JSON body to a model class of one of Microsoft's packages, and reports everything that does not fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Literal

from tests.suite.lab.bodies.forms import Choice, Form, Many, Member, Plain, Record, Table, Typed
from tests.suite.lab.bodies.models import record_of, subtypes_of

Rule = Literal["unknown member", "missing", "read-only", "unknown value", "wrong type", "limit", "not needed"]

# The limits that the models in use set, by msrest's names: when one holds, and what it asks for.
LIMITS: Mapping[str, tuple[Callable[[Any, Any], bool], str]] = {
    "min_length": (lambda value, limit: len(value) >= limit, "a length of {} or more"),
    "max_length": (lambda value, limit: len(value) <= limit, "a length of {} or less"),
    "pattern": (lambda value, limit: re.search(limit, value) is not None, "a text like {}"),
    "minimum": (lambda value, limit: value >= limit, "{} or more"),
}


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a body; `path` is the member's, such as `properties.sku.name`, empty for the body itself."""

    rule: Rule
    path: str
    text: str

    def __str__(self) -> str:
        return f"{self.path or 'the body'}: {self.rule}: {self.text}"


@dataclass(frozen=True)
class Newer:
    """A member or a value that Azure has and the package does not know yet, its form, and what shows it."""

    path: str
    form: Form
    source: str


def problems(body: Any, model: type, newer: Sequence[Newer] = ()) -> list[Problem]:
    """Everything in a body that does not fit the model, but for what is known to be newer than the package.

    An entry of `newer` that excuses nothing is a problem too: a later package may have caught up.
    """
    found = list(_walk(body, Typed(model), ""))
    for entry in newer:
        rest = [problem for problem in found if not _excused(problem, entry)]
        if len(rest) == len(found):
            found.append(Problem("not needed", entry.path, "the package has nothing against it; take the entry out"))
        else:
            found = [*rest, *_walk(_value_at(body, entry.path), entry.form, entry.path)]
    return found


def _excused(problem: Problem, entry: Newer) -> bool:
    return problem.path == entry.path and problem.rule in ("unknown member", "unknown value")


def _value_at(body: Any, path: str) -> Any:
    return reduce(lambda value, name: value[name], path.split("."), body)


def _walk(value: Any, form: Form, path: str) -> Iterator[Problem]:
    if isinstance(form, Plain):
        yield from _plain(value, form, path)
    elif isinstance(form, Choice):
        yield from _choice(value, form, path)
    elif isinstance(form, Many):
        yield from _many(value, form, path)
    elif not isinstance(value, Mapping):
        yield _wrong_type(value, "an object", path)
    elif isinstance(form, Table):
        for name, inner in value.items():
            yield from _walk(inner, form.value, _joined(path, name))
    elif isinstance(form, Typed):
        yield from _typed(value, form.model, path)
    else:
        yield from _record(value, form, path)


def _plain(value: Any, form: Plain, path: str) -> Iterator[Problem]:
    # In Python True is a whole number; in JSON it is not.
    confused = isinstance(value, bool) and bool not in form.accepted
    if form.accepted and (confused or not isinstance(value, form.accepted)):
        yield _wrong_type(value, form.name, path)


def _choice(value: Any, form: Choice, path: str) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield _wrong_type(value, "a text", path)
    elif value not in form.values:
        yield Problem("unknown value", path, f"found {value!r}, expected one of {', '.join(form.values)}")


def _many(value: Any, form: Many, path: str) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield _wrong_type(value, "a list", path)
        return
    for position, item in enumerate(value):
        yield from _walk(item, form.item, f"{path}[{position}]")


def _typed(value: Mapping[str, Any], model: type, path: str) -> Iterator[Problem]:
    subtypes = subtypes_of(model)
    chosen = value.get(subtypes.member) if subtypes else None
    if subtypes is None or not isinstance(chosen, str):
        yield from _record(value, record_of(model), path)
    elif chosen in subtypes.models:
        yield from _typed(value, subtypes.models[chosen], path)
    else:
        yield from _choice(chosen, Choice(tuple(subtypes.models)), _joined(path, subtypes.member))
        yield from _record(value, record_of(model), path)


def _record(value: Mapping[str, Any], form: Record, path: str) -> Iterator[Problem]:
    for name in form.members:
        if form.members[name].required and name not in value:
            yield Problem("missing", _joined(path, name), "Azure asks for it")
    for name, inner in value.items():
        if name in form.members:
            yield from _member(inner, form.members[name], _joined(path, name))
        elif not form.open:
            yield Problem("unknown member", _joined(path, name), f"expected one of {', '.join(sorted(form.members))}")


def _member(value: Any, member: Member, path: str) -> Iterator[Problem]:
    if member.read_only:
        yield Problem("read-only", path, f"found {value!r}; only Azure sets it")
        return
    faults = list(_walk(value, member.form, path))
    yield from faults or (Problem("limit", path, text) for text in _beyond(value, member.limits))


def _beyond(value: Any, limits: Mapping[str, Any]) -> Iterator[str]:
    for name, limit in limits.items():
        if name not in LIMITS:
            raise TypeError(f"found limit {name!r} in a model, which is not known here; add it to {__name__}.LIMITS")
        holds, expected = LIMITS[name]
        if not holds(value, limit):
            yield f"found {value!r}, expected {expected.format(limit)}"


def _wrong_type(value: Any, expected: str, path: str) -> Problem:
    return Problem("wrong type", path, f"found {value!r}, expected {expected}")


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
