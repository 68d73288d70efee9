"""What a JSON value may look like: the one form that both generations of Microsoft's models are read as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Plain:
    """A value that is not made of others; `accepted` are its Python types, none of them for anything at all."""

    name: str
    accepted: tuple[type, ...] = ()


@dataclass(frozen=True)
class Choice:
    """One of these texts, in exactly this case.

    Azure is seen to take some in any case (a connection's category, ml_connection_azure_openai_aad.json) but answers in
    its own, so ours are written as Azure writes them.
    """

    values: tuple[str, ...]


@dataclass(frozen=True)
class Many:
    """A list."""

    item: Form


@dataclass(frozen=True)
class Table:
    """An object with names of the sender's own choice, such as tags."""

    value: Form


@dataclass(frozen=True)
class Typed:
    """An object described by a model class, which is read when it is met: models refer to each other in circles."""

    model: type


@dataclass(frozen=True)
class Record:
    """An object with these members; an `open` one may have others too."""

    members: Mapping[str, Member]
    open: bool = False


Form = Plain | Choice | Many | Table | Typed | Record


@dataclass(frozen=True)
class Member:
    """A member of an object; `limits` by msrest's names, such as `max_length`."""

    form: Form
    required: bool = False
    read_only: bool = False
    limits: Mapping[str, Any] = field(default_factory=dict)


TEXT = Plain("a text", (str,))
TRUE_OR_FALSE = Plain("true or false", (bool,))
WHOLE_NUMBER = Plain("a whole number", (int,))
NUMBER = Plain("a number", (int, float))
ANYTHING = Plain("anything")
