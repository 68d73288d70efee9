"""Moments as Azure writes them."""

from __future__ import annotations

import re
from datetime import datetime, timezone

# Azure writes seven digits of a second, which Python 3.10 does not read.
FRACTION = re.compile(r"(\.\d{1,6})\d*")
# Azure writes the year 1 for a moment that it does not know.
FIRST_YEAR = 1970


def moment(value: object) -> datetime | None:
    """A moment in UTC, from ISO 8601, seconds since 1970 or a datetime; None for anything else."""
    try:
        found = _read(value)
        if found is None:
            return None
        found = found.astimezone(timezone.utc) if found.tzinfo else found.replace(tzinfo=timezone.utc)
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.year >= FIRST_YEAR else None


def _read(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return datetime.fromtimestamp(value, timezone.utc) if value > 0 else None
    return datetime.fromisoformat(_padded(value)) if isinstance(value, str) and value else None


def seconds_of(moment: datetime | None) -> float:
    """Seconds since 1970, by which the newest of several is found; 0 for a moment that is not known."""
    return moment.timestamp() if moment else 0.0


def _padded(text: str) -> str:
    return FRACTION.sub(lambda found: found[1].ljust(7, "0"), text.replace("Z", "+00:00"))
