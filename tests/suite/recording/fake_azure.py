"""A tiny https server that answers what a test tells it to, on loopback."""

from __future__ import annotations

import gzip
import json
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import urlsplit

import trustme


@dataclass(frozen=True)
class Answer:
    """One answer: JSON or bytes, compressed if asked for."""

    status: int = 200
    json: object = None
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    compressed: bool = False

    def body(self) -> bytes:
        plain = self.content if self.json is None else json.dumps(self.json).encode()
        return gzip.compress(plain) if self.compressed else plain

    def all_headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json; charset=utf-8"} if self.json is not None else {}
        if self.compressed:
            headers["Content-Encoding"] = "gzip"
        return {**headers, **self.headers}


class FakeAzure:
    """Serves the answers given with `on`, one after another; the last one is repeated."""

    def __init__(self, authority: trustme.CA) -> None:
        self.served: list[str] = []
        self._answers: dict[tuple[str, str], list[Answer]] = {}
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def handle_any(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                path = urlsplit(self.path).path
                fake.served.append(f"{self.command} {path}")
                answer = fake._next(self.command, path)
                body = answer.body()
                self.send_response_only(answer.status)
                self.send_header("Date", "Fri, 15 Nov 2024 09:00:00 GMT")
                for name, value in answer.all_headers().items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = handle_any

            def log_request(self, code: object = "-", size: object = "-") -> None:
                """Keep the test's output clean."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self.url = f"https://127.0.0.1:{self._server.server_port}"

    def on(self, method: str, path: str, *answers: Answer) -> None:
        """Say how a request is answered from now on."""
        self._answers[method, path] = list(answers)

    def __enter__(self) -> FakeAzure:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _next(self, method: str, path: str) -> Answer:
        answers = self._answers.get((method, path), [Answer(404, json={"error": {"code": "NotFound"}})])
        return answers.pop(0) if len(answers) > 1 else answers[0]
