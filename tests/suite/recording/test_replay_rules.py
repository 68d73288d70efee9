"""Which answers a recording keeps, which of them a request gets, and how a stranger is described."""

from __future__ import annotations

import pytest

from fixtures.recording.collapse import collapsed
from fixtures.recording.difference import differences
from fixtures.recording.errors import NotRecordedError
from fixtures.recording.interaction import Interaction, Request, Response
from fixtures.recording.script import Script
from fixtures.recording.tree import Json

ARM = "https://management.azure.com"


def _one(call: str, status: int = 200, value: Json = None, code: str | None = None) -> Interaction:
    method, path = call.split()
    body: Json = {"error": {"code": code}} if code else value
    return Interaction(Request(method, ARM + path), Response(status, {}, {"json": body}))


def _values(interactions: list[Interaction]) -> list[tuple[str, int, Json]]:
    return [
        (str(one.request), one.response.status, one.response.body["json"] if one.response.body else None)
        for one in interactions
    ]


def test_of_polls_the_last_is_kept() -> None:
    polls = [_one("GET /a", value=1), _one("GET /b", value=2), _one("GET /a", value=3), _one("HEAD /a", 204)]
    assert _values(collapsed(polls)) == [("GET /b", 200, 2), ("GET /a", 200, 3), ("HEAD /a", 204, None)]


def test_a_write_between_two_reads_keeps_both() -> None:
    calls = [_one("GET /a", 404), _one("PUT /a", 201), _one("GET /a", 200), _one("DELETE /a", 202), _one("GET /a", 404)]
    assert collapsed(calls) == calls


def test_two_accepted_writes_are_two() -> None:
    calls = [_one("POST /chat", value="one"), _one("POST /chat", value="two")]
    assert collapsed(calls) == calls


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "PermissionDenied"),
        (404, "DeploymentNotFound"),
        (408, None),
        (409, "RequestConflict"),
        (429, "429"),
        (503, None),
    ],
)
def test_of_retries_the_last_is_kept(status: int, code: str | None) -> None:
    failed, done = _one("POST /chat", status, code=code), _one("POST /chat", value="done")
    assert collapsed([failed, _one("GET /a"), failed, done]) == [_one("GET /a"), done]
    assert collapsed([failed]) == [failed]


def test_other_failures_are_part_of_the_truth() -> None:
    calls = [_one("POST /chat", 404, code="ResourceNotFound"), _one("POST /chat", 400), _one("POST /chat")]
    assert collapsed(calls) == calls


def test_a_retry_after_another_write_is_a_new_request() -> None:
    calls = [_one("PUT /a", 409), _one("DELETE /b"), _one("PUT /a", 201)]
    assert collapsed(calls) == calls


def _played(script: Script, *calls: str) -> list[Json]:
    answers = [script.play(_one(call).request) for call in calls]
    return [answer.body["json"] if answer.body else None for answer in answers]


def test_reads_repeat_until_the_next_write() -> None:
    recorded = [_one("GET /a", value="before"), _one("PUT /a"), _one("GET /a", value="after")]
    script = Script("s", recorded, "record")
    assert _played(script, "GET /a", "GET /a", "PUT /a", "GET /a", "GET /a") == [
        "before",
        "before",
        None,
        "after",
        "after",
    ]
    assert script.unplayed() == []


def test_a_read_gets_what_was_true_after_as_many_writes() -> None:
    script = Script("s", [_one("GET /a", value="before"), _one("PUT /a"), _one("GET /a", value="after")], "record")
    assert _played(script, "PUT /a", "GET /a") == [None, "after"]
    assert [str(request) for request in script.unplayed()] == ["GET /a"]


def test_a_read_after_a_write_that_had_none_is_a_stranger() -> None:
    script = Script("s", [_one("GET /a", value="before"), _one("PUT /a")], "record")
    _played(script, "GET /a", "PUT /a")
    with pytest.raises(NotRecordedError, match="It is recorded 1 time, and was played already"):
        _played(script, "GET /a")


