"""A fresh emulator with a client that makes recorded calls: it fills placeholders in and remembers the answers."""

from __future__ import annotations

import json
import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx2

from emulator import routes
from emulator.options import DEFAULT_START, Options
from emulator.routing import RouteTable
from emulator.server import Emulator, serve_in_thread
from tests.suite.conformance.facts import Facts, Upload
from tests.suite.conformance.headers import shapes_of
from tests.suite.conformance.shape import EMPTY, Shape, shape_of

STEP_S = 0.001
"""What a request takes of the emulator's time; the rest is moved on by whoever waits."""
MANAGEMENT = "https://management.azure.com"
ACCOUNT = (
    "/subscriptions/{subscription}/resourceGroups/{group 1}/providers/Microsoft.CognitiveServices/accounts/{accounts 1}"
)
ACCOUNT_VERSION = "2025-09-01"
GUID_KINDS = frozenset({"guid", "roleassignments"})
GOOD_LINE = {"messages": [{"role": "user", "content": "Where to?"}, {"role": "assistant", "content": "To the sea."}]}
EXAMPLES = 12

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_EARLIER = re.compile(r"answer (\d+): (header|body) (.+)")


class MissingAnswerError(Exception):
    """A call cannot be made: what it takes from an earlier answer is not there."""


@dataclass(frozen=True)
class Answer:
    """One answer of the emulator, whole and as shapes."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def header_shapes(self) -> dict[str, str]:
        return shapes_of(self.headers)

    @property
    def shape(self) -> Shape:
        return EMPTY if self.body is None else shape_of(self.body)


@dataclass
class Session:
    """One emulator, and what a recording's calls have been answered so far, by the call's number."""

    emulator: Emulator
    client: httpx2.Client
    answers: dict[int, Answer] = field(default_factory=dict)

    def call(self, method: str, url: str, sent: Any = None, upload: Upload | None = None) -> Answer:
        """Make one call. `url` is a path of either plane, or an address that the emulator gave."""
        url = self.filled(url)
        headers = {"Content-Type": "application/json"} if sent is not None else {}
        content = json.dumps(self.filled_body(sent)).encode() if sent is not None else None
        parts: dict[str, Any] = {"content": content}
        if upload is not None:
            file = (upload.filename, training_data(is_good=upload.is_good), "application/octet-stream")
            parts = {"data": {"purpose": upload.purpose}, "files": {"file": file}}
        if url.startswith("/openai/"):
            url, headers["api-key"] = f"{self._endpoint()}{url[1:]}", self._key()
        else:
            url = url if url.startswith("https://") else f"{self.emulator.url}{url}"
            headers["Authorization"] = f"Bearer {self._token()}"
        response = self.client.request(method, url, headers=headers, **parts)
        is_json = "json" in response.headers.get("content-type", "")
        body = response.json() if is_json and response.content else (response.text or None)
        return Answer(response.status_code, dict(response.headers), body)

    def filled(self, text: str) -> str:
        """A text with its placeholders filled in."""
        return _PLACEHOLDER.sub(lambda match: self._value(match[1]), text)

    def filled_body(self, value: Any) -> Any:
        """The same for every string of a request's body."""
        if isinstance(value, dict):
            return {name: self.filled_body(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.filled_body(inner) for inner in value]
        return self.filled(value) if isinstance(value, str) else value

    def wait(self, seconds: float) -> None:
        """Let time pass in the emulator."""
        clock = self.emulator.world.clock
        clock.move_to(clock.now() + timedelta(seconds=seconds))

    def serves(self, method: str, url: str) -> bool:
        """Whether the emulator has a route for a call. An address that an earlier answer gave is served if that was."""
        if url.startswith("{answer "):
            return int(url.split(":")[0].rpartition(" ")[2]) in self.answers
        path = re.sub("/+", "/", self.filled(url).partition("?")[0])
        table = RouteTable(routes.DATA if path.startswith("/openai/") else routes.MANAGEMENT)
        return table.find(method, path) is not None or (method == "HEAD" and table.find("GET", path) is not None)

    def _value(self, placeholder: str) -> str:
        earlier = _EARLIER.fullmatch(placeholder)
        if earlier:
            return self._said(self.answers[int(earlier[1])], earlier[2], earlier[3])
        if placeholder == "subscription":
            return self.emulator.world.settings.subscription_id
        if placeholder == "missing subscription":
            return "99999999-0000-4000-8000-000000000000"
        kind, _, number = placeholder.rpartition(" ")
        if kind == "unknown":
            return self._newest(number)
        return f"10000000-0000-4000-8000-{int(number):012}" if kind in GUID_KINDS else f"{kind[:12]}{number}"

    def _said(self, answer: Answer, where: str, place: str) -> str:
        if where == "header":
            if place not in answer.headers:
                raise MissingAnswerError(f"an earlier answer has no header {place}, which this call needs")
            return answer.headers[place]
        value = answer.body
        for step in place.split("."):
            try:
                value = value[int(step)] if isinstance(value, list) else value[step]
            except (KeyError, IndexError, TypeError) as error:
                raise MissingAnswerError(f"an earlier answer has no {place}, which this call needs") from error
        return str(value)

    def _newest(self, kind: str) -> str:
        """An id that no recorded answer shows: the last that was listed, or else the newest of its kind."""
        listed = [
            answer.body["data"]
            for answer in self.answers.values()
            if isinstance(answer.body, dict) and answer.body.get("data")
        ]
        if listed:
            return str(listed[-1][-1]["id"])
        path = {"ftjob": "fine_tuning/jobs", "file": "files"}[kind]
        return str(self.call("GET", f"/openai/{path}?api-version=2024-10-21").body["data"][0]["id"])

    def _endpoint(self) -> str:
        return str(self.call("GET", f"{ACCOUNT}?api-version={ACCOUNT_VERSION}").body["properties"]["endpoint"])

    def _key(self) -> str:
        return str(self.call("POST", f"{ACCOUNT}/listKeys?api-version={ACCOUNT_VERSION}").body["key1"])

    def _token(self) -> str:
        world = self.emulator.world
        issuer = f"{world.settings.url}/{world.directory.tenant_id}/"
        return world.directory.token(MANAGEMENT, issuer=issuer, issued_at=int(time.time()))


def training_data(*, is_good: bool) -> bytes:
    """A training file that is accepted, or one that is not."""
    return "\n".join([json.dumps(GOOD_LINE)] * EXAMPLES).encode() if is_good else b"this is not a line of JSON"


@contextmanager
def open_session(facts: Facts) -> Iterator[Session]:
    """An emulator of its own for one recording; its clock starts when the recording was made."""
    options = Options(start=facts.recorded or DEFAULT_START, speed=1.0, step=STEP_S)
    with serve_in_thread(options) as emulator:
        context = ssl.create_default_context(cafile=str(emulator.ca_file))
        with httpx2.Client(verify=context, timeout=30, trust_env=False) as client:
            yield Session(emulator, client)
