"""Environments that somebody else built, made of a healthy run by changing one thing in what a stage came to.

The same checks grade students. What no scenario can bring about, since the run's own stage would not let it pass, a
student's environment can still hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from tests.suite.scenarios.keeping import Results


def variants(results: Results) -> Iterator[tuple[str, Results]]:
    """The results with one member of one stage's value changed, and the name of what was changed."""
    for stage, value in results.items():
        for path, changed in _changed(value):
            yield f"{stage}.{path}", {**results, stage: changed}


def _changed(value: Any) -> Iterator[tuple[str, Any]]:
    """A value with each of its members, and theirs, in another form."""
    for field in fields(value) if is_dataclass(value) and not isinstance(value, type) else ():
        member = getattr(value, field.name)
        for other in _others(member):
            yield field.name, replace(value, **{field.name: other})
        for path, inner in _changed(member):
            yield f"{field.name}.{path}", replace(value, **{field.name: inner})


def _others(value: Any) -> Iterator[Any]:
    """What might be there in the place of a value."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield 0
    elif isinstance(value, str):
        yield "other"
    elif isinstance(value, Mapping):
        for name in value:
            yield {key: kept for key, kept in value.items() if key != name}
    elif is_dataclass(value):
        yield None
