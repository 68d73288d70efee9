from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from emulator.options import OptionsError, parse


def test_nothing_given_is_a_free_port_and_a_thousand_times_as_fast() -> None:
    options = parse([])
    assert (options.port, options.speed, options.step, options.start) == (0, 1000.0, None, None)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-11-12T00:00:00Z", datetime(2025, 11, 12, tzinfo=timezone.utc)),
        ("2025-11-12T02:00:00+02:00", datetime(2025, 11, 12, tzinfo=timezone.utc)),
        ("2025-11-12", datetime(2025, 11, 12, tzinfo=timezone.utc)),
    ],
)
def test_a_start_is_read_as_utc(text: str, moment: datetime) -> None:
    start = parse(["--start", text]).start
    assert start == moment
    assert start.utcoffset() == timedelta(0)


def test_all_problems_are_named_at_once() -> None:
    with pytest.raises(OptionsError) as caught:
        parse(["--port", "70000", "--speed", "0", "--start", "soon", "--dataset", "no/such.file"])
    named = [problem.split(" ")[0] for problem in caught.value.problems]
    assert named == ["--port", "--start", "--speed", "--dataset"]
    assert all("expected" in problem or "cannot be read" in problem for problem in caught.value.problems)


@pytest.mark.parametrize("value", ["-1", "nan", "inf", "fast", "1e9"])
def test_a_speed_that_makes_no_sense_is_refused(value: str) -> None:
    with pytest.raises(OptionsError, match="--speed"):
        parse([f"--speed={value}"])


def test_a_token_lasts_an_hour_or_as_long_as_told() -> None:
    assert parse([]).token_lifetime_s == 3600
    assert parse(["--token-lifetime", "5"]).token_lifetime_s == 5
    with pytest.raises(OptionsError, match="--token-lifetime"):
        parse(["--token-lifetime", "0"])


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(OptionsError, match="--bogus"):
        parse(["--bogus"])


def test_a_data_set_that_can_be_read_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "any.jsonl"
    file.write_text("{}", encoding="utf-8")
    assert parse(["--dataset", str(file)]).dataset == file
