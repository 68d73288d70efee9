"""Lists that come in pages: read to their end, and never beyond."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from lab.azure_errors import HalfAnswer
from lab.listing import MOST_PAGES, everything, rows_of
from tests.suite.lab.azure_answers import Answer
from tests.suite.lab.fakes import a_run, scripted


def listed(*pages: Any) -> list[dict[str, Any]]:
    resources = SimpleNamespace(send_request=scripted(*(Answer(200, page) for page in pages)))
    return everything(a_run({"resources": resources}).clients, "/things?api-version=1")


def test_only_a_missing_link_is_the_end() -> None:
    pages = ({"value": [{"n": 1}], "nextLink": "https://a/2"}, {"value": [], "nextLink": "https://a/3"})
    assert listed(*pages, {"value": [{"n": 2}]}) == [{"n": 1}, {"n": 2}]


def test_a_list_that_goes_round_in_a_circle_is_half_an_answer() -> None:
    with pytest.raises(HalfAnswer, match="one that was read before"):
        listed({"value": [{"n": 1}], "nextLink": "https://a/2"})


def test_a_list_without_its_value_is_half_an_answer() -> None:
    with pytest.raises(HalfAnswer, match="found no value"):
        listed({"nextLink": "https://a/2"})


def openai_pages(*pages: list[int]) -> Any:
    return SimpleNamespace(iter_pages=lambda: (SimpleNamespace(data=page) for page in pages))


@pytest.mark.parametrize(
    "given",
    [
        pytest.param([1, 2, 3], id="plain"),
        pytest.param(SimpleNamespace(by_page=lambda: iter([[1], [], [2, 3]])), id="azure-core"),
        pytest.param(openai_pages([1, 2], [3]), id="openai"),
    ],
)
def test_the_rows_of_every_kind_of_list(given: Any) -> None:
    assert rows_of(given) == [1, 2, 3]


@pytest.mark.parametrize("page", [[], [1]])
def test_a_list_that_always_has_another_page_is_half_an_answer(page: list[int]) -> None:
    with pytest.raises(HalfAnswer, match=f"more than {MOST_PAGES} pages"):
        rows_of(openai_pages(*[page] * (MOST_PAGES + 1)))
