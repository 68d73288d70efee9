"""The baseline of `benchmarks.emulator_reads`: the emulator's server and TLS with nothing behind them.

`python -m benchmarks.bare_server`: prints its address, and serves one fixed JSON document until it is ended.
"""

from __future__ import annotations

import socket

import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from emulator.certificates import TemporaryCertificates

DOCUMENT = {"id": "x", "name": "x", "location": "swedencentral", "properties": {"provisioningState": "Succeeded"}}


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Read the request and answer it with the document."""
    await Request(scope, receive).body()
    await JSONResponse(DOCUMENT)(scope, receive, send)


def main() -> None:
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.bind(("127.0.0.1", 0))
    with TemporaryCertificates() as certificates:
        file = str(certificates.server_file)
        config = uvicorn.Config(
            application,
            http="httptools",
            loop="asyncio",
            lifespan="off",
            access_log=False,
            log_level="critical",
            ssl_certfile=file,
            ssl_keyfile=file,
        )
        print(f"https://127.0.0.1:{sock.getsockname()[1]}/", flush=True)
        uvicorn.Server(config).run(sockets=[sock])


if __name__ == "__main__":
    main()
