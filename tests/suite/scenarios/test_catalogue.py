"""The catalogue itself: every file can be read, says where it comes from, and together they leave nothing out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from emulator.scenario.load import load_scenario
from lab.spec import STEP_IDS
from tests.suite.scenarios.catalogue import Case, Expected, as_table, cases, figures
from tests.suite.scenarios.codes import DATA, MANAGEMENT

ALL = cases()
LEAST = 45


def each() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", ALL, ids=lambda case: case.id)


@each()
def test_the_emulator_takes_it_under_its_own_name(case: Case) -> None:
    assert load_scenario(case.path).id == case.path.stem
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", case.path.stem)


@each()
def test_it_says_what_happens_and_where_that_was_seen(case: Case) -> None:
    assert len(case.title) > 10
    assert case.title[0].isupper() or case.title[0].isdigit()
    assert case.source == "by design" or re.fullmatch(r"https://[^\s/]+\.[^\s/]+/\S+", case.source)


@each()
def test_it_expects_what_a_run_can_come_to(case: Case) -> None:
    expected = case.expected
    if expected.verdict == "works":
        assert (expected.step, expected.reason) == (None, "")
    else:
        assert expected.verdict in ("broken", "inconclusive")
        assert expected.step in STEP_IDS
        assert len(expected.reason) > 2, "a part of the reason, so that no other reason is taken for it"


def test_there_are_enough() -> None:
    assert len(ALL) >= LEAST


def test_no_two_are_the_same() -> None:
    titles = [case.title for case in ALL]
    rules = [re.sub(r"\s", "", case.path.read_text(encoding="utf-8").partition("[[rule]]")[2]) for case in ALL]
    assert len(set(titles)) == len(titles)
    broken = [rule.partition("[expect]")[0] for rule in rules if rule]
    assert len(set(broken)) == len(broken)


@pytest.mark.parametrize("step", STEP_IDS)
def test_each_step_breaks_in_more_than_one_way(step: str) -> None:
    assert sum(case.expected.step == step for case in ALL) > 1


@pytest.mark.parametrize("code", [*MANAGEMENT, *DATA])
def test_each_error_of_azures_is_met(code: str) -> None:
    assert any(re.search(rf"\b{code}\b", case.path.read_text(encoding="utf-8")) for case in ALL)


def test_the_table_and_the_figures_tell_all_of_it() -> None:
    two = [
        Case(Path("a.toml"), "a", "A breaks", "https://example.org/a", Expected("broken", "2.4", "found b")),
        Case(Path("b.toml"), "b", "All is well", "by design", Expected("works", None, "")),
    ]
    assert as_table(two).splitlines() == [
        "id  expected  step  title        source",
        "a   broken    2.4   A breaks     https://example.org/a",
        "b   works     -     All is well  by design",
    ]
    assert figures(two).startswith("2 scenarios: 1 broken, 1 works\nfirst step not passed (1 of 19 steps): ")