def test_a_poll_that_overtakes_a_write_finds_its_answer() -> None:
    script = Script("s", [_one("PUT /a"), _one("PUT /b"), _one("GET /poll", value="done")], "record")
    assert _played(script, "PUT /a", "GET /poll", "GET /poll", "PUT /b") == [None, "done", "done", None]
    assert script.unplayed() == []


def test_writes_are_played_once_each_in_order() -> None:
    script = Script("s", [_one("POST /chat", value="one"), _one("POST /chat", value="two")], "record")
    assert _played(script, "POST /chat", "POST /chat") == ["one", "two"]
    assert not script.has(_one("POST /chat").request)


def test_what_is_left_over_is_listed() -> None:
    script = Script("s", [_one("GET /a"), _one("PUT /b"), _one("PUT /b")], "record")
    _played(script, "PUT /b")
    assert [str(request) for request in script.unplayed()] == ["GET /a", "PUT /b"]


SAME = [
    ("https://a.example/x?b=2&a=1", "https://A.example:443/x?a=1&b=2"),
    ("https://a.example/x?a=1%202", "https://a.example/x?a=1+2"),
    ("https://a.example", "https://a.example/"),
]
OTHER = [
    ("https://a.example/x?api-version=1", "https://a.example/x?api-version=2"),
    ("https://a.example/x?a=1", "https://a.example/x?a=1&b="),
    ("https://a.example/x", "http://a.example/x"),
    ("https://a.example/x", "https://a.example:8443/x"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_addresses_that_are_the_same(one: str, other: str) -> None:
    assert Request("GET", one).key == Request("GET", other).key


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_addresses_that_are_not(one: str, other: str) -> None:
    assert Request("GET", one).key != Request("GET", other).key


def test_bodies_are_compared_as_what_they_mean() -> None:
    def key(value: Json) -> tuple[str, str, str]:
        return Request("PUT", ARM, {"json": value}).key

    assert key({"a": 1, "b": [1, 2]}) == key({"b": [1, 2], "a": 1})
    assert key({"b": [1, 2]}) != key({"b": [2, 1]})
    assert key({"a": 1}) != key({"a": True})
    assert Request("PUT", ARM).key != key(None)


def test_a_difference_names_its_place() -> None:
    here = Request(
        "PUT", f"{ARM}/a/b?api-version=1&x=1", {"json": {"messages": [{"content": "A"}], "n": 1, "new": None}}
    )
    recorded = Request(
        "POST", "https://x.example/a/c?api-version=2", {"json": {"messages": [{"content": "B"}, 2], "n": 1}}
    )
    assert differences(here, recorded) == [
        "method: 'PUT' here, 'POST' recorded",
        f"host: '{ARM}' here, 'https://x.example' recorded",
        "path: '/a/b' here, '/a/c' recorded",
        "query api-version: '1' here, '2' recorded",
        "query x: '1' here, not recorded",
        "messages[0].content: 'A' here, 'B' recorded",
        "messages[1]: missing here, 2 recorded",
        "new: None here, not recorded",
    ]


def test_a_difference_in_a_file_names_its_line() -> None:
    def upload(text: str) -> Request:
        return Request("POST", ARM, {"parts": [{"name": "file", "filename": "a.jsonl", "text": text}]})

    assert differences(upload("one\ntwo\n"), upload("one\n2\n")) == ["parts[0].text[1]: 'two' here, '2' recorded"]
    assert differences(upload("x" * 500), Request("POST", ARM))[0].endswith("… here, not recorded")


def test_a_stranger_is_shown_the_most_similar_request() -> None:
    script = Script(
        "3-deployment/ready", [_one("GET /subscriptions/s/a"), _one("GET /openai/files/file-1")], "pytest --record"
    )
    assert str(script.describe(_one("GET /openai/files/file-2").request)) == (
        "Not recorded in 3-deployment/ready: GET /openai/files/file-2\n"
        "  None of the 2 recorded requests is this one.\n"
        "  The closest recorded request is GET /openai/files/file-1\n"
        "    path: '/openai/files/file-2' here, '/openai/files/file-1' recorded\n"
        "  If the change is meant, record again: pytest --record"
    )
