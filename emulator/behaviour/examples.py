"""Training data: chat examples as JSON Lines, read the way Azure reads them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

MINIMUM_EXAMPLES = 10
ROLES = frozenset({"system", "user", "assistant", "tool", "function"})
# A byte-pair encoder cuts long words in pieces; seven letters a piece comes close to what recordings count.
LETTERS_PER_TOKEN = 7
TOKENS_PER_MESSAGE = 4
TOKENS_PER_PROMPT = 3

_PIECE = re.compile(r"[^\W\d_]+|\d{1,3}|\n+ *|[^\w\s]{1,2}|_")


class InvalidLineError(Exception):
    """A line that cannot be used; lines are counted from 0, as Azure does."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


@dataclass(frozen=True)
class Message:
    """One message of a chat."""

    role: str
    content: str


@dataclass(frozen=True)
class Example:
    """One chat to learn from."""

    messages: tuple[Message, ...]

    @property
    def question(self) -> str:
        """What the user said last before the answer."""
        return next((message.content for message in reversed(self.messages) if message.role == "user"), "")

    @property
    def answer(self) -> str:
        """What the assistant is to say."""
        return next((message.content for message in reversed(self.messages) if message.role == "assistant"), "")

    @property
    def tokens(self) -> int:
        return sum(TOKENS_PER_MESSAGE + count_tokens(message.content) for message in self.messages)


def parse_examples(raw: bytes) -> tuple[Example, ...]:
    """Read a training file, with or without a byte-order mark; raises `InvalidLineError` for the first bad line."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n")
        raise InvalidLineError(line, f"Deserialization of line #{line} failed.") from error
    examples = tuple(_example(number, line) for number, line in enumerate(text.split("\n")) if line.strip())
    if not examples:
        raise InvalidLineError(0, "The file has no lines.")
    return examples


def _example(number: int, line: str) -> Example:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise InvalidLineError(number, f"Deserialization of line #{number} failed.") from error
    messages = value.get("messages") if isinstance(value, dict) else None
    if not isinstance(messages, list) or not messages:
        raise InvalidLineError(number, f"Line #{number} has no list of messages.")
    example = Example(tuple(_message(number, message) for message in messages))
    if example.messages[-1].role != "assistant":
        raise InvalidLineError(number, f"Line #{number} does not end with a message of the assistant.")
    return example


def _message(number: int, message: Any) -> Message:
    role = message.get("role") if isinstance(message, dict) else None
    if role not in ROLES:
        raise InvalidLineError(number, f"Line #{number} has a message with an unknown role.")
    content = message.get("content")
    if content is None and (message.get("tool_calls") or message.get("function_call")):
        content = ""
    elif not isinstance(content, str) or not content.strip():
        raise InvalidLineError(number, f"Line #{number} has a message without content.")
    return Message(role, content)


@lru_cache(maxsize=4096)
def count_tokens(text: str) -> int:
    """An estimate of what the model's own tokenizer would count.

    Held against two counts of recording openai_deploy_and_chat_2025_01_01_preview.json: 59 for its prompt, 27 for the
    answer.
    """
    return sum(-(-len(piece) // LETTERS_PER_TOKEN) for piece in _PIECE.findall(text))


def count_prompt_tokens(messages: tuple[Message, ...]) -> int:
    """An estimate of the tokens of a whole prompt."""
    return TOKENS_PER_PROMPT + sum(TOKENS_PER_MESSAGE + count_tokens(message.content) for message in messages)
