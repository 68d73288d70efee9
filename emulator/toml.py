"""The standard library's TOML reader, or its twin from PyPI before Python 3.11."""

from __future__ import annotations

import sys
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TOMLDecodeError = tomllib.TOMLDecodeError


def loads(text: str) -> dict[str, Any]:
    """Parse TOML; raises `TOMLDecodeError`, whose message has the line and column."""
    return tomllib.loads(text)
