"""Bodies come back as they were sent, whatever they hold, and read well in between."""

from __future__ import annotations

import gzip
import json
import zlib
from datetime import datetime, timezone

import pytest

from fixtures.recording.body import read_body, write_body
from fixtures.recording.cassette_file import Cassette, Head, read_cassette, write_cassette
from fixtures.recording.interaction import Interaction, Request, Response
from fixtures.recording.tree import Json

HEAD = Head("emulator", datetime(2024, 11, 15, tzinfo=timezone.utc), "pytest --emulator --record", {"region": "westus"})
JSON = "application/json; charset=utf-8"
VALUES: dict[str, Json] = {
    "numbers": [0, -1, 1.0, 1e-05, 2e20, 10**30, 100.0, 0.1],
    "words that YAML takes for others": [
        "yes",
        "null",
        "~",
        "1",
        "1.0",
        "2024-11-15",
        "1:30",
        "",
        " ",
        "0x1f",
        "<<",
        "=",
    ],
    "constants": [None, True, False, {}, [], [[]], {"a": {}}],
    "scripts": ["서울", "é", "✈", "𝄞", "\u2028\u0085\ufeff", "tab\tand\\", "'\"`", "# : - ? | > & *"],
    "lines": ["a\nb", "a\n", "\n", "a \nb", " a\nb", "\ta\n", "a\r\nb", "\n\na\n\n\n", "x" * 5000 + " y"],
    "names": {"1.3": 1, "true": 2, "a b": 3, "": 4, "k" * 200: 5, "é": 6},
    "a bare text": "text",
    "nothing": None,
}
TEXTS = {
    "csv": b"step,loss\n1,0.5\n",
    "windows": b"a,b\r\n1,2\r\n",
    "mixed line ends": b"a\r\nb\nc\rd",
    "byte-order mark": b"\xef\xbb\xbf{}\n",
    "both": b"\xef\xbb\xbfa\r\nb",
    "events": b'data: {"a": 1}\n\ndata: [DONE]\n\n',
    "trailing spaces": b"a \n b \n",
    "control": b"a\x00b\x1b[0m",
}


def _through_a_file(body: dict[str, Json] | None) -> dict[str, Json] | None:
    text = write_cassette(
        Cassette(HEAD, "s", (Interaction(Request("GET", "https://a.example/"), Response(200, {}, body)),))
    )
    assert "\r" not in text
    assert "!!" not in text
    return read_cassette(text).interactions[0].response.body


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_json_means_the_same_after_the_file(value: Json) -> None:
    body = read_body(json.dumps(value).encode(), JSON)
    assert body == {"json": value}
    again = json.loads(write_body(_through_a_file(body)))
    assert json.dumps(again) == json.dumps(value)


@pytest.mark.parametrize("content", TEXTS.values(), ids=TEXTS)
def test_text_is_the_same_bytes_after_the_file(content: bytes) -> None:
    assert write_body(_through_a_file(read_body(content, "text/csv"))) == content


def test_equal_values_are_written_out_each_time() -> None:
    shared: Json = ["example.com"]
    text = write_cassette(
        Cassette(
            HEAD, "s", (Interaction(Request("GET", "https://a.example/"), Response(200, {}, {"json": [shared] * 2})),)
        )
    )
    assert text.count("example.com") == 2
    assert "&" not in text


def test_half_a_surrogate_pair_survives() -> None:
    content = b'{"a": "\\ud83d"}'
    assert write_body(_through_a_file(read_body(content, JSON))) == content


@pytest.mark.parametrize("kind", ["application/json", "application/problem+json", JSON])
def test_json_is_what_its_header_says(kind: str) -> None:
    assert read_body(b"[1]", kind) == {"json": [1]}
    assert read_body(b"[1", kind) == {"text": "[1"}
    assert read_body(b"[1]", "application/jsonl") == {"text": "[1]"}


def test_an_empty_body_is_none() -> None:
    assert read_body(b"", JSON) is None
    assert _through_a_file(None) is None
    assert write_body(None) == b""


def test_compressed_bodies_are_read_also_where_urllib3_did_it_before() -> None:
    assert read_body(gzip.compress(b'{"a":1}'), JSON, "gzip") == {"json": {"a": 1}}
    assert read_body(zlib.compress(b"a"), "text/plain", "deflate") == {"text": "a"}
    assert read_body(b'{"a":1}', JSON, "GZIP") == {"json": {"a": 1}}


@pytest.mark.parametrize(("content", "encoding"), [(b"\xff\xfe", ""), (b"\x1f\x8b\xff", "gzip"), (b"abc", "br")])
def test_what_cannot_be_read_says_so(content: bytes, encoding: str) -> None:
    body = read_body(content, "text/plain", encoding)
    assert body is not None
    assert list(body) == ["unreadable"]


FORM = (
    b'--%b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nfine-tune\r\n'
    b'--%b\r\nContent-Disposition: form-data; name="file"; filename="t.jsonl"\r\n'
    b'Content-Type: application/octet-stream\r\n\r\n{"a": "--x"}\r\n\n\r\n--%b--\r\n'
)


def test_a_form_is_the_same_whatever_its_boundary() -> None:
    bodies = [
        read_body(FORM.replace(b"%b", boundary), f"multipart/form-data; boundary={boundary.decode()}")
        for boundary in (b"0123456789abcdef", b"fedcba9876543210")
    ]
    assert bodies[0] == bodies[1]
    assert bodies[0] == {
        "parts": [
            {"name": "purpose", "text": "fine-tune"},
            {
                "name": "file",
                "filename": "t.jsonl",
                "content_type": "application/octet-stream",
                "text": '{"a": "--x"}\r\n\n',
            },
        ]
    }


def test_half_a_form_is_text() -> None:
    assert read_body(b"--b\n\nx", "multipart/form-data; boundary=b") == {"text": "--b\n\nx"}
