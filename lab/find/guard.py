"""What keeps a borrowed environment as it is: no request but reads and questions leaves this process."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

READS = ("GET", "HEAD")
# A name of Azure's, written plainly: an encoded slash or a step upwards could lead a server somewhere else.
NAME = r"(?!\.+(?:/|$))[\w.-]+"
GROUP = r"(?!\.+/)(?:[^/%]|%(?!2[ef]|5c))+"
QUESTION = re.compile(rf"(?:/_account/{NAME})?/openai/deployments/{NAME}/chat/completions", re.IGNORECASE | re.ASCII)
KEYS = re.compile(
    rf"/subscriptions/{NAME}/resourceGroups/{GROUP}/providers/Microsoft\.CognitiveServices/accounts/{NAME}/listKeys",
    re.IGNORECASE | re.ASCII,
)


class WriteRefused(Exception):
    """A request that could change somebody else's environment was stopped before it was sent."""


@dataclass(frozen=True)
class ReadOnly:
    """Lets reads and chat requests pass; with `allow_keys` also the request for an account's keys, a POST."""

    allow_keys: bool = False

    def __call__(self, method: str, url: str) -> None:
        """Raise `WriteRefused` for any other request."""
        path = urlsplit(url).path
        if method.upper() in READS:
            return
        if method.upper() == "POST" and (QUESTION.fullmatch(path) or (self.allow_keys and KEYS.fullmatch(path))):
            return
        raise WriteRefused(f"{method} {path}: found a request that is no read, expected only reads and questions here")
