"""Cutting an answer to what the caller asked for: `max_tokens` and `stop`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.behaviour.examples import count_tokens

_PIECE = re.compile(r"\s*\S+")


@dataclass(frozen=True)
class Completion:
    """The text of an answer and why it ends there."""

    text: str
    finish_reason: str

    @property
    def tokens(self) -> int:
        return count_tokens(self.text)

    @property
    def pieces(self) -> list[str]:
        """The text in the pieces in which it is streamed."""
        return _PIECE.findall(self.text)


def complete(text: str, options: Mapping[str, Any]) -> Completion:
    """`text`, ended at a stop sequence or at the greatest number of tokens."""
    stops = options.get("stop") or []
    for stop in [stops] if isinstance(stops, str) else stops:
        text = text.partition(str(stop))[0]
    most = options.get("max_completion_tokens") or options.get("max_tokens")
    if not isinstance(most, int) or count_tokens(text) <= most:
        return Completion(text, "stop")
    kept = ""
    for piece in _PIECE.findall(text):
        if count_tokens(kept + piece) > most:
            break
        kept += piece
    return Completion(kept, "length")
