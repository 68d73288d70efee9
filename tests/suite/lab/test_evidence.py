"""Evidence: results as JSON, with nothing in it that must not be shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from lab.evidence import LONGEST_TEXT, Redactor, as_evidence
from tests.suite.lab.fakes import STARTED, SUBSCRIPTION


@dataclass(frozen=True)
class Inner:
    count: int


@dataclass(frozen=True)
class Outer:
    name: str
    inner: tuple[Inner, ...]
    secret: str = field(repr=False)


def test_a_result_becomes_json_without_what_its_repr_hides() -> None:
    found = as_evidence(Outer("hub", (Inner(1), Inner(2)), "hidden"))
    assert found == {"name": "hub", "inner": [{"count": 1}, {"count": 2}]}
    assert json.loads(json.dumps(found)) == found


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(STARTED, "2024-11-15T09:00:00+00:00", id="date"),
        pytest.param({1: STARTED}, {"1": "2024-11-15T09:00:00+00:00"}, id="mapping"),
        pytest.param(frozenset({"a"}), ["a"], id="set"),
        pytest.param(None, None, id="none"),
        pytest.param(True, True, id="bool"),
        pytest.param(1.5, 1.5, id="number"),
        pytest.param(b"ab", "b'ab'", id="bytes"),
        pytest.param(Inner, str(Inner), id="a-class-is-not-a-result"),
    ],
)
def test_values(value: object, expected: object) -> None:
    assert as_evidence(value) == expected


def test_a_long_text_is_cut_and_says_so() -> None:
    found = as_evidence("x" * (LONGEST_TEXT + 1))
    assert found == "x" * LONGEST_TEXT + "… (4001 characters)"
    assert as_evidence("x" * LONGEST_TEXT) == "x" * LONGEST_TEXT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"in {SUBSCRIPTION}", "in <subscription>", id="as-it-is"),
        pytest.param("in AAAA-BBBB", "in <tenant>", id="any-case"),
        pytest.param("long-name", "<longer>", id="the-longer-one-first"),
        pytest.param("sent to someone@example.com.", "sent to <e-mail>.", id="e-mail"),
        pytest.param("nothing to hide", "nothing to hide", id="nothing"),
    ],
)
def test_a_text_is_redacted(text: str, expected: str) -> None:
    words = {SUBSCRIPTION: "<subscription>", "aaaa-bbbb": "<tenant>", "long": "<short>", "long-name": "<longer>"}
    assert Redactor(words).text(text) == expected


def test_what_stands_for_a_secret_is_not_redacted_again() -> None:
    assert Redactor({"abc": "<tenant>", "tenant": "<x>"}).text("abc") == "<tenant>"


@pytest.mark.parametrize("secrets", [{}, {"": "<empty>"}], ids=["none", "an-empty-one"])
def test_without_secrets_only_e_mail_addresses_go(secrets: Mapping[str, str]) -> None:
    assert Redactor(secrets).text("Hub of a@example.com") == "Hub of <e-mail>"


def test_every_text_in_a_value_is_redacted_member_names_too() -> None:
    value: Any = {"id-of-secret": ["a secret", {"n": 5, "deep": ("SECRET", None, True)}]}
    assert Redactor({"secret": "<s>"}).value(value) == {
        "id-of-<s>": ["a <s>", {"n": 5, "deep": ["<s>", None, True]}],
    }
