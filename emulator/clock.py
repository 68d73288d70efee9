"""The emulator's own time: it runs faster than ours, or moves by a fixed step with every request."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta


class Clock:
    """A clock that starts at `start` and runs `speed` times as fast as real time, or stands still between steps."""

    def __init__(
        self,
        start: datetime,
        *,
        speed: float,
        step: float | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.speed = speed
        self.step = step
        self._monotonic = monotonic
        self._base = start
        self._since = monotonic()

    def now(self) -> datetime:
        """The emulator's present moment, in UTC."""
        if self.step is not None:
            return self._base
        return self._base + timedelta(seconds=(self._monotonic() - self._since) * self.speed)

    def tick(self) -> None:
        """Count one request: moves a clock that goes by steps, and leaves a running one alone."""
        if self.step is not None:
            self._base += timedelta(seconds=self.step)

    def move_to(self, moment: datetime) -> None:
        """Set the clock to another moment, from where it goes on."""
        self._base = moment
        self._since = self._monotonic()

    def real_seconds(self, azure_seconds: float) -> float:
        """How long a wait of Azure's takes here, in real seconds; none on a clock that goes by steps."""
        return 0.0 if self.step is not None else azure_seconds / self.speed
