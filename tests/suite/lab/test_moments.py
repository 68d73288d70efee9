"""Moments as Azure writes them, and what is none."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from lab.moments import moment, seconds_of

NINE = datetime(2024, 11, 15, 9, 0, tzinfo=timezone.utc)
MILLI = timedelta(microseconds=123000)
MICRO = timedelta(microseconds=123456)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("2024-11-15T09:00:00Z", NINE, id="zulu"),
        pytest.param("2024-11-15T18:00:00+09:00", NINE, id="offset"),
        pytest.param("2024-11-15T09:00:00", NINE, id="no-zone-is-utc"),
        pytest.param("2024-11-15 09:00:00+00:00", NINE, id="space"),
        pytest.param("2024-11-15T09:00:00.1234567Z", NINE + MICRO, id="seven-digits"),
        pytest.param("2024-11-15T09:00:00.123456789+00:00", NINE + MICRO, id="nine-digits"),
        pytest.param("2024-11-15T09:00:00.123Z", NINE + MILLI, id="three-digits"),
        pytest.param("2024-11-15T09:00:00.12300Z", NINE + MILLI, id="five-digits"),
        pytest.param("2024-11-15T09:00:00.5Z", NINE + timedelta(seconds=0.5), id="one-digit"),
        pytest.param("2024-11-15", NINE - timedelta(hours=9), id="day"),
        pytest.param(int(NINE.timestamp()), NINE, id="seconds"),
        pytest.param(NINE.timestamp() + 0.5, NINE + timedelta(seconds=0.5), id="parts-of-a-second"),
        pytest.param(NINE.astimezone(timezone(timedelta(hours=9))), NINE, id="datetime"),
        pytest.param(NINE.replace(tzinfo=None), NINE, id="datetime-without-zone"),
    ],
)
def test_moments(value: object, expected: datetime) -> None:
    found = moment(value)
    assert found == expected
    assert found is not None
    assert found.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(None, id="none"),
        pytest.param("", id="empty"),
        pytest.param("yesterday", id="words"),
        pytest.param("2024-13-45T99:00:00Z", id="no-such-day"),
        pytest.param(0, id="zero"),
        pytest.param(-1, id="negative"),
        pytest.param(True, id="bool"),
        pytest.param(float("nan"), id="not-a-number"),
        pytest.param(float("inf"), id="infinite"),
        pytest.param(10**30, id="beyond-all-years"),
        pytest.param(1731661200000, id="milliseconds"),
        pytest.param("0001-01-01T00:00:00Z", id="azures-unknown"),
        pytest.param("0001-01-01T00:00:00+09:00", id="before-all-years"),
        pytest.param(datetime.min, id="datetime-min"),
        pytest.param({"at": 1}, id="object"),
    ],
)
def test_what_is_no_moment(value: object) -> None:
    assert moment(value) is None


def test_a_moment_that_is_not_known_is_the_oldest() -> None:
    assert seconds_of(NINE) == 1731661200.0
    assert seconds_of(None) == 0.0 < seconds_of(NINE)
