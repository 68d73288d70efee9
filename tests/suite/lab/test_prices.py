"""What a run is estimated to cost."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import pytest

from lab.prices import Cost, Price, PriceList, Span, estimate
from lab.spec import LabSpec

CHEAP = Price("m", ("here", "there"), training=8.0, training_hour=50.0, hosting=2.0, input=0.5, output=1.0)
DEAR = replace(CHEAP, regions=("far",), training=10.0, hosting=3.0)
LIST = PriceList(date(2026, 8, 11), "USD", 10, 5.0, 2.0, 20, (CHEAP, DEAR))


def cost(prices: PriceList, *regions: str, model: str = "m") -> Cost | None:
    return estimate(prices, model, regions, file_bytes=5000, questions=10, max_tokens=100, training_hours=0.5)


def test_an_estimate_follows_from_bytes_epochs_hours_and_questions() -> None:
    found = cost(LIST, "here")
    assert found is not None
    assert (found.trained_tokens, found.question_tokens) == (10_000, 1_200)
    assert (found.training.low, found.training.high) == pytest.approx((0.08, 0.08))
    assert found.hosting == Span(4.0, 4.0)
    assert found.questions.low == pytest.approx((200 * 0.5 + 1000 * 1.0) / 1e6)
    assert found.together.low == pytest.approx(0.08 + 4.0 + 0.0011)
    assert found.left_behind_a_day == Span(48.0, 48.0)
    assert found.by_the_hour == Span(25.0, 25.0)


def test_an_estimate_spans_the_regions_that_a_run_may_use() -> None:
    found = cost(LIST, "far", "here")
    assert found is not None
    assert found.hosting == Span(4.0, 6.0)
    assert found.training.high == pytest.approx(0.1)


def test_training_that_no_meter_counts_by_the_hour_costs_nothing_by_the_hour() -> None:
    found = cost(replace(LIST, models=(replace(CHEAP, training_hour=0.0),)), "here")
    assert found is not None
    assert found.by_the_hour is None


@pytest.mark.parametrize(("region", "model"), [("nowhere", "m"), ("here", "other")])
def test_without_a_price_there_is_no_estimate(region: str, model: str) -> None:
    assert cost(LIST, region, model=model) is None


def test_the_lowest_price_of_training() -> None:
    assert (LIST.training("m"), LIST.training("other")) == (8.0, math.inf)


def test_the_labs_own_model_is_priced_where_it_can_be_tuned(spec: LabSpec) -> None:
    for region in ("eastus2", "northcentralus", "swedencentral"):
        assert spec.prices.of(spec.model.name, [region]), region
