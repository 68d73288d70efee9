"""Errors as the SDKs raise them, made by the SDKs themselves from an answer of Azure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import httpx2
import openai
from azure.core.exceptions import HttpResponseError
from azure.mgmt.core.exceptions import ARMErrorFormat
from requests.structures import CaseInsensitiveDict


@dataclass(frozen=True)
class Answer:
    """An HTTP answer of Azure Resource Manager with a JSON body, as far as azure-core and the library look at it."""

    status_code: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    reason: str = "as given"

    @property
    def content(self) -> bytes:
        return b"" if self.body is None else json.dumps(self.body).encode()

    def text(self) -> str:
        return self.content.decode()

    def json(self) -> Any:
        return self.body

    def raise_for_status(self) -> None:
        if self.status_code >= 400:
            raise HttpResponseError(response=cast(Any, self), error_format=ARMErrorFormat)


def error_body(code: str, message: str, details: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
    """The body that Azure Resource Manager puts an error in; `details` are codes and messages."""
    inner = [{"code": detail, "message": text} for detail, text in details]
    return {"error": {"code": code, "message": message, **({"details": inner} if inner else {})}}


def azure_error(
    status: int,
    code: str = "",
    message: str = "as Azure says",
    *,
    headers: Mapping[str, str] | None = None,
    details: Sequence[tuple[str, str]] = (),
) -> HttpResponseError:
    """An error of the management SDKs; without a code the answer has no body."""
    body = error_body(code, message, details) if code else None
    return HttpResponseError(
        response=cast(Any, Answer(status, body, CaseInsensitiveDict(headers or {}))),
        error_format=cast(Any, ARMErrorFormat),
    )


def poller_error(cause: Exception, body: Any = None, status: int = 200) -> HttpResponseError:
    """The error by which azure-core's poller gives up, over an answer with this body."""
    answer = cast(Any, Answer(status, body, CaseInsensitiveDict()))
    return HttpResponseError(response=answer, error=cause, error_format=cast(Any, ARMErrorFormat))


def openai_error(
    status: int, code: str | None, message: str = "as Azure says", headers: Mapping[str, str] | None = None
) -> openai.APIStatusError:
    """An error of the data-plane SDK, made as its client makes it from an answer; without a code the body is empty."""
    body = {"error": {"code": code, "message": message}} if code is not None else None
    answer = httpx2.Response(status, json=body, headers=dict(headers or {}))
    http_client = httpx2.Client(transport=httpx2.MockTransport(lambda request: answer))
    with openai.OpenAI(
        api_key="none", base_url="https://example.invalid", http_client=http_client, max_retries=0
    ) as sdk:
        try:
            sdk.models.list()
        except openai.APIStatusError as error:
            return error
    raise AssertionError(f"HTTP {status} is no error")
