"""The emulator as an ASGI application: reads a request, has it answered, sends and logs the answer."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from starlette.requests import Request as HttpRequest
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from emulator.addresses import spellings
from emulator.dispatch import Dispatcher
from emulator.faults import Faults
from emulator.noise import Noise
from emulator.protocol import CLOSE
from emulator.requestlog import NOT_ANSWERED, Served
from emulator.scenario.edit import edited
from emulator.scenario.rules import is_refused
from emulator.timestamps import http_date
from emulator.wire import Reply, Request
from emulator.world import World

CONTROL_PREFIX = "/_emulator/"
OK_TO_EDIT = 200
"""The status of the empty answer that a rule's refusal is made from."""


class Application:
    """Serves one world.

    The clock moves, and the log grows, with all requests but those to the emulator's own controls.
    """

    def __init__(self, world: World, faults: Faults | None = None, noise: Noise | None = None) -> None:
        self._world = world
        self._faults = faults
        self._noise = noise
        self._dispatcher = Dispatcher(world)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        http = HttpRequest(scope, receive)
        request = _request(http, await http.body())
        is_control = request.path.startswith(CONTROL_PREFIX)
        if is_control:
            self._world.look()
            await self._response(self._dispatcher.answer(request), request)(scope, receive, send)
            return
        path = scope.get("raw_path", scope["path"].encode()).decode("latin-1").partition("?")[0]
        reply = await self._scripted(request, path)
        self._world.log.add(Served(request.method, path, reply.status if reply else NOT_ANSWERED))
        if reply is None:
            await _close(scope, receive)
        else:
            await self._response(reply, request)(scope, receive, send)

    async def _scripted(self, request: Request, path: str) -> Reply | None:
        """The answer as the scenario has it, None for a connection that is closed without one."""
        world = self._world
        world.clock.tick()
        applied = world.script.next(request.method, spellings(request.path, path))
        applied += self._faults.next(request.path) if self._faults else []
        applied += self._noise.next() if self._noise else []
        await self._wait(sum(then.delay_s for then in applied))
        world.look()
        refused = is_refused(request.method, applied)
        reply = Reply(OK_TO_EDIT) if refused else self._dispatcher.answer(request)
        reply = self._noise.changed(reply) if self._noise else reply
        for then in applied:
            reply = edited(reply, then)
        return None if any(then.drop for then in applied) else reply

    async def _wait(self, azure_seconds: float) -> None:
        if azure_seconds and self._world.clock.step is not None:
            self._world.clock.move_to(self._world.clock.now() + timedelta(seconds=azure_seconds))
        elif azure_seconds:
            await asyncio.sleep(self._world.clock.real_seconds(azure_seconds))

    def _response(self, reply: Reply, request: Request) -> Response:
        headers = {"Date": http_date(self._world.now), **reply.headers}
        if reply.has_media_type:
            headers["Content-Type"] = reply.media_type
        if reply.chunks is not None and request.method != "HEAD":
            return StreamingResponse(iter(reply.chunks), reply.status, headers)
        content = reply.encoded()
        if request.method == "HEAD":
            headers["Content-Length"] = str(len(content))
            return Response(None, reply.status, headers)
        return Response(content, reply.status, headers)


async def _close(scope: Scope, receive: Receive) -> None:
    scope["extensions"][CLOSE]["now"]()
    while (await receive())["type"] != "http.disconnect":
        continue


def _request(http: HttpRequest, body: bytes) -> Request:
    path = "/" + "/".join(part for part in http.scope["path"].split("/") if part)
    return Request(
        method=http.method,
        path=path,
        query=dict(http.query_params),
        headers={name.lower(): value for name, value in http.headers.items()},
        body=body,
    )
