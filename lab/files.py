"""Writing files so that a reader never sees half of one."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

# JSON itself escapes only what is below the space. These are never outside of its strings.
_STEERING = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """A file to write to (UTF-8, LF), which takes the old one's place in one step when the block ends well.

    An interruption leaves the old one whole. Half a surrogate pair, which a model's answer can hold and UTF-8 cannot,
    is written as JSON escapes it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_atomically(path: Path, content: str) -> None:
    """Replace a file by its new content in one step, as `replacing` does."""
    with replacing(path) as file:
        file.write(content)


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Replace a file by a JSON document, indented, with its members in the given order.

    What steers a terminal or turns a line around is written as JSON escapes it: a model's answer may hold it.
    """
    text = json.dumps(content, indent=2, ensure_ascii=False)
    write_atomically(path, _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n")
