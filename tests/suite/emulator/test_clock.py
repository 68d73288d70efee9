from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from emulator.agenda import Agenda
from emulator.clock import Clock

START = datetime(2024, 11, 15, 9, tzinfo=timezone.utc)


def test_a_running_clock_is_so_many_times_as_fast_as_real_time() -> None:
    real = [100.0]
    clock = Clock(START, speed=60, monotonic=lambda: real[0])
    real[0] += 2
    assert clock.now() == START + timedelta(minutes=2)
    assert clock.real_seconds(30) == 0.5


def test_requests_do_not_move_a_running_clock() -> None:
    clock = Clock(START, speed=1, monotonic=lambda: 0.0)
    clock.tick()
    assert clock.now() == START


def test_a_clock_with_a_step_moves_with_requests_only() -> None:
    real = [0.0]
    clock = Clock(START, speed=1000, step=15, monotonic=lambda: real[0])
    real[0] += 60
    assert clock.now() == START
    clock.tick()
    assert clock.now() == START + timedelta(seconds=15)
    assert clock.real_seconds(3600) == 0


def test_a_clock_goes_on_from_where_it_was_set() -> None:
    real = [0.0]
    clock = Clock(START, speed=10, monotonic=lambda: real[0])
    clock.move_to(START + timedelta(days=1))
    real[0] += 1
    assert clock.now() == START + timedelta(days=1, seconds=10)


def test_the_agenda_runs_what_is_due_in_order_each_at_its_own_moment() -> None:
    agenda = Agenda(START)
    seen: list[tuple[str, float]] = []

    def note(name: str) -> None:
        seen.append((name, (agenda.now - START).total_seconds()))

    agenda.after(20, lambda: note("second"))
    agenda.after(10, lambda: note("first"))
    agenda.after(300, lambda: note("not yet"))
    agenda.catch_up(START + timedelta(seconds=60))
    assert seen == [("first", 10), ("second", 20)]
    assert agenda.now == START + timedelta(seconds=60)


def test_what_an_action_enters_is_caught_up_with_too() -> None:
    agenda = Agenda(START)
    seen: list[float] = []

    def enter_another() -> None:
        agenda.after(5, lambda: seen.append((agenda.now - START).total_seconds()))

    agenda.after(5, enter_another)
    agenda.catch_up(START + timedelta(seconds=60))
    assert seen == [10]


def test_an_action_that_fails_is_told_and_keeps_nothing_else_from_happening(
    capsys: pytest.CaptureFixture[str],
) -> None:
    done: list[str] = []

    def broken() -> None:
        raise ZeroDivisionError("the emulator's fault")

    agenda = Agenda(START)
    agenda.after(1, broken)
    agenda.after(2, lambda: done.append("next"))
    agenda.catch_up(START + timedelta(seconds=3))
    assert (done, agenda.now) == (["next"], START + timedelta(seconds=3))
    assert "ZeroDivisionError: the emulator's fault" in capsys.readouterr().err
