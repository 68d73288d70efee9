"""Waiting: what is survived, what ends it, and how long it sleeps in between."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lab.clock import Cancelled, WallClock
from lab.errors import Broken, Undecided
from lab.waiting import Wait, new, retried, until
from tests.suite.lab.azure_answers import azure_error, openai_error
from tests.suite.lab.fakes import NotedClock, scripted

WAIT = Wait("2.5", "fine-tuning job ftjob-1", every=60, deadline=600)


def is_done(seen: str) -> bool:
    return seen == "succeeded"


def test_it_looks_until_done_and_sleeps_in_between() -> None:
    clock, look = NotedClock(), scripted("pending", "running", "succeeded")
    assert until(WAIT, clock, look, is_done) == "succeeded"
    assert clock.sleeps == [60, 60]


def test_what_is_there_at_once_costs_no_sleep() -> None:
    clock = NotedClock()
    assert until(WAIT, clock, scripted("succeeded"), is_done) == "succeeded"
    assert clock.sleeps == []


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(lambda: azure_error(429, "TooManyRequests"), id="azure-throttles"),
        pytest.param(lambda: azure_error(503), id="azure-is-down"),
        pytest.param(lambda: openai_error(500, "InternalServerError"), id="data-plane-is-down"),
        pytest.param(lambda: ConnectionResetError("reset"), id="connection-lost"),
    ],
)
def test_a_failure_that_passes_by_itself_is_survived(failure: Callable[[], Exception]) -> None:
    look = scripted(failure(), "running", "succeeded")
    assert until(WAIT, NotedClock(), look, is_done) == "succeeded"
    assert len(look.calls) == 3


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        pytest.param({"Retry-After": "7"}, 7, id="the-servers-hint"),
        pytest.param({"Retry-After": "0"}, 60, id="no-wait-is-no-hint"),
        pytest.param({}, 60, id="no-hint"),
    ],
)
def test_the_pause_after_a_failure_is_the_servers_or_ours(headers: dict[str, str], pause: float) -> None:
    clock = NotedClock()
    until(WAIT, clock, scripted(azure_error(429, headers=headers), "succeeded"), is_done)
    assert clock.sleeps == [pause]


def test_the_pause_doubles_with_every_failure_in_a_row_up_to_five_minutes() -> None:
    clock = NotedClock()
    wait = Wait("2.5", "fine-tuning job ftjob-1", every=60, deadline=7200)
    look = scripted(*[azure_error(503)] * 5, "running", azure_error(503), "succeeded")
    until(wait, clock, look, is_done)
    assert clock.sleeps == [60, 120, 240, 300, 300, 60, 60]


def test_a_servers_hint_goes_before_the_doubled_pause() -> None:
    clock = NotedClock()
    look = scripted(azure_error(503), azure_error(429, headers={"Retry-After": "7"}), azure_error(503), "succeeded")
    until(Wait("2.5", "job", every=60, deadline=7200), clock, look, is_done)
    assert clock.sleeps == [60, 7, 240]


def test_what_is_only_not_there_yet_is_looked_for_as_often_as_ever() -> None:
    clock = NotedClock()
    look = scripted(
        *[openai_error(404, "DeploymentNotFound")] * 2, *[openai_error(401, "PermissionDenied")] * 2, "succeeded"
    )
    until(WAIT, clock, look, is_done)
    assert clock.sleeps == [60] * 4


def test_a_doubled_pause_leaves_time_for_a_last_look() -> None:
    clock = NotedClock()
    look = scripted(azure_error(503))
    with pytest.raises(Undecided):
        until(Wait("4.1", "answer", every=10, deadline=100), clock, look, is_done)
    assert clock.sleeps == [10, 20, 35, 17.5, 10]


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(azure_error(403, "AuthorizationFailed"), id="not-allowed"),
        pytest.param(azure_error(404, "ResourceNotFound"), id="not-there"),
        pytest.param(RuntimeError("ours"), id="an-error-of-our-own"),
        pytest.param(Broken("2.5", "found nonsense"), id="a-steps-error"),
    ],
)
def test_any_other_failure_ends_it_at_once(failure: Exception) -> None:
    clock, look = NotedClock(), scripted(failure, "succeeded")
    with pytest.raises(type(failure)) as raised:
        until(WAIT, clock, look, is_done)
    assert raised.value is failure
    assert clock.sleeps == []


def test_what_is_new_may_be_unknown_for_two_minutes() -> None:
    missing = openai_error(404, "404")
    clock = NotedClock()
    assert until(WAIT, clock, new(clock, scripted(missing, missing, "succeeded")), is_done) == "succeeded"
    gone, clock = scripted("running", missing), NotedClock()
    with pytest.raises(type(missing)):
        until(WAIT, clock, new(clock, gone), is_done)
    assert clock.sleeps == [60, 60], "after two minutes it is no longer new"


def test_done_may_raise_to_stop_at_once() -> None:
    def refuse(seen: str) -> bool:
        raise Broken("2.5", f"found {seen}")

    with pytest.raises(Broken, match="found failed"):
        until(WAIT, NotedClock(), scripted("failed", "succeeded"), refuse)


def test_the_deadline_names_what_was_waited_for_and_what_was_last_seen() -> None:
    clock, look = NotedClock(), scripted("pending", "running")
    with pytest.raises(Undecided) as raised:
        until(WAIT, clock, look, is_done)
    assert raised.value.step == "2.5"
    assert raised.value.reason == "fine-tuning job ftjob-1: still not there after 600 s; last seen: running"
    assert raised.value.evidence == {"last_seen": "'running'"}
    assert clock.seconds() < 600
    assert len(look.calls) == 10


def test_the_deadline_names_the_failure_when_that_was_last() -> None:
    with pytest.raises(Undecided, match=r"last seen: Azure answered 429 TooManyRequests"):
        until(WAIT, NotedClock(), scripted(azure_error(429, "TooManyRequests")), is_done)


def test_a_hint_beyond_the_deadline_is_not_slept_out() -> None:
    clock = NotedClock()
    wait = Wait("4.1", "answer", every=15, deadline=100)
    with pytest.raises(Undecided):
        until(wait, clock, scripted(openai_error(429, "429", headers={"Retry-After": "86400"})), is_done)
    assert clock.sleeps == []


def test_after_cancelling_nothing_is_looked_at() -> None:
    clock, look = WallClock(), scripted("succeeded")
    clock.cancel()
    with pytest.raises(Cancelled):
        until(WAIT, clock, look, is_done)
    assert look.calls == []


@pytest.mark.parametrize("answer", [None, False, 0, ""], ids=repr)
def test_a_retried_call_takes_any_answer(answer: object) -> None:
    call = scripted(azure_error(503), answer)
    assert retried(WAIT, NotedClock(), call) == answer
    assert len(call.calls) == 2
