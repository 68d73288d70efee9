"""The training file's validator finds every mistake, and says where it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

import pytest

from lab import training_data
from lab.errors import InputError
from lab.training_data import Example, Message, parse

SYSTEM = {"role": "system", "content": "You are a travel companion."}
USER = {"role": "user", "content": "여행?"}
ASSISTANT = {"role": "assistant", "content": "Where to?"}
GOOD = json.dumps({"messages": [SYSTEM, USER, ASSISTANT]}, ensure_ascii=False)


def file_of(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def problems_of(raw: bytes, minimum: int = 1) -> Sequence[str]:
    with pytest.raises(InputError) as refusal:
        parse(raw, "travel.jsonl", minimum)
    assert refusal.value.source == "travel.jsonl"
    return refusal.value.problems


def test_a_good_file_gives_its_examples_and_what_identifies_it() -> None:
    raw = file_of(GOOD, GOOD) + b"\n"
    data = parse(raw, "travel.jsonl", 2)
    message = Message("user", "여행?")
    assert data.examples == (Example((Message(**SYSTEM), message, Message(**ASSISTANT))),) * 2
    assert (data.source, data.byte_count) == ("travel.jsonl", len(raw))
    assert data.sha256 == hashlib.sha256(raw).hexdigest()


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbf" + file_of(GOOD),
        file_of(GOOD) + b"\r\n",
        file_of(json.dumps({"messages": [USER, ASSISTANT]})),
        file_of(json.dumps({"messages": [SYSTEM, USER, ASSISTANT, USER, ASSISTANT]})),
        file_of(json.dumps({"messages": [USER, {**ASSISTANT, "weight": 1}]})),
        file_of(json.dumps({"messages": [USER, {**ASSISTANT, "content": "one\u2028line"}]}, ensure_ascii=False)),
    ],
    ids=["byte-order-mark", "crlf", "no-system", "several-turns", "weight", "line-separator-in-a-text"],
)
def test_what_azure_takes_is_taken(raw: bytes) -> None:
    assert len(parse(raw, "travel.jsonl", 1).examples) == 1


@pytest.mark.parametrize(
    ("messages", "problem"),
    [
        ([], "'messages' is empty"),
        ({}, "'messages' is an object, expected a list"),
        (None, "'messages' is null, expected a list"),
        (["hello"], "message 1: found a text, expected an object with role and content"),
        ([USER, {"content": "Hi"}], "message 2: found no role, expected one of system, user, assistant"),
        ([USER, {"role": "bot", "content": "Hi"}], 'message 2: found the role "bot"'),
        ([USER, {"role": ["user"], "content": "Hi"}], 'message 2: found the role ["user"]'),
        ([USER, {"role": "assistant"}], "message 2: 'content' is missing"),
        ([USER, {"role": "assistant", "content": None}], "message 2: 'content' is null, expected a text"),
        ([USER, {"role": "assistant", "content": True}], "message 2: 'content' is true or false, expected a text"),
        ([USER, {"role": "assistant", "content": 3}], "message 2: 'content' is a number, expected a text"),
        ([USER, {"role": "assistant", "content": " \n"}], "message 2: 'content' is empty"),
        ([USER, {"role": "assistant", "content": "\ud83d"}], "message 2: 'content' holds half of a surrogate pair"),
        ([ASSISTANT, USER, ASSISTANT], "the first message is the assistant's"),
        ([SYSTEM, ASSISTANT], "no message is the user's"),
        ([SYSTEM, USER], "the last message is the user's, expected the assistant's"),
    ],
)
def test_a_wrong_conversation_is_named(messages: object, problem: str) -> None:
    (found,) = problems_of(file_of(GOOD, json.dumps({"messages": messages})))
    assert found.startswith(f"line 2: {problem}")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"", "the line is empty"),
        (b" \t\r", "the line is empty"),
        (b'{"messages": [}', "not valid JSON at column 15"),
        (b"[1]", "found a list, expected an object"),
        (b"7", "found a number, expected an object"),
        (b'{"messages": NaN}', "not valid JSON: NaN is not JSON"),
        (b"[" * 100_000, "not valid JSON: brackets nested too deeply"),
        (b"1" * 5_000, "not valid JSON: Exceeds the limit"),
        (b'{"prompt": "Hi", "completion": "Hello"}', "'messages' is missing"),
        (b'{"messages": "\xe9"}', f"byte {len(GOOD.encode()) + 16} of the file is not UTF-8"),
    ],
    ids=["empty", "blank", "syntax", "list", "number", "nan", "deep", "huge-number", "completion-shape", "latin-1"],
)
def test_a_wrong_line_is_named(line: bytes, problem: str) -> None:
    (found,) = problems_of(b"\n".join([file_of(GOOD), line, file_of(GOOD)]))
    assert found.startswith(f"line 2: {problem}")


@pytest.mark.parametrize("raw", [b"", b"\n", b"\xef\xbb\xbf", b" \n \n"], ids=["nothing", "newline", "mark", "blanks"])
def test_a_file_without_a_record_is_too_short(raw: bytes) -> None:
    assert problems_of(raw, 10) == ("found 0 examples, expected 10 or more: Azure stops a job with fewer",)


def test_one_example_too_few_is_refused() -> None:
    assert len(parse(file_of(*[GOOD] * 10), "travel.jsonl", 10).examples) == 10
    assert problems_of(file_of(*[GOOD] * 9), 10)[0].startswith("found 9 examples, expected 10 or more")


def test_utf_16_is_one_problem_and_not_one_for_each_line() -> None:
    assert problems_of(GOOD.encode("utf-16"), 10) == ("line 1: the file is UTF-16; save it with the encoding UTF-8",)


def test_a_file_larger_than_azure_takes_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = file_of(GOOD)
    monkeypatch.setattr(training_data, "MAX_BYTES", len(raw))
    assert parse(raw, "travel.jsonl", 1).byte_count == len(raw)
    (found,) = problems_of(raw + b"\n")
    assert found == f"found {len(raw) + 1} bytes, expected {len(raw)} at most; use fewer examples"


def test_all_problems_are_listed_in_the_files_order() -> None:
    no_answer = json.dumps({"messages": [USER]})
    found = problems_of(file_of(no_answer, "", GOOD, "null", no_answer), 10)
    assert [problem.partition(":")[0] for problem in found[1:]] == ["line 1", "line 2", "line 4", "line 5"]
    assert found[0].startswith("found 4 examples")


def test_a_long_list_of_problems_is_cut_and_counted() -> None:
    found = problems_of(file_of(*["null"] * 73))
    assert len(found) == 51
    assert found[-1] == "and 23 more"
