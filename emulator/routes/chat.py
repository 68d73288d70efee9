"""Chat with a deployment.

Recordings: openai_deploy_and_chat_2024_05_01_preview.json, openai_deploy_and_chat_2025_01_01_preview.json.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING

from emulator import limiter
from emulator.behaviour import answers, content_filter
from emulator.behaviour.completion import Completion, complete
from emulator.behaviour.examples import Message, count_prompt_tokens
from emulator.errors import DataPlaneError
from emulator.routing import Route
from emulator.state.deployment import Deployment
from emulator.timestamps import epoch
from emulator.wire import JSON_BARE, Json, Reply, Request

if TYPE_CHECKING:
    from emulator.world import World

SAFE: Json = {"filtered": False, "severity": "safe"}
HARMS = ("hate", "self_harm", "sexual", "violence")
JAILBREAK_SINCE = "2024-10-01"
ROLES = ("system", "developer", "user", "assistant", "tool", "function")
MAXIMUM_CHOICES = 128
EVENT_STREAM = "text/event-stream; charset=utf-8"


def chat(world: World, request: Request) -> Reply:
    """Answer a chat: from the training data for a tuned model, as a general assistant for a base model."""
    body = request.json()
    deployment = _deployment(world, request)
    messages = _messages(body)
    _check_options(body)
    remaining = limiter.admit(world, deployment, body)
    _check_content(messages)
    question = next((message.content for message in reversed(messages) if message.role == "user"), "")
    tuned = deployment.tuned
    text = answers.tuned_answer(tuned.examples, question) if tuned else answers.base_answer(question)
    completion = complete(text, body)
    head = {
        "created": epoch(world.now),
        "id": f"chatcmpl-{uuid.uuid4().hex[:29]}",
        "model": deployment.model_name if tuned else deployment.base.training_name,
    }
    choices = body.get("n") or 1
    if body.get("stream"):
        chunks = tuple(_stream(head, completion, choices, request.api_version))
        return Reply(chunks=chunks, media_type=EVENT_STREAM, headers=remaining)
    prompt_tokens = count_prompt_tokens(messages)
    answer_tokens = completion.tokens * choices
    document = {
        "choices": [_choice(index, completion) for index in range(choices)],
        **head,
        "object": "chat.completion",
        "prompt_filter_results": [_prompt_filter(request.api_version)],
        "system_fingerprint": None,
        "usage": {
            "completion_tokens": answer_tokens,
            "prompt_tokens": prompt_tokens,
            "total_tokens": answer_tokens + prompt_tokens,
        },
    }
    return Reply(document=document, media_type=JSON_BARE, headers=remaining)


def _deployment(world: World, request: Request) -> Deployment:
    """The deployment in the path, once the data plane knows it (issue microsoft/semantic-kernel#5394)."""
    deployment = world.resources.find(f"{request['account']}/deployments/{request['deployment']}")
    if isinstance(deployment, Deployment) and deployment.ready is not None and deployment.ready <= world.now:
        return deployment
    raise DataPlaneError(
        404,
        "DeploymentNotFound",
        "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, "
        "please wait a moment and try again.",
    )


def _check_content(messages: tuple[Message, ...]) -> None:
    """Raise 400 for a prompt that the default content filter turns down (issue microsoft/TinyTroupe#85)."""
    harm = content_filter.harm_in("\n".join(message.content for message in messages if message.role == "user"))
    if harm is None:
        return
    results = {**dict.fromkeys(HARMS, SAFE), "jailbreak": {"filtered": False, "detected": False}}
    results[harm] = content_filter.finding(harm)
    raise DataPlaneError(
        400,
        "content_filter",
        "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. "
        "Please modify your prompt and retry.",
        extra={
            "type": None,
            "param": "prompt",
            "status": 400,
            "innererror": {
                "code": "ResponsibleAIPolicyViolation",
                "content_filter_result": dict(sorted(results.items())),
            },
        },
    )


def _messages(body: Json) -> tuple[Message, ...]:
    sent = body.get("messages")
    if not isinstance(sent, list) or not sent:
        raise _invalid("messages", "[] is too short - 'messages'")
    messages = []
    for number, message in enumerate(sent):
        role = message.get("role") if isinstance(message, dict) else None
        if role not in ROLES:
            raise _invalid(
                f"messages.[{number}].role", f"{role!r} is not one of {list(ROLES)} - 'messages.{number}.role'"
            )
        content = message.get("content")
        if isinstance(content, list):
            content = "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
        messages.append(Message(role, str(content or "")))
    return tuple(messages)


def _check_options(body: Json) -> None:
    for name, most in (("n", MAXIMUM_CHOICES), ("max_tokens", None), ("max_completion_tokens", None)):
        value = body.get(name)
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        if value is not None and not (is_whole and value >= 1 and (most is None or value <= most)):
            raise _invalid(
                name, f"{value!r} is not a whole number from 1 to {most or 'what the model allows'} - '{name}'"
            )
    stop = body.get("stop")
    stops = stop if isinstance(stop, list) else [] if stop is None else [stop]
    if not all(isinstance(text, str) and text for text in stops):
        raise _invalid("stop", f"{stop!r} is not a text or a list of texts - 'stop'")


def _invalid(param: str, message: str) -> DataPlaneError:
    return DataPlaneError(
        400, "invalid_request_error", message, extra={"type": "invalid_request_error", "param": param}
    )


def _choice(index: int, completion: Completion) -> Json:
    return {
        "content_filter_results": dict.fromkeys(HARMS, SAFE),
        "finish_reason": completion.finish_reason,
        "index": index,
        "logprobs": None,
        "message": {"content": completion.text, "role": "assistant"},
    }


def _prompt_filter(api_version: str) -> Json:
    results: Json = dict.fromkeys(HARMS, SAFE)
    if api_version >= JAILBREAK_SINCE:
        results["jailbreak"] = {"filtered": False, "detected": False}
    return {"prompt_index": 0, "content_filter_results": dict(sorted(results.items()))}


def _stream(head: Json, completion: Completion, choices: int, api_version: str) -> Iterator[bytes]:
    """Server-sent events: the prompt's filter results, each choice's role, words and finish reason, then [DONE]."""
    base = {**head, "object": "chat.completion.chunk", "system_fingerprint": None}
    empty = {"choices": [], "created": 0, "id": "", "model": "", "object": ""}
    yield _event({**empty, "prompt_filter_results": [_prompt_filter(api_version)]})
    for index in range(choices):
        opening = {"content": "", "role": "assistant"}
        yield _event({"choices": [_delta(index, opening, None)], **base})
        for piece in completion.pieces:
            yield _event({"choices": [_delta(index, {"content": piece}, None)], **base})
        yield _event({"choices": [_delta(index, {}, completion.finish_reason)], **base})
    yield b"data: [DONE]\n\n"


def _delta(index: int, delta: Json, finish_reason: str | None) -> Json:
    results = dict.fromkeys(HARMS, SAFE) if delta.get("content") else {}
    return {
        "content_filter_results": results,
        "delta": delta,
        "finish_reason": finish_reason,
        "index": index,
        "logprobs": None,
    }


def _event(document: Json) -> bytes:
    return f"data: {json.dumps(document, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()


ROUTES = (Route("POST", "/openai/deployments/{deployment}/chat/completions", chat),)
