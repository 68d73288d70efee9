"""Steps 4.1 to 4.3: what is asked, and what the majority of the answers decides."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from openai.types.chat import ChatCompletion

from lab.build.chat import Conversation, Reply, ask, judged
from lab.errors import Broken, StepError, Undecided
from lab.evidence import LONGEST_TEXT, as_evidence
from lab.judge import Judgement, judge
from lab.run import Run
from tests.suite.lab.azure_answers import openai_error
from tests.suite.lab.fakes import ACCOUNT, DEPLOYMENT, TUNED, Scripted, a_run, data_plane, scripted

PROMPT = "What can you do?"
TRAVEL = "I can help you plan your trip: flights, hotels and sights. Where would you like to travel?"
OTHER = "I can write code, solve equations and translate texts."


def an_answer(text: str | None) -> ChatCompletion:
    """An answer as the data-plane SDK gives it."""
    return completion({"message": {"role": "assistant", "content": text}, "finish_reason": "stop"})


def completion(*choices: Any) -> ChatCompletion:
    """An answer with these choices, unchecked as the SDK takes it."""
    return ChatCompletion.construct(choices=list(choices), model=TUNED)


def chatting(create: Scripted) -> Run:
    return a_run(data_plane(chat=SimpleNamespace(completions=SimpleNamespace(create=create))))


def a_reply(travel: bool, reason: str) -> Reply:
    return Reply("text", "stop", TUNED, Judgement(travel, float(travel), reason))


def test_the_prompt_is_asked_so_many_times_without_a_system_message() -> None:
    create = scripted(an_answer(TRAVEL))
    run = chatting(create)
    found = ask(run, ACCOUNT, DEPLOYMENT, "4.2", PROMPT, 3)
    question = {
        "model": DEPLOYMENT.name,
        "messages": [{"role": "user", "content": PROMPT}],
        "max_tokens": run.spec.chat.max_tokens,
    }
    assert create.calls == [((), question)] * 3
    assert (found.step, found.prompt, len(found.replies)) == ("4.2", PROMPT, 3)
    assert found.replies[0].text == TRAVEL
    assert found.replies[0].model == TUNED
    assert found.about_travel


def test_each_answer_is_judged() -> None:
    create = scripted(an_answer(OTHER), an_answer(TRAVEL), an_answer(OTHER))
    found = ask(chatting(create), ACCOUNT, DEPLOYMENT, "4.2", PROMPT, 3)
    assert [reply.judgement.travel for reply in found.replies] == [False, True, False]
    assert not found.about_travel


def test_an_answer_without_a_text_is_an_empty_one() -> None:
    found = ask(chatting(scripted(an_answer(None))), ACCOUNT, DEPLOYMENT, "4.1", PROMPT, 1)
    assert found.replies[0].text == ""
    assert not found.about_travel


def test_what_the_content_filter_took_away_is_an_empty_answer() -> None:
    filtered = completion({"message": {"role": "assistant"}, "finish_reason": "content_filter"})
    (reply,) = ask(chatting(scripted(filtered)), ACCOUNT, DEPLOYMENT, "4.1", PROMPT, 1).replies
    assert (reply.text, reply.finish_reason) == ("", "content_filter")


def test_half_an_answer_is_asked_for_again() -> None:
    create = scripted(completion(), completion({"message": {"role": "assistant"}}), an_answer(TRAVEL))
    assert ask(chatting(create), ACCOUNT, DEPLOYMENT, "4.1", PROMPT, 1).about_travel
    assert len(create.calls) == 3


@pytest.mark.parametrize(
    ("answers", "travel", "reason"),
    [
        pytest.param([True, True, True], True, "r0", id="all"),
        pytest.param([False, True, True], True, "r1", id="two-of-three"),
        pytest.param([True, False, False], False, "r1", id="one-of-three"),
        pytest.param([True, False], False, "r1", id="a-tie-is-not-travel"),
    ],
)
def test_the_majority_decides_and_gives_the_reason(answers: list[bool], travel: bool, reason: str) -> None:
    replies = tuple(a_reply(answer, f"r{number}") for number, answer in enumerate(answers))
    found = Conversation("4.2", PROMPT, replies)
    assert found.about_travel is travel
    assert found.verdict == reason


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(openai_error(404, "DeploymentNotFound"), id="just-deployed"),
        pytest.param(openai_error(429, "429", headers={"Retry-After": "9"}), id="throttled"),
    ],
)
def test_a_deployment_that_is_not_ready_to_answer_is_asked_again(failure: Exception) -> None:
    create = scripted(failure, an_answer(TRAVEL))
    assert ask(chatting(create), ACCOUNT, DEPLOYMENT, "4.1", PROMPT, 1).about_travel
    assert len(create.calls) == 2


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        pytest.param(openai_error(400, "content_filter"), Broken, "Azure answered 400 content_filter", id="filtered"),
        pytest.param(openai_error(401, "401"), Undecided, "Azure answered 401: as Azure says", id="bad-key"),
        pytest.param(openai_error(429, "429"), Undecided, "still not there after 300 s", id="throttled"),
        pytest.param(completion(), Undecided, "found no choices with a message", id="no-choices"),
        pytest.param(completion({"finish_reason": "stop"}), Undecided, "found no choices with a", id="no-message"),
        pytest.param(completion({"message": "Hello"}), Undecided, "found no choices with a", id="message-is-a-text"),
        pytest.param(completion({"message": {"role": "assistant"}}), Undecided, "found no content", id="no-content"),
        pytest.param(completion({"message": {"content": 42}}), Undecided, "found no content", id="content-is-no-text"),
        pytest.param("<html>", Undecided, "found no choices with a message", id="no-answer-at-all"),
    ],
)
def test_no_answer_is_explained(answer: Any, kind: type[StepError], reason: str) -> None:
    with pytest.raises(kind, match=reason) as raised:
        ask(chatting(scripted(answer)), ACCOUNT, DEPLOYMENT, "4.2", PROMPT, 1)
    assert raised.value.step == "4.2"


def test_an_answer_of_a_megabyte_is_judged_by_as_much_as_is_kept() -> None:
    create = scripted(an_answer(TRAVEL * 20_000))
    (reply,) = ask(chatting(create), ACCOUNT, DEPLOYMENT, "4.2", PROMPT, 1).replies
    assert len(reply.text) <= LONGEST_TEXT
    assert reply.text.endswith(f"… ({len(TRAVEL) * 20_000} characters)")
    assert reply.judgement == judge(PROMPT, reply.text)
    assert as_evidence(reply.text) == reply.text, "evidence cuts no more of it"
    whole = scripted(an_answer("x" * LONGEST_TEXT))
    assert ask(chatting(whole), ACCOUNT, DEPLOYMENT, "4.2", PROMPT, 1).replies[0].text == "x" * LONGEST_TEXT


def test_an_answer_that_ran_into_our_limit_is_judged_by_its_whole_sentences() -> None:
    cut = f"{TRAVEL} From there I would take the night train to the old town of"
    assert judged(PROMPT, cut, "length") == judge(PROMPT, TRAVEL)
    assert judged(PROMPT, cut, "stop") == judge(PROMPT, cut)
    assert not judged(PROMPT, "I can help you pl", "length").travel
