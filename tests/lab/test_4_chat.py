"""Section 4: the tuned model answers about travel, with no system message."""

from __future__ import annotations

import pytest

from lab.build.chat import Conversation
from lab.errors import mismatch, shown


@pytest.mark.step("4.1")
def test_playground_answers(playground: Conversation) -> None:
    reply = playground.replies[0]
    what = f"answer to {playground.prompt!r}, which ended with {reply.finish_reason or 'no reason'} and is empty"
    assert reply.text.strip(), mismatch(what, reply.text.strip(), "some text")


@pytest.mark.step("4.2")
def test_what_can_you_do(first_prompt: Conversation) -> None:
    assert first_prompt.about_travel, off_topic(first_prompt)


@pytest.mark.step("4.3")
def test_where_should_i_go(second_prompt: Conversation) -> None:
    assert second_prompt.about_travel, off_topic(second_prompt)


def off_topic(conversation: Conversation) -> str:
    """What the model said instead, and why the judge does not take it for travel."""
    said = shown(conversation.replies[0].text, 120)
    why = shown(conversation.verdict).rstrip(".")
    found = f"{why[:1].lower()}{why[1:]} (it said: {said})"
    return f"answer to {conversation.prompt!r}: found {found}, the lab asks for a travel-focused answer"
