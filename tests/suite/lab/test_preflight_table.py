"""The preflight as people read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timezone

import pytest

from lab.lines import columns
from lab.preflight.findings import Preflight, RegionRow, ok, problem, warning
from lab.preflight.table import as_table
from lab.prices import Cost, PriceList, Span
from lab.spec import LabSpec, Language, Text

END = datetime(2025, 10, 28, tzinfo=timezone.utc)
PRICES = PriceList(date(2026, 8, 11), "USD", 9, 4.6, 1.0, 20, ())
COST = Cost(
    PRICES,
    trained_tokens=12_240,
    training=Span(0.11, 0.12),
    hosting=Span(1.87, 1.87),
    question_tokens=1_932,
    questions=Span(0.001, 0.002),
    together=Span(1.98, 1.99),
    left_behind_a_day=Span(44.88, 49.37),
    by_the_hour=Span(41.14, 45.25),
)
FOUND = Preflight(
    model="gpt-35-turbo",
    findings=(
        ok("1.1", "Lab (1111…, --subscription) is Enabled"),
        warning("1.3", "a reason that is long enough to be broken over more than one line of the table, as many are"),
    ),
    today=datetime(2025, 6, 1, tzinfo=timezone.utc),
    regions=(
        RegionRow(Text("East US 2", "미국 동부 2"), True, True, "0125", END, END, 250, 250),
        RegionRow(Text("Sweden Central", "스웨덴 중부"), False, False, "0125", END, END),
        RegionRow(Text("mars", "mars")),
    ),
    cost=COST,
    charged=False,
)


def test_the_table_in_english(spec: LabSpec) -> None:
    assert as_table(FOUND, spec) == (
        """\
Before anything is created: gpt-35-turbo (2025-06-01): nothing stands in the way

ok       1.1 Sign in  Lab (1111…, --subscription) is Enabled
warning  1.3 Hub      a reason that is long enough to be broken over more than
                      one line of the table, as many are

Region          Tune  Deploy  Version  Tune until  Retires     Quota left
East US 2       yes   yes     0125     2025-10-28  2025-10-28  250 of 250
Sweden Central  no    no      0125     2025-10-28  2025-10-28  -
mars            ?     ?       -        -           -           -

Estimate of one run's cost, by list prices as of 2026-08-11 (USD)
  Training                                       12,240 tokens    0.11 - 0.12
  Hosting of the deployment                                1 h           1.87
  Questions and answers                           1,932 tokens          <0.01
  Together                                                        1.98 - 1.99
  A deployment that is left behind, each day                    44.88 - 49.37
  Training, if it is billed by the hour instead                 41.14 - 45.25
The emulator charges nothing: this is what Azure would charge."""
    )


def test_columns_stay_aligned_in_korean(spec: LabSpec) -> None:
    lines = as_table(FOUND, spec, "ko").splitlines()
    assert "정상  1.1 로그인  Lab" in lines[2]
    rows = [line for line in lines if "0125" in line]
    assert len({columns(line.partition("0125")[0]) for line in rows}) == 1
    assert rows[0].startswith("미국 동부 2")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_eighty_columns_are_enough(spec: LabSpec, language: Language) -> None:
    dated = [replace(row, version="2024-08-06", can_fine_tune=True, can_deploy=True) for row in FOUND.regions]
    title = Text("Switzerland North", "스위스 북부")
    rows = (RegionRow(title, True, True, "2024-08-06", END, END, 250, 250), *dated)
    table = as_table(replace(FOUND, regions=rows), spec, language)
    assert max(columns(line) for line in table.splitlines()) <= 80


@pytest.mark.parametrize(
    ("findings", "words"),
    [
        ((problem("1.2", "no rights"),), "it cannot be decided whether the lab works"),
        ((replace(problem("2.2", "retired"), breaks=True),), "the lab is broken"),
    ],
)
def test_the_first_line_says_what_came_of_it(spec: LabSpec, findings: tuple[object, ...], words: str) -> None:
    table = as_table(Preflight("m", findings), spec)  # type: ignore[arg-type]
    assert table.splitlines()[0] == f"Before anything is created: m: {words}"
    assert "Region" not in table
    assert "cost" not in table


def test_a_cost_that_is_not_known_is_said_to_be(spec: LabSpec) -> None:
    assert as_table(replace(FOUND, cost=None), spec).endswith(spec.preflight.words.no_price.en)


def test_what_is_charged_carries_no_note_and_what_is_not_billed_by_the_hour_no_line(spec: LabSpec) -> None:
    table = as_table(replace(FOUND, charged=True, cost=replace(COST, by_the_hour=None)), spec)
    assert "emulator" not in table
    assert "by the hour" not in table
