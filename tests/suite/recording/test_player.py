"""Replay is strict: what was not recorded, or not asked for again, is told by name."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import httpx2
import pytest
from azure.core.exceptions import ServiceRequestError
from openai import APIConnectionError

from fixtures.recording.tape import (
    NotRecordedError,
    Player,
    TapeOptions,
    UnplayedError,
    find_not_recorded,
)
from tests.suite.recording.recorded_lab import COMMAND, Recording
from tests.suite.recording.small_lab import ARM, QUESTION, STAGES, SUBSCRIPTION, SmallLab

pytestmark = pytest.mark.server


def _swallow(call: Callable[[], object]) -> None:
    """Do what a careless caller does: take any error for an answer."""
    with contextlib.suppress(Exception):
        call()


def test_requests_that_were_not_made_are_all_named(options: TapeOptions, record: Recording) -> None:
    record(options.directory)
    with pytest.raises(UnplayedError) as caught, Player(options).stage(STAGES[3]):
        pass
    group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-lab-recorded?api-version=2025-04-01"
    assert caught.value.requests[0] == f"DELETE {group}"
    assert caught.value.requests[2] == f"HEAD {group}"
    assert len(caught.value.requests) == 3
    assert str(caught.value).endswith(COMMAND)


def test_an_error_of_the_stage_itself_comes_before_unplayed_requests(options: TapeOptions, record: Recording) -> None:
    record(options.directory)
    with pytest.raises(ZeroDivisionError), Player(options).stage(STAGES[3]):
        raise ZeroDivisionError


def test_another_question_is_not_answered_with_the_recorded_answer(
    options: TapeOptions, record: Recording, replayed_lab: SmallLab
) -> None:
    record(options.directory)
    replayed_lab.seen["endpoint"] = "https://aoai-lab-recorded.openai.azure.com/"
    with pytest.raises(NotRecordedError) as caught, Player(options).stage(STAGES[2]), replayed_lab.openai() as client:
        client.chat.completions.create(model="ft-travel", messages=[{"role": "user", "content": "A"}])
    message = str(caught.value)
    path = "/openai/deployments/ft-travel/chat/completions?api-version=2024-10-21"
    assert message.startswith(f"Not recorded in 4-chat/answers: POST {path}\n")
    assert f"The closest recorded request is POST {path}\n" in message
    assert "messages[0].content: 'A' here, 'What can you do?' recorded" in message
    assert message.endswith(f"record again: {COMMAND}")


@pytest.mark.parametrize(
    "wrap",
    [
        pytest.param(lambda error: error, id="as it is"),
        pytest.param(lambda error: ServiceRequestError("cannot connect", error=error), id="azure-core"),
        pytest.param(lambda error: APIConnectionError(request=httpx2.Request("POST", ARM)), id="openai"),
    ],
)
def test_what_a_library_made_of_an_unrecorded_request_is_seen_through(
    options: TapeOptions, record: Recording, replayed_lab: SmallLab, wrap: Callable[[Exception], Exception]
) -> None:
    record(options.directory)
    replayed_lab.seen["endpoint"] = "https://aoai-lab-recorded.openai.azure.com/"
    wrapped: list[BaseException] = []

    def ask_with_a_newer_version() -> None:
        try:
            with replayed_lab.openai() as client:
                client.chat.completions.create(
                    model="ft-travel",
                    messages=[{"role": "user", "content": QUESTION}],
                    extra_query={"api-version": "2024-10-22"},
                )
        except Exception as error:
            wrapped.append(wrap(error))
            raise wrapped[0] from error

    difference = "api-version: '2024-10-22' here, '2024-10-21' recorded"
    with pytest.raises(NotRecordedError, match=difference) as raised, Player(options).stage(STAGES[2]):
        ask_with_a_newer_version()
    assert raised.value.__cause__ is wrapped[0]
    assert str(find_not_recorded(wrapped[0])) == str(raised.value)
    assert find_not_recorded(raised.value) is raised.value
    assert find_not_recorded(ValueError("another")) is None


def test_a_swallowed_refusal_still_fails_the_stage(
    options: TapeOptions, record: Recording, replayed_lab: SmallLab
) -> None:
    record(options.directory)
    with pytest.raises(NotRecordedError, match="GET /elsewhere"), Player(options).stage(STAGES[3]):
        _swallow(lambda: replayed_lab.arm("GET", "/elsewhere"))


def test_a_stage_without_cassette_plays_nothing(
    options: TapeOptions, record: Recording, replayed_lab: SmallLab
) -> None:
    record(options.directory)
    player = Player(options)
    with player.stage("9-other/silent"):
        pass
    with pytest.raises(NotRecordedError, match="Nothing is recorded there"), player.stage("9-other/loud"):
        replayed_lab.arm("GET", "/")
