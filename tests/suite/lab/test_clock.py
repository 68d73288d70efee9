"""The clocks: Azure's seconds over real ones, and a stop that reaches whoever sleeps."""

from __future__ import annotations

import threading
import time
from datetime import timedelta, timezone

import pytest

from lab.clock import Cancelled, StoppedClock, WallClock
from tests.suite.lab.fakes import STARTED


def test_a_sped_up_clock_sleeps_so_much_shorter() -> None:
    clock = WallClock(100_000.0, shortest_sleep=0.0)
    before, really_before = clock.seconds(), time.monotonic()
    clock.sleep(600)
    assert clock.seconds() - before >= 600
    assert time.monotonic() - really_before < 5


def test_the_shortest_sleep_keeps_a_fast_clock_from_being_a_busy_loop() -> None:
    clock = WallClock(1_000_000.0, shortest_sleep=0.02)
    before = time.monotonic()
    clock.sleep(1)
    assert time.monotonic() - before >= 0.015


def test_real_time_has_the_deadline_that_was_asked_for() -> None:
    clock = WallClock()
    assert 50 < clock.expiry(60) - clock.seconds() <= 60


@pytest.mark.parametrize(
    ("deadline", "expected"),
    [pytest.param(60, 20_000, id="short-is-lengthened"), pytest.param(50_000, 50_000, id="long-stays")],
)
def test_a_sped_up_deadline_lasts_no_less_than_the_patience(deadline: float, expected: float) -> None:
    clock = WallClock(1000.0, patience=20.0)
    before = clock.seconds()
    expires = clock.expiry(deadline)
    assert before + expected <= expires <= clock.seconds() + expected


def test_the_date_is_utc() -> None:
    assert WallClock().now().tzinfo is timezone.utc


def test_cancelling_ends_a_sleep_at_once() -> None:
    clock, ended = WallClock(), threading.Event()

    def sleep() -> None:
        with pytest.raises(Cancelled):
            clock.sleep(3600)
        ended.set()

    sleeper = threading.Thread(target=sleep, daemon=True)
    sleeper.start()
    clock.cancel()
    sleeper.join(5)
    assert ended.is_set()


def test_after_cancelling_neither_sleeps_nor_checkpoints_let_anybody_on() -> None:
    clock = WallClock()
    clock.checkpoint()
    clock.cancel()
    with pytest.raises(Cancelled):
        clock.sleep(0)
    with pytest.raises(Cancelled):
        clock.checkpoint()


def test_a_stopped_clock_counts_sleeps_and_takes_no_time() -> None:
    clock, before = StoppedClock(STARTED), time.monotonic()
    expires = clock.expiry(7200)
    clock.sleep(3600)
    clock.sleep(-5)
    assert clock.seconds() == 3600
    assert expires == 7200
    assert clock.expiry(60) == 3660
    assert time.monotonic() - before < 5


def test_a_stopped_clock_keeps_its_date_and_cannot_be_cancelled() -> None:
    clock = StoppedClock(STARTED)
    clock.cancel()
    clock.checkpoint()
    clock.sleep(timedelta(days=1).total_seconds())
    assert clock.now() == STARTED
