"""Which handler answers a method and path. Azure's paths are compared without regard to case."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator.wire import Reply, Request

if TYPE_CHECKING:
    from emulator.world import World

Handler = Callable[["World", Request], Reply]

_PARAMETER = re.compile(r"\{(\w+)(:path)?\}")


@dataclass(frozen=True)
class Route:
    """A method, a path template and its handler. `{name}` takes one segment, `{name:path}` any number, also none."""

    method: str
    template: str
    handler: Handler


@dataclass(frozen=True)
class Found:
    """A handler and the parts of the path that its template names."""

    handler: Handler
    parameters: dict[str, str]


class RouteTable:
    """Routes in the order in which they are tried."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = [(route.method, _pattern(route.template), route.handler) for route in routes]

    def find(self, method: str, path: str) -> Found | None:
        """The first route that fits, or None."""
        for candidate, pattern, handler in self._routes:
            match = pattern.fullmatch(path) if candidate == method else None
            if match is not None:
                return Found(handler, match.groupdict())
        return None

    def methods(self, path: str) -> list[str]:
        """The methods that a path has, for an answer that the method asked is not one of them."""
        return sorted({method for method, pattern, _ in self._routes if pattern.fullmatch(path)})


def _pattern(template: str) -> re.Pattern[str]:
    pieces: list[str] = []
    end = 0
    for parameter in _PARAMETER.finditer(template):
        pieces.append(re.escape(template[end : parameter.start()]))
        pieces.append(f"(?P<{parameter[1]}>{'.*' if parameter[2] else '[^/]+'})")
        end = parameter.end()
    pieces.append(re.escape(template[end:]))
    return re.compile("".join(pieces), re.IGNORECASE)
