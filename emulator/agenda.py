"""What is due to happen in the emulator, and when: nothing waits, it is caught up with at the next look."""

from __future__ import annotations

import heapq
import itertools
import sys
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta

Action = Callable[[], None]


class Agenda:
    """Actions in order of their due time. While one runs, `now` is the moment at which it was due."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._due: list[tuple[datetime, int, Action]] = []
        self._order = itertools.count()

    def begin(self, now: datetime) -> None:
        """Go back to an earlier moment, as long as nothing has been entered."""
        if self._due:
            raise ValueError(f"{len(self._due)} actions are entered already")
        self.now = now

    def after(self, seconds: float, action: Action) -> datetime:
        """Enter an action for `seconds` of the emulator's time from now; returns when it is due."""
        due = self.now + timedelta(seconds=seconds)
        heapq.heappush(self._due, (due, next(self._order), action))
        return due

    def catch_up(self, now: datetime) -> None:
        """Run all that is due up to `now`, the oldest first, with what it enters anew.

        An action that fails is a fault of the emulator: its traceback goes to standard error, and the rest goes on.
        """
        while self._due and self._due[0][0] <= now:
            due, _, action = heapq.heappop(self._due)
            self.now = max(self.now, due)
            try:
                action()
            except Exception:  # whoever asks next is not to suffer from what another request had entered
                traceback.print_exc(file=sys.stderr)
        self.now = max(self.now, now)
