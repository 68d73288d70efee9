from __future__ import annotations

import json

import pytest

from emulator.behaviour.completion import complete
from emulator.behaviour.examples import InvalidLineError, Message, count_prompt_tokens, count_tokens, parse_examples
from tests.suite.emulator import lab

SYSTEM = (
    'Convert sports headline to JSON: "player" (full name), "team", "sport", and "gender". '
    "If more than one return an array. No markdown"
)


def line(*messages: tuple[str, object]) -> str:
    return json.dumps({"messages": [{"role": role, "content": content} for role, content in messages]})


GOOD = line(("user", "Why?"), ("assistant", "Because."))


def test_examples_are_read_with_and_without_a_byte_order_mark_and_last_newline() -> None:
    plain = parse_examples(f"{GOOD}\n{GOOD}".encode())
    assert parse_examples(f"\ufeff{GOOD}\r\n{GOOD}\n".encode()) == plain
    assert [(example.question, example.answer) for example in plain] == [("Why?", "Because.")] * 2


@pytest.mark.parametrize(
    ("raw", "bad_line", "words"),
    [
        (b'{"not json', 0, "Deserialization of line #0 failed."),
        (f"{GOOD}\n[]".encode(), 1, "no list of messages"),
        (f"{GOOD}\n\n{line(('pilot', 'x'))}".encode(), 2, "unknown role"),
        (line(("user", "x")).encode(), 0, "does not end with a message of the assistant"),
        (line(("user", "x"), ("assistant", "  ")).encode(), 0, "without content"),
        (line(("user", 7), ("assistant", "x")).encode(), 0, "without content"),
        (f"{GOOD}\n".encode() + b"\xff\xfe", 1, "Deserialization of line #1 failed."),
        (b"", 0, "no lines"),
    ],
)
def test_the_first_bad_line_is_named_counted_from_zero(raw: bytes, bad_line: int, words: str) -> None:
    with pytest.raises(InvalidLineError, match=words) as caught:
        parse_examples(raw)
    assert caught.value.line == bad_line


def test_tokens_come_near_to_recorded_counts() -> None:
    """Recording openai_deploy_and_chat_2025_01_01_preview.json: 59 for the prompt, 27 for the answer."""
    prompt = (Message("system", SYSTEM), Message("user", "Pavleski will not play in 2024-2025 season"))
    assert count_prompt_tokens(prompt) == pytest.approx(59, rel=0.1)
    answer = '{\n  "player": "Pavelski",\n  "sport": "hockey",\n  "gender": "male"\n}'
    assert count_tokens(answer) == pytest.approx(27, rel=0.1)


def test_an_answer_is_cut_at_its_greatest_length_and_at_stop_words() -> None:
    text = "One two three. Four five six."
    assert complete(text, {}).finish_reason == "stop"
    cut = complete(text, {"max_tokens": 3})
    assert (cut.text, cut.finish_reason, cut.tokens) == ("One two", "length", 2)
    assert complete(text, {"stop": " Four"}).text == "One two three."
    assert "".join(complete(text, {}).pieces) == text


def test_the_labs_helper_makes_examples_that_azure_takes() -> None:
    assert len(parse_examples(lab.chats("tea"))) == 12
