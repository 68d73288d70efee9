"""The headers of an answer: which were recorded, which say something by being absent, and how two sets differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timezone
from fnmatch import fnmatchcase

from tests.suite.conformance.difference import Difference
from tests.suite.conformance.shape import shape_of_text

RECORDED = (
    "azure-asyncoperation",
    "location",
    "retry-after",
    "content-type",
    "x-ms-region",
    "apim-request-id",
    "x-ratelimit-*",
    "x-ms-ratelimit-*",
    "etag",
    "x-ms-failure-cause",
)
"""What the recordings list of an answer's headers; of all others they say nothing."""

OPERATIONS = ("azure-asyncoperation", "location", "retry-after")
ALL_BUT_OPERATIONS = tuple(name for name in RECORDED if name not in OPERATIONS)

DROPPED = {"Azure/azure-cli": ("retry-after", "x-ms-ratelimit-remaining-*-reads")}
"""What a project's recorder drops (azure-cli: src/azure-cli-testsdk/.../scenario_tests/base.py, FILTER_HEADERS)."""

GLOBAL_LIMITS_SINCE = datetime(2025, 1, 1, tzinfo=timezone.utc)
"""From when on all recordings have `-global-` limits beside the others."""

EXACT = ("content-type", "retry-after", "x-ms-region", "x-ms-failure-cause")


def shapes_of(headers: Mapping[str, str]) -> dict[str, str]:
    """The recorded ones of an answer's headers, by name in lower case, each with its shape."""
    lower = {name.lower(): value for name, value in headers.items()}
    return {name: _shape(name, lower[name]) for name in sorted(lower) if _is_any(name, RECORDED)}


def header_differences(
    azure: Mapping[str, str], emulator: Mapping[str, str], *, unproven: Sequence[str], recorded: datetime | None
) -> Iterator[Difference]:
    """What differs. `unproven`: globs of headers whose absence from the recording proves nothing."""
    for name, shape in azure.items():
        if name not in emulator:
            yield Difference(f"headers.{name}", shape, "no such header")
        elif shape != emulator[name]:
            yield Difference(f"headers.{name}", shape, emulator[name])
    for name in emulator:
        is_too_new = "-global-" in name and recorded is not None and recorded < GLOBAL_LIMITS_SINCE
        if name not in azure and not is_too_new and not _is_any(name, unproven):
            yield Difference(f"headers.{name}", "no such header", emulator[name])


def _shape(name: str, value: str) -> str:
    if name in EXACT:
        return f"={value}"
    return "digits" if re.fullmatch(r"\d+", value) else shape_of_text(value)


def _is_any(name: str, globs: Sequence[str]) -> bool:
    return any(fnmatchcase(name, glob) for glob in globs)
