"""The labels of values: what is kept of an answer, and what is not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.suite.conformance.difference import Comparison, Cut
from tests.suite.conformance.headers import header_differences, shapes_of
from tests.suite.conformance.shape import shape_of

HEX = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"provisioningState": "Succeeded"}, {"provisioningState": "=Succeeded"}),
        ({"name": "somebody's own"}, {"name": "text"}),
        ({"sku": {"name": "S0"}}, {"sku": {"name": "=S0"}}),
        ({"count": 1, "share": 1.0}, {"count": "integer", "share": "number"}),
        ({"ready": True, "endpoint": None}, {"ready": "boolean", "endpoint": "null"}),
        ({"credentials": {"key": "a secret"}}, {"credentials": {"key": "text"}}),
        ({"etag": '"12345678-0000-2300-0000-123456789abc"'}, {"etag": "quoted guid"}),
        ({"createdAt": "2025-10-28T14:48:21.7749336Z"}, {"createdAt": "time fraction Z"}),
        ({"createdAt": "2025-10-28T14:48:21Z"}, {"createdAt": "time Z"}),
        ({"at": "2022-04-07 07:22:08Z"}, {"at": "time with a blank Z"}),
        ({"id": f"ftjob-{HEX}"}, {"id": "ftjob-{}"}),
        ({"tuned": f"gpt-35-turbo-0125.ft-{HEX}-suffix"}, {"tuned": "gpt-35-turbo-0125.ft-{}-{}"}),
        ({"by": "Sanitized"}, {"by": "any"}),
        ({"tags": {"a": "b"}}, {"tags": {}}),
        ([{"a": 1}, {"a": 2}, {"a": "x"}], [{"a": "integer"}, {"a": "text"}]),
    ],
    ids=str,
)
def test_shape(value: Any, expected: Any) -> None:
    assert shape_of(value) == expected


def test_ids_keep_the_letter_case_of_their_fixed_parts() -> None:
    text = "/subscriptions/s/resourcegroups/g/providers/Microsoft.Keyvault/vaults/v"

    assert shape_of(text) == "id /subscriptions/{}/resourcegroups/{}/providers/Microsoft.Keyvault/vaults/{}"


def test_poll_addresses_keep_what_tells_them_apart_and_lose_their_signature() -> None:
    url = (
        "https://management.azure.com/subscriptions/s/providers/Microsoft.X/locations/JAPANEAST/operationResults/o"
        "?api-version=2017-04-18&type=async&t=1&c=2&s=3&h=4"
    )
    path = "/subscriptions/{}/providers/Microsoft.X/locations/JAPANEAST/operationResults/{}"

    assert shape_of(url) == f"url of management {path}?api-version=2017-04-18&type=async"


@pytest.mark.parametrize(
    "url",
    [
        "https://some.openai.azure.com/openai/files?api-version=1",
        "https://127.0.0.1:1/_account/some/openai/files?api-version=1",
    ],
)
def test_an_account_is_an_account_wherever_it_is(url: str) -> None:
    assert shape_of(url) == "url of an account /openai/files?api-version=1"


@pytest.mark.parametrize(
    ("azure", "emulator", "paths"),
    [
        ({"a": 1}, {"A": 1}, ["body.a", "body.A"]),
        ({"a": None}, {}, ["body.a"]),
        ({"a": 1}, {"a": "1"}, ["body.a"]),
        ({"status": "running"}, {"status": "Running"}, ["body.status"]),
        ({"value": []}, {"value": [{"a": 1}]}, ["body.value"]),
        ({"notActions": []}, {"notActions": ["x"]}, []),
        ({"data": [{"a": 1}]}, {"data": [{"a": 1}, {"b": 1}]}, ["body.data[].a", "body.data[].b"]),
        ({"data": [{"a": 1}], "_trimmed": True}, {"data": [{"a": 1}, {"b": 1}]}, []),
        ({"sku": "Sanitized"}, {"sku": "anything"}, []),
        ({"rules": [{"key": "a", "n": 1}]}, {"rules": [{"key": "b", "n": 1}]}, ["body.rules[a]", "body.rules[b]"]),
    ],
    ids=str,
)
def test_differences(azure: Any, emulator: Any, paths: list[str]) -> None:
    found = Comparison().differences(shape_of(azure), shape_of(emulator), "body")

    assert [difference.path for difference in found] == paths


@pytest.mark.parametrize(("cut", "count"), [(Cut.NOTHING, 2), (Cut.ELEMENTS, 1), (Cut.ANYTHING, 0)])
def test_what_was_cut_proves_nothing_by_being_absent(cut: Cut, count: int) -> None:
    azure = shape_of({"value": [{"a": 1}]})
    emulator = shape_of({"value": [{"a": 1, "b": 1}, {"a": 1, "c": 1}]})

    assert len(list(Comparison(cut).differences(azure, emulator, "body"))) == count


def test_headers_differ_by_name_and_by_what_they_say() -> None:
    azure = shapes_of({"Content-Type": "application/json", "Retry-After": "15"})
    emulator = shapes_of({"content-type": "application/json; charset=utf-8", "location": "https://x/", "date": "now"})

    found = header_differences(azure, emulator, unproven=(), recorded=None)
    with_leave = header_differences(azure, emulator, unproven=("location",), recorded=None)

    assert {difference.path for difference in found} == {
        "headers.content-type",
        "headers.retry-after",
        "headers.location",
    }
    assert {difference.path for difference in with_leave} == {"headers.content-type", "headers.retry-after"}
