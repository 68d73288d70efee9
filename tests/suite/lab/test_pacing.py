"""Pacing: a deployment's rate is kept to, by waiting, however long each request takes."""

from __future__ import annotations

import threading

import pytest

from lab.clock import Cancelled, WallClock
from lab.pacing import Pacing, tokens_of
from tests.suite.lab.fakes import NotedClock


def paced(count: int, *, capacity: int, tokens: int, takes: float = 0.0) -> list[float]:
    """The moments at which so many requests were made, one after another, each taking so many seconds."""
    clock, pacing, made = NotedClock(), Pacing(), []
    for _ in range(count):
        with pacing.turn(clock, "ft-travel", capacity, tokens):
            made.append(clock.seconds())
            clock.sleep(takes)
    return made


def test_what_fits_is_made_at_once() -> None:
    assert paced(5, capacity=5, tokens=280) == [0.0] * 5


def test_one_request_more_waits_for_the_window_of_requests() -> None:
    assert paced(11, capacity=5, tokens=280) == [0.0] * 5 + [10.0] * 5 + [20.0]


def test_one_token_more_waits_for_the_window_of_tokens() -> None:
    assert paced(3, capacity=1, tokens=400) == [0.0, 10.0, 60.0]


@pytest.mark.parametrize(("tokens", "second"), [(500, 10.0), (501, 60.0)], ids=["fits", "one-too-many"])
def test_the_limit_itself_may_be_used_up(tokens: int, second: float) -> None:
    assert paced(2, capacity=1, tokens=tokens) == [0.0, second]


def test_a_window_begins_with_the_answer() -> None:
    assert paced(3, capacity=1, tokens=10, takes=4.0) == [0.0, 14.0, 28.0]


def test_a_request_larger_than_the_limit_is_left_to_the_service() -> None:
    assert paced(1, capacity=1, tokens=5000) == [0.0]


def test_a_deployment_without_a_capacity_counts_as_the_smallest() -> None:
    assert paced(2, capacity=0, tokens=10) == [0.0, 10.0]


def test_deployments_do_not_share_a_rate() -> None:
    clock, pacing = NotedClock(), Pacing()
    for name in ("one", "other"):
        with pacing.turn(clock, name, 1, 10):
            pass
    assert clock.sleeps == []


def test_a_request_that_failed_counts_too() -> None:
    clock, pacing = NotedClock(), Pacing()
    with pytest.raises(ValueError, match="refused"), pacing.turn(clock, "ft-travel", 1, 10):
        raise ValueError("refused")
    with pacing.turn(clock, "ft-travel", 1, 10):
        assert clock.seconds() == 10.0


def test_a_request_under_way_takes_room() -> None:
    clock, pacing = WallClock(speed=1000.0), Pacing()
    under_way, seen = threading.Event(), threading.Event()

    def first() -> None:
        with pacing.turn(clock, "ft-travel", 1, 10):
            under_way.set()
            seen.wait(10)

    thread = threading.Thread(target=first)
    thread.start()
    assert under_way.wait(10)
    clock.cancel()
    with pytest.raises(Cancelled), pacing.turn(clock, "ft-travel", 1, 10):
        pytest.fail("two requests where one fits")
    seen.set()
    thread.join()


@pytest.mark.parametrize(
    ("prompt", "at_least"),
    [("What can you do?", 5), ("내 서른 번째 생일에 어디로 휴가를 갈까?", 20)],
    ids=["english", "korean"],
)
def test_a_request_is_taken_for_its_prompt_and_its_longest_answer(prompt: str, at_least: int) -> None:
    assert 256 + at_least <= tokens_of(prompt, 256) <= 256 + len(prompt.encode()) + 10
