"""uvicorn's HTTP protocol, with a way to close a connection without an answer."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

CLOSE = "emulator.close"


class Protocol(HttpToolsProtocol):
    """Puts into each request's scope, under extensions, how to close its connection."""

    @property
    def is_idle(self) -> bool:
        """Whether no request is being answered on this connection."""
        cycle: object = self.cycle
        return cycle is None or self.cycle.response_complete

    def connection_lost(self, exc: Exception | None) -> None:
        """Close our side too when the client has broken off."""
        transport = self.transport
        super().connection_lost(exc)
        transport.close()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {CLOSE: {"now": self.transport.abort}}
