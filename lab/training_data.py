"""The training file: chat examples in JSON Lines, checked by Azure's rules before it is uploaded."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from lab.errors import InputError
from lab.jsonl import LineProblem, json_type, read_lines

MAX_BYTES = 512_000_000
"""Azure's `MaxTrainingFileSize`, a capability of the account (recording cogsvc_openai_account_and_deployment)."""

MAX_LISTED = 50
"""More problems than anyone reads at a time are counted and not listed."""

ROLES = ("system", "user", "assistant")


@dataclass(frozen=True)
class Message:
    """One turn of an example."""

    role: str
    content: str


@dataclass(frozen=True)
class Example:
    """One conversation that the model learns from; its last message is the assistant's."""

    messages: tuple[Message, ...]


@dataclass(frozen=True)
class TrainingData:
    """A valid training file; `source` is where it came from, `sha256` is of its bytes in hexadecimal."""

    source: str
    sha256: str
    byte_count: int
    examples: tuple[Example, ...]


def parse(raw: bytes, source: str, minimum: int) -> TrainingData:
    """Check the bytes of a training file and return its examples, of which there must be `minimum` or more.

    Raises `InputError` with every problem, lines counted from 1 (Azure's own messages count from 0). The rules:
    https://github.com/MicrosoftDocs/azure-ai-docs/blob/main/articles/ai-foundry/openai/includes/fine-tuning-rest.md
    """
    if len(raw) > MAX_BYTES:
        raise InputError(source, [f"found {len(raw):,} bytes, expected {MAX_BYTES:,} at most; use fewer examples"])
    lines = read_lines(raw)
    problems = list(lines.problems)
    examples: list[Example] = []
    for record in lines.records:
        messages, wrong = _read_messages(record.value)
        problems += [LineProblem(record.line, problem) for problem in wrong]
        examples.append(Example(messages))
    listed = [str(problem) for problem in sorted(problems, key=lambda problem: problem.line)]
    if lines.filled < minimum and (lines.filled or not listed):
        listed.insert(0, f"found {lines.filled} examples, expected {minimum} or more: Azure stops a job with fewer")
    if listed:
        raise InputError(source, _shortened(listed))
    return TrainingData(source, hashlib.sha256(raw).hexdigest(), len(raw), tuple(examples))


def _read_messages(record: dict[str, object]) -> tuple[tuple[Message, ...], list[str]]:
    """Return a record's messages and what is wrong with them; only without problems are the messages complete."""
    if "messages" not in record:
        return (), ["'messages' is missing, expected an object with a list of messages"]
    items = record["messages"]
    if not isinstance(items, list):
        return (), [f"'messages' is {json_type(items)}, expected a list of messages"]
    if not items:
        return (), ["'messages' is empty, expected a question and an answer at the least"]
    messages: list[Message] = []
    problems: list[str] = []
    for number, item in enumerate(items, start=1):
        wrong = list(_wrong_in_message(item))
        problems += [f"message {number}: {problem}" for problem in wrong]
        if not wrong:
            messages.append(Message(item["role"], item["content"]))
    if not problems:
        problems += _wrong_in_order([message.role for message in messages])
    return tuple(messages), problems


def _wrong_in_message(item: object) -> Iterator[str]:
    if not isinstance(item, dict):
        yield f"found {json_type(item)}, expected an object with role and content"
        return
    role = item.get("role")
    if role not in ROLES:
        found = "no role" if role is None else f"the role {json.dumps(role)[:40]}"
        yield f"found {found}, expected one of {', '.join(ROLES)}"
    if "content" not in item:
        yield "'content' is missing, expected a text"
        return
    content = item["content"]
    if not isinstance(content, str):
        yield f"'content' is {json_type(content)}, expected a text"
    elif not content.strip():
        yield "'content' is empty, expected a text"
    elif any("\ud800" <= character <= "\udfff" for character in content):
        yield "'content' holds half of a surrogate pair, which is not text; write the character itself"


def _wrong_in_order(roles: list[str]) -> Iterator[str]:
    """Yield what is wrong with the order of a conversation's roles, all of them known."""
    if roles[0] == "assistant":
        yield "the first message is the assistant's, expected the system's or the user's"
    if "user" not in roles:
        yield "no message is the user's, expected a question to answer"
    if roles[-1] != "assistant":
        yield f"the last message is the {roles[-1]}'s, expected the assistant's: the answer is what the model learns"


def _shortened(problems: list[str]) -> list[str]:
    if len(problems) <= MAX_LISTED:
        return problems
    return [*problems[:MAX_LISTED], f"and {len(problems) - MAX_LISTED} more"]
