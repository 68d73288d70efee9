"""Waiting for Azure, politely and never without end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from lab.azure_errors import HalfAnswer, not_yet, refusal, retry_after, survivable, words_of
from lab.clock import Clock
from lab.errors import Undecided, shown
from lab.progress import Progress, Unwatched, state_of, trouble

T = TypeVar("T")
# The longest pause of our own after a failure, in Azure's seconds.
LONGEST_PAUSE = 300.0
# How long something just made may be unknown to a part of Azure, in Azure's seconds.
SETTLING_S = 120.0


@dataclass(frozen=True)
class Wait:
    """What is waited for: `step` and `what` name it in errors; `every` and `deadline` are Azure's seconds.

    `progress` is told what each look found.
    """

    step: str
    what: str
    every: float
    deadline: float
    progress: Progress = field(default_factory=Unwatched)


def until(wait: Wait, clock: Clock, look: Callable[[], T], done: Callable[[T], bool]) -> T:
    """Look again and again until `done`; raises `Undecided` with what was last seen when the deadline has passed.

    A failure that passes by itself (429, 5xx, a lost connection) is survived within the deadline: the next look is when
    the server says, else after a pause that doubles with every failure in a row. `done` may raise to stop at once.
    """
    expires = clock.expiry(wait.deadline)
    last, whole = "nothing", ""
    failures = 0
    failure: Exception | None = None
    while True:
        clock.checkpoint()
        pause = wait.every
        try:
            seen = look()
        except Exception as error:
            if not survivable(error):
                raise
            failures = 0 if not_yet(error) else failures + 1
            pause = retry_after(error) or _back_off(wait.every, failures, expires - clock.seconds())
            last, failure = words_of(error), error
            wait.progress.saw(wait.step, trouble(error, pause))
        else:
            failures, failure = 0, None
            if done(seen):
                return seen
            last, whole = state_of(seen) or repr(seen), repr(seen)
            wait.progress.saw(wait.step, state_of(seen))
        if clock.seconds() + pause >= expires:
            reason = f"{wait.what}: still not there after {wait.deadline:.0f} s; last seen: {shown(last, 500)}"
            raise Undecided(wait.step, reason, {"last_seen": shown(whole, 1000)} if whole else None) from failure
        clock.sleep(pause)


def new(clock: Clock, look: Callable[[], T]) -> Callable[[], T]:
    """A look at what has just been made: for its first minutes "not found" is an answer that came too early."""
    settled = clock.expiry(SETTLING_S)

    def early() -> T:
        try:
            return look()
        except Exception as error:
            answer = refusal(error)
            if answer is None or answer.status != 404 or clock.seconds() >= settled:
                raise
            raise HalfAnswer(words_of(error)) from error

    return early


def _back_off(every: float, failures: int, left: float) -> float:
    """Twice as long after each failure in a row, but never so long that the `left` seconds pass without a look."""
    doubled = min(every * 2 ** min(failures - 1, 16), LONGEST_PAUSE) if failures else every
    return max(every, min(doubled, left / 2))


def retried(wait: Wait, clock: Clock, call: Callable[[], T]) -> T:
    """Make one call, again after failures that pass by themselves, until the deadline."""
    return until(wait, clock, call, lambda _: True)
