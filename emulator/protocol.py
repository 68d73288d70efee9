"""uvicorn's HTTP protocol, with a way to close a connection without an answer."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

CLOSE = "emulator.close"


class Protocol(HttpToolsProtocol):
    """Puts into each request's scope, under extensions, how to close its connection."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {CLOSE: {"now": self.transport.abort}}
