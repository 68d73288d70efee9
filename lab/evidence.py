"""Evidence: what Azure showed, in a form that can be kept and shown to anybody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

LONGEST_TEXT = 4000
E_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


class Redactor:
    """Replaces what must not be shown: the values given, in any case, and every e-mail address."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        """`secrets` maps what must not appear to the words that stand for it; empty values are ignored."""
        known = {value.lower(): words for value, words in secrets.items() if value}
        self._words = known
        longest_first = sorted(known, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE) if known else None

    def text(self, text: str) -> str:
        if self._pattern is not None:
            text = self._pattern.sub(lambda found: self._words[found.group().lower()], text)
        return E_MAIL.sub("<e-mail>", text)

    def value(self, value: Any) -> Any:
        """A JSON value with every text in it redacted, member names too."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(key)): self.value(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.value(item) for item in value]
        return value


def as_evidence(value: Any) -> Any:
    """A result of a stage as JSON: dataclasses by the fields of their repr, dates as ISO 8601, long texts cut."""
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: as_evidence(getattr(value, item.name)) for item in fields(value) if item.repr}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str):
        return value if len(value) <= LONGEST_TEXT else f"{value[:LONGEST_TEXT]}… ({len(value)} characters)"
    if isinstance(value, Mapping):
        return {str(key): as_evidence(item) for key, item in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, (bytes, bytearray)):
        return [as_evidence(item) for item in value]
    return value if isinstance(value, (bool, int, float)) or value is None else str(value)
