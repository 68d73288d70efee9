"""Where one shape differs from another: every place, not only the first."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from tests.suite.conformance.shape import ANY, MODEL, Shape

CUT = "_trimmed"
STATEFUL = ("value", "data")
"""Lists whose being empty or not is part of the state: elsewhere an empty list only has no elements to compare."""


class Cut(str, Enum):
    """What was cut from an answer on the way to the recording."""

    NOTHING = "nothing"
    ELEMENTS = "elements"
    """Elements of its list; each that was kept is whole."""
    ANYTHING = "anything"
    """Members too."""


@dataclass(frozen=True)
class Difference:
    """One place where the emulator's answer is not Azure's."""

    path: str
    azure: str
    emulator: str

    def __str__(self) -> str:
        return f"{self.path}: Azure has {self.azure}, the emulator {self.emulator}"


def is_never_meant(difference: Difference) -> bool:
    """For comparisons that know of no deliberate differences."""
    return False


@dataclass(frozen=True)
class Comparison:
    """Holds an emulator's shape to Azure's.

    What was cut from Azure's proves nothing by being absent. Of several elements of a list that one may be meant to be
    like, that one is taken which leaves the fewest differences that are not deliberate.
    """

    cut: Cut = Cut.NOTHING
    is_meant: Callable[[Difference], bool] = is_never_meant

    def differences(self, azure: Shape, emulator: Shape, path: str) -> Iterator[Difference]:
        """What differs under `path`."""
        if azure == ANY:
            if not isinstance(emulator, str):
                yield Difference(path, "a string", short(emulator))
        elif isinstance(azure, dict) and isinstance(emulator, dict):
            yield from self._of_objects(azure, emulator, path)
        elif isinstance(azure, list) and isinstance(emulator, list):
            yield from self._of_lists(azure, emulator, path)
        elif azure != emulator:
            yield Difference(path, short(azure), short(emulator))

    def _of_objects(self, azure: Shape, emulator: Shape, path: str) -> Iterator[Difference]:
        for name in azure:
            if name == CUT:
                continue
            here = f"{path}.{name}"
            if name in emulator:
                yield from self._under(azure, name).differences(azure[name], emulator[name], here)
            else:
                yield Difference(here, short(azure[name]), "no such member")
        if self.cut is not Cut.ANYTHING:
            for name in emulator:
                if name not in azure:
                    yield Difference(f"{path}.{name}", "no such member", short(emulator[name]))

    def _of_lists(self, azure: list[Shape], emulator: list[Shape], path: str) -> Iterator[Difference]:
        if not azure or not emulator:
            is_state = path.rpartition(".")[2] in STATEFUL
            if is_state and azure != emulator and (azure or self.cut is Cut.NOTHING):
                yield Difference(path, short(azure), short(emulator))
            return
        below = self if self.cut is Cut.ANYTHING else self._with(Cut.NOTHING)
        seen: set[Difference] = set()
        for element in azure:
            seen.update(below._of_element(element, emulator, path))
        if self.cut is Cut.NOTHING:
            for element in emulator:
                seen.update(below._of_surplus(element, azure, path))
        yield from sorted(seen, key=lambda difference: difference.path)

    def _of_element(self, element: Shape, others: list[Shape], path: str) -> list[Difference]:
        """What Azure's element has against the emulator's most like it: of its own name, or any if it is a model."""
        here = f"{path}[{_label(element)}]"
        candidates = _namesakes(element, others) or (others if _model(element) else [])
        if not candidates:
            return [Difference(here, short(element), "none")]
        return self._fewest(list(self.differences(element, other, here)) for other in candidates)

    def _of_surplus(self, element: Shape, azure: list[Shape], path: str) -> list[Difference]:
        """What an element of the emulator's has against Azure's most like it."""
        here = f"{path}[{_label(element)}]"
        candidates = _namesakes(element, azure)
        if not candidates:
            return [Difference(here, "none", short(element))]
        return self._fewest(list(self.differences(other, element, here)) for other in candidates)

    def _fewest(self, found: Iterator[list[Difference]]) -> list[Difference]:
        return min(found, key=lambda each: (sum(not self.is_meant(one) for one in each), len(each)))

    def _under(self, azure: Shape, name: str) -> Comparison:
        """The comparison of a member: a mark in an object means the lists in it."""
        if self.cut is Cut.ANYTHING:
            return self
        if not isinstance(azure[name], list):
            return self._with(Cut.NOTHING)
        return self._with(Cut.ELEMENTS) if CUT in azure else self

    def _with(self, cut: Cut) -> Comparison:
        return replace(self, cut=cut)


def short(shape: Any) -> str:
    """A shape on a few characters, for a message."""
    text = shape if isinstance(shape, str) else json.dumps(shape)
    return text if len(text) <= 100 else f"{text[:97]}..."


def _namesakes(element: Shape, others: list[Shape]) -> list[Shape]:
    """The elements that may be the same one: those with its name or without one; all, if it has none."""
    label = _label(element)
    return [other for other in others if not label or _label(other) in ("", label)]


def _label(element: Shape) -> str:
    """What an element of a list is called, where that is a word of the contract or a public name."""
    if not isinstance(element, dict):
        return ""
    model = _model(element)
    if model:
        return f"{model['name'][1:]} {model['version'][1:]}"
    for member in ("key", "name"):
        name = element.get(member)
        if isinstance(name, str) and name.startswith("="):
            return name[1:]
    return ""


def _model(element: Shape) -> Shape:
    """The part of a list's element that names a base model: itself or its `model`; None in other lists."""
    for part in (element, element.get("model") if isinstance(element, dict) else None):
        if isinstance(part, dict) and part.keys() >= MODEL and str(part["version"]).startswith("="):
            return part
    return None
