"""Reading an uploaded form, with the standard library's reader of MIME messages."""

from __future__ import annotations

import email.policy
from dataclasses import dataclass
from email.parser import BytesParser

from emulator.errors import DataPlaneError


@dataclass(frozen=True)
class Part:
    """One field of a form; `filename` is there for a file."""

    name: str
    content: bytes
    filename: str | None = None


def parse_form(content_type: str, body: bytes) -> dict[str, Part]:
    """The fields of a multipart/form-data body by name; raises `DataPlaneError` 400 when it is none."""
    if not content_type.lower().startswith("multipart/form-data"):
        raise DataPlaneError(
            400, "invalidPayload", f"Expected multipart/form-data, got '{content_type or 'no Content-Type'}'."
        )
    message = BytesParser(policy=email.policy.HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    parts: dict[str, Part] = {}
    for field in message.iter_parts():
        name = field.get_param("name", header="content-disposition")
        content = field.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            parts[name] = Part(name, content, field.get_filename())
    return parts
