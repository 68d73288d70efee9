"""The default content filter, as far as a prompt can meet it: phrases of content_filter.toml beside this module."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from emulator import toml


def harm_in(text: str) -> str | None:
    """The kind of harm that a prompt is turned down for, or None."""
    words = " ".join(text.lower().split())
    return next((harm for harm, phrases in _phrases().items() if any(phrase in words for phrase in phrases)), None)


def finding(harm: str) -> dict[str, Any]:
    """What the filter says of a harm that it found."""
    if harm == "jailbreak":
        return {"filtered": True, "detected": True}
    return {"filtered": True, "severity": "high"}


@lru_cache(maxsize=1)
def _phrases() -> Mapping[str, tuple[str, ...]]:
    table = toml.loads(Path(__file__).with_name("content_filter.toml").read_text(encoding="utf-8"))
    return {harm: tuple(phrases) for harm, phrases in table["harms"].items()}
