"""Read TOML files, on every Python that the suite supports."""

from __future__ import annotations

import sys
from pathlib import Path

from lab.errors import InputError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def read_toml(path: Path) -> dict[str, object]:
    """Read a TOML file.

    A byte-order mark is let through, since Windows editors add one. Raises `InputError` for a file that is missing,
    unreadable, not UTF-8 or not TOML (with the line and column).
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(str(path), [f"the file cannot be read: {error.strerror or error}; check the path"]) from error
    except UnicodeDecodeError as error:
        problem = f"byte {error.start + 1} is not UTF-8; save the file with the encoding UTF-8"
        raise InputError(str(path), [problem]) from error
    try:
        return dict(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InputError(str(path), [f"not valid TOML: {error}"]) from error
