"""Writing files so that a reader never sees half of one."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any


def write_atomically(path: Path, content: str) -> None:
    """Replace a file by its new content in one step (UTF-8, LF); an interruption leaves the old one whole.

    Half a surrogate pair, which a model's answer can hold and UTF-8 cannot, is written as JSON escapes it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Replace a file by a JSON document, indented, with its members in the given order."""
    write_atomically(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")
