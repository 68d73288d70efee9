"""The ways in which Azure's services write a moment."""

from __future__ import annotations

from datetime import datetime, timezone
from email.utils import format_datetime

UNIX = datetime(1970, 1, 1, tzinfo=timezone.utc)
DOTNET = datetime(1, 1, 1, tzinfo=timezone.utc)


def precise(moment: datetime) -> str:
    """Seven decimals, as in systemData: `2025-10-28T14:48:21.7749330Z`."""
    return f"{micro(moment)}0Z"


def micro(moment: datetime) -> str:
    """Six decimals and no zone: `2025-10-28T14:48:21.774933`."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f")


def milli(moment: datetime) -> str:
    """Three decimals, as key vaults write: `2022-05-12T07:03:53.063Z`."""
    return f"{micro(moment)[:-3]}Z"


def whole(moment: datetime) -> str:
    """Whole seconds: `2025-10-28T14:48:22Z`."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def blank(moment: datetime) -> str:
    """Whole seconds with a blank for the T, as a vault's purge writes: `2022-04-07 07:22:08Z`."""
    return moment.strftime("%Y-%m-%d %H:%M:%SZ")


def http_date(moment: datetime) -> str:
    """The form of a Date header: `Tue, 28 Oct 2025 14:48:21 GMT`."""
    return format_datetime(moment, usegmt=True)


def epoch(moment: datetime) -> int:
    """Whole seconds since 1970, as the data plane counts."""
    return int((moment - UNIX).total_seconds())


def ticks(moment: datetime) -> int:
    """Units of 100 ns since the year 1, as .NET counts."""
    since = moment - DOTNET
    return (since.days * 86_400 + since.seconds) * 10_000_000 + since.microseconds * 10
