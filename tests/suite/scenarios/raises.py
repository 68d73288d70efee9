"""Which of the places where the lab library gives a step up are reached by some scenario."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.suite.projects import ROOT
from tests.suite.scenarios.keeping import Fault, Place, Results

KINDS = ("Broken", "Undecided", "NoRoom", "explained")
# Rooms in which no run of the lab comes to an end.
ELSEWHERE = ("lab/grading/", "lab/find/", "lab/preflight/", "lab/azure_errors.py", "lab/subscription.py")


@dataclass(frozen=True)
class Site:
    """A `raise` of a step's error, from its first line to its last, in a function."""

    file: str
    first: int
    last: int
    function: str

    def holds(self, place: Place) -> bool:
        return place.file == self.file and self.first <= place.line <= self.last


def sites() -> list[Site]:
    """All places of the lab library that raise a step's error."""
    paths = sorted((ROOT / "lab").rglob("*.py"))
    named = ((path.relative_to(ROOT).as_posix(), path) for path in paths)
    return [
        site
        for file, path in named
        if not file.startswith(ELSEWHERE)
        for site in _sites(file, ast.parse(path.read_bytes()))
    ]


def _sites(file: str, tree: ast.Module) -> Iterator[Site]:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for function in functions:
        for node in ast.walk(function):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and _called(node.exc) in KINDS:
                yield Site(file, node.lineno, node.end_lineno or node.lineno, function.name)


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def unreached(all_results: Iterable[Results]) -> list[Site]:
    """The places that no run has come to."""
    places = {
        place
        for results in all_results
        for value in results.values()
        if isinstance(value, Fault)
        for place in value.places
    }
    return [site for site in sites() if not any(site.holds(place) for place in places)]


def as_coverage(all_results: Iterable[Results]) -> str:
    """One line on how many places are reached, and one for each that is not."""
    missed, total = unreached(all_results), len(sites())
    lines = [f"not reached by a scenario: {site.file}:{site.first} in {site.function}" for site in missed]
    return "\n".join([f"{total - len(missed)} of {total} places that give a step up are reached", *lines])
