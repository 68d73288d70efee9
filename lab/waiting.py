"""Waiting for Azure, politely and never without end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from lab.azure_errors import retry_after, survivable
from lab.clock import Clock
from lab.errors import Undecided, shown

T = TypeVar("T")


@dataclass(frozen=True)
class Wait:
    """What is waited for: `step` and `what` name it in errors; `every` and `deadline` are Azure's seconds."""

    step: str
    what: str
    every: float
    deadline: float


def until(wait: Wait, clock: Clock, look: Callable[[], T], done: Callable[[T], bool]) -> T:
    """Look again and again until `done`; raises `Undecided` with what was last seen when the deadline has passed.

    A failure that passes by itself (429, 5xx, a lost connection) is survived within the deadline.
    `done` may raise to stop at once.
    """
    expires = clock.expiry(wait.deadline)
    last = "nothing"
    while True:
        clock.checkpoint()
        pause = wait.every
        try:
            seen = look()
        except Exception as error:
            if not survivable(error):
                raise
            pause = retry_after(error) or wait.every
            last = f"{type(error).__name__}: {error}"
        else:
            if done(seen):
                return seen
            last = repr(seen)
        if clock.seconds() + pause >= expires:
            reason = f"{wait.what}: still not there after {wait.deadline:.0f} s; last seen: {shown(last, 500)}"
            raise Undecided(wait.step, reason)
        clock.sleep(pause)


def retried(wait: Wait, clock: Clock, call: Callable[[], T]) -> T:
    """Make one call, again after failures that pass by themselves, until the deadline."""
    return until(wait, clock, call, lambda _: True)
