"""The standard library's TOML reader, or its twin from PyPI before Python 3.11."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TOMLDecodeError = tomllib.TOMLDecodeError


def loads(text: str) -> dict[str, Any]:
    """Parse TOML; raises `TOMLDecodeError`, whose message has the line and column."""
    return tomllib.loads(text)


class UnreadableError(Exception):
    """A file that is no TOML; the message names it and what is wrong."""


def read(path: Path) -> tuple[str, dict[str, Any]]:
    """The text of a TOML file, and what it says; raises `UnreadableError`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        return text, loads(text)
    except OSError as error:
        raise UnreadableError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    except TOMLDecodeError as error:
        raise UnreadableError(f"{path}: not TOML: {error}") from error
