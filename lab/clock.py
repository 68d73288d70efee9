"""Time as the lab uses it: waits and deadlines in Azure's seconds, whatever runs below."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timezone
from typing import Protocol


class Cancelled(Exception):
    """The run was told to stop; waiting ends at once and nothing new is started."""


class Clock(Protocol):
    """What waiting code needs: the date, elapsed seconds, and a sleep that can be cancelled."""

    def now(self) -> datetime: ...

    def seconds(self) -> float: ...

    def sleep(self, seconds: float) -> None: ...

    def expiry(self, deadline: float) -> float: ...

    def checkpoint(self) -> None: ...

    def cancel(self) -> None: ...


class WallClock:
    """Real time, divided by `speed` when the other side is a sped-up stand-in.

    All seconds are Azure's: `sleep(60)` at speed 1000 takes 60 ms. A sleep never takes less than
    `shortest_sleep` real seconds, so that a fast clock does not become a busy loop, and a deadline never less than
    `patience` real seconds when sped up, so that a slow machine is not taken for a slow Azure.
    """

    def __init__(self, speed: float = 1.0, *, shortest_sleep: float = 0.01, patience: float = 20.0) -> None:
        self._speed = speed
        self._shortest_sleep = shortest_sleep
        self._patience = patience if speed > 1 else 0.0
        self._cancelled = threading.Event()

    def now(self) -> datetime:
        return datetime.now(timezone.utc)

    def seconds(self) -> float:
        return time.monotonic() * self._speed

    def sleep(self, seconds: float) -> None:
        """Wait; raises `Cancelled` as soon as the run is told to stop."""
        if self._cancelled.wait(max(seconds / self._speed, self._shortest_sleep)):
            raise Cancelled

    def checkpoint(self) -> None:
        """Raise `Cancelled` when the run was told to stop: called before every request that could make something."""
        if self._cancelled.is_set():
            raise Cancelled

    def expiry(self, deadline: float) -> float:
        """The reading of `seconds()` at which something started now with this deadline has run out."""
        return self.seconds() + max(deadline, self._patience * self._speed)

    def cancel(self) -> None:
        self._cancelled.set()


class StoppedClock:
    """The clock of a replay: the date is the recording's and no wait takes any time."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._elapsed = 0.0

    def now(self) -> datetime:
        return self._now

    def seconds(self) -> float:
        return self._elapsed

    def sleep(self, seconds: float) -> None:
        self._elapsed += max(seconds, 0.0)

    def expiry(self, deadline: float) -> float:
        return self._elapsed + deadline

    def checkpoint(self) -> None:
        """Nothing can be cancelled here."""

    def cancel(self) -> None:
        """Nothing waits here, so there is nothing to cancel."""
