"""That the checks matter: take any of them away, and some scenario of the catalogue is no longer told aright."""

from __future__ import annotations

import ast
import pickle
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from lab.errors import Blocked, Broken, Undecided
from lab.spec import STEP_IDS, LabSpec
from lab.spec_file import load_spec
from tests.suite.projects import ROOT
from tests.suite.scenarios.borrowed import variants
from tests.suite.scenarios.catalogue import Case, Expected
from tests.suite.scenarios.keeping import Fault, Place, Results, read_results
from tests.suite.scenarios.mutation import (
    Fate,
    fates,
    is_expected,
    kept_results,
    mutants,
    not_as_expected,
    telling,
)
from tests.suite.scenarios.raises import Site, as_coverage, sites, unreached
from tests.suite.scenarios.rejudged import Judged, Sources, judged_again, lab_sources, lab_tests

CHECKS = """
import pytest
@pytest.mark.step("2.4")
def test_color(job, lab, warning):
    warning("told")
    assert job.color == "red", f"color: found {job.color}, the lab asks for red"
    assert job.size == 1, f"size: found {job.size}, the lab asks for 1"

@pytest.mark.step("2.5")
def test_end(trained):
    for part in trained.parts:
        assert part, "a part is missing"
"""


def a_case(verdict: str, step: str | None = None, reason: str = "") -> Case:
    return Case(Path("a.toml"), "a", "A breaks", "by design", Expected(verdict, step, reason))


@pytest.fixture(scope="module")
def spec() -> LabSpec:
    return load_spec(ROOT / "data" / "lab.toml")


@pytest.fixture
def checks() -> Sources:
    """Two steps' checks, and one that always passes for each other step."""
    others = "".join(
        f'@pytest.mark.step("{step}")\ndef test_{step.replace(".", "_")}(): pass\n'
        for step in STEP_IDS
        if step not in ("2.4", "2.5")
    )
    return {Path("test_x.py"): ast.parse(CHECKS + others)}


def results(color: str = "red", size: int = 1, parts: object = (1,)) -> Results:
    return {"job": SimpleNamespace(color=color, size=size), "trained": SimpleNamespace(parts=parts)}


def test_results_are_judged_as_in_a_run(spec: LabSpec, checks: Sources) -> None:
    tests = lab_tests(checks)
    assert judged_again(spec, tests, results()) == Judged("works")
    wrong = judged_again(spec, tests, results(color="blue", parts=(0,)))
    assert (wrong.verdict, wrong.step, wrong.outcome) == ("broken", "2.4", "failed")
    assert wrong.reason.startswith("color: found blue, the lab asks for red. Next: ")


@pytest.mark.parametrize(
    ("fault", "judged"),
    [
        pytest.param(Fault("failed", "2.4", "refused", False, ()), ("broken", "2.4", "failed"), id="broken"),
        pytest.param(
            Fault("inconclusive", "2.4", "late", False, ()), ("inconclusive", "2.4", "inconclusive"), id="late"
        ),
        pytest.param(Fault("inconclusive", "1.4", "no", True, ()), ("inconclusive", "2.4", "blocked"), id="blocked"),
    ],
)
def test_the_error_of_a_stage_is_judged_too(
    fault: Fault, judged: tuple[str, str, str], spec: LabSpec, checks: Sources
) -> None:
    found = judged_again(spec, lab_tests(checks), {**results(), "job": fault})
    assert (found.verdict, found.step, found.outcome) == judged


def test_each_test_and_each_assertion_is_taken_away_by_itself(checks: Sources) -> None:
    names = [mutant.name for mutant in mutants(checks) if "color" in mutant.name or "end" in mutant.name]
    assert names == [
        "test_x::test_color",
        "test_x::test_color, assertion 1: job.color == 'red'",
        "test_x::test_color, assertion 2: job.size == 1",
        "test_x::test_end",
        "test_x::test_end, assertion 1: part",
    ]
    assert sum(isinstance(node, ast.Assert) for tree in checks.values() for node in ast.walk(tree)) == 3


def test_only_who_depends_on_what_is_gone_notices(spec: LabSpec, checks: Sources) -> None:
    kept = {
        "blue": (a_case("broken", "2.4", "found blue"), results(color="blue")),
        "part": (a_case("broken", "2.5", "missing"), results(parts=(1, 0))),
        "well": (a_case("works"), results()),
    }
    assert not_as_expected(spec, checks, kept) == []
    found = {fate.mutant.partition("::")[2]: fate.noticed_by for fate in fates(spec, checks, kept)}
    assert found["test_color, assertion 1: job.color == 'red'"] == ("blue",)
    assert found["test_color, assertion 2: job.size == 1"] == ()
    assert found["test_end, assertion 1: part"] == ("part",)
    assert found["test_end"] == ("part", "well"), "a step that nobody checks is no lab that works"


@dataclass(frozen=True)
class Thing:
    color: str = "red"
    size: int = 1
    parts: tuple[int, ...] = (1,)


def test_an_assertion_may_be_for_students_environments_alone_but_a_test_may_not(spec: LabSpec, checks: Sources) -> None:
    kept = {"well": (a_case("works"), {"job": Thing(), "trained": Thing()})}
    found = {fate.mutant.partition("::")[2]: fate for fate in fates(spec, checks, kept)}
    assert found["test_color, assertion 1: job.color == 'red'"].borrowed == ("job.color",)
    assert found["test_color, assertion 2: job.size == 1"].is_noticed
    assert not found["test_end, assertion 1: part"].is_noticed, "nothing that can be changed shows that it matters"
    assert not Fate("test_color", (), ("job.color",)).is_noticed


def test_members_of_members_are_changed_too() -> None:
    @dataclass(frozen=True)
    class Box:
        thing: Thing
        tags: dict[str, str]
        is_new: bool

    box = Box(Thing(), {"a": "1", "b": "2"}, is_new=True)
    found = [(name, changed["box"]) for name, changed in variants({"box": box})]
    assert [name for name, _ in found] == [
        "box.thing",
        "box.thing.color",
        "box.thing.size",
        "box.tags",
        "box.tags",
        "box.is_new",
    ]
    assert found[0][1].thing is None
    assert found[1][1].thing == Thing(color="other")
    assert [one.tags for name, one in found if name == "box.tags"] == [{"b": "2"}, {"a": "1"}]
    assert found[-1][1].is_new is False


def test_a_scenario_that_is_told_otherwise_from_the_start_is_named(spec: LabSpec, checks: Sources) -> None:
    assert not_as_expected(spec, checks, {"a": (a_case("works"), results(size=2))}) == ["a"]


@pytest.mark.parametrize(
    ("judged", "expected"),
    [
        pytest.param(Judged("broken", "2.4", "failed", "found blue"), True, id="as-expected"),
        pytest.param(Judged("broken", "2.4", "failed", "found green"), False, id="other-reason"),
        pytest.param(Judged("broken", "2.3", "failed", "found blue"), False, id="other-step"),
        pytest.param(Judged("broken", "2.4", "blocked", "found blue"), False, id="blocked-by-a-later-one"),
        pytest.param(Judged("inconclusive", "2.4", "inconclusive", "found blue"), False, id="other-verdict"),
    ],
)
def test_verdict_step_outcome_and_reason_count(judged: Judged, expected: bool) -> None:
    assert is_expected(a_case("broken", "2.4", "found blue"), judged) is expected


@pytest.mark.parametrize("kind", [Broken, Undecided])
def test_a_fault_is_the_same_error_again(kind: type[Broken | Undecided], tmp_path: Path) -> None:
    path = tmp_path / "a.pickle"
    path.write_bytes(pickle.dumps({"job": Fault(kind.outcome, "1.4", "r", False, ()), "trained": results()["trained"]}))
    again = read_results(path)["job"].again("2.4")
    assert (again.outcome, again.step, again.reason) == (kind.outcome, "1.4", "r")
    blocked = Fault(kind.outcome, "1.4", "r", True, ()).again("2.4")
    assert isinstance(blocked, Blocked)
    assert blocked.reason == Blocked("2.4", kind("1.4", "r")).reason


def test_every_stage_that_the_labs_checks_take_is_one_that_is_kept() -> None:
    tests = lab_tests(lab_sources())
    assert {test.step for test in tests} == set(STEP_IDS)
    assert all(set(test.needs) - {"lab", "warning"} for test in tests)


def test_places_that_give_a_step_up_are_found_and_reached() -> None:
    found = [site for site in sites() if site.function == "parse_metrics"]
    assert len(found) > 2
    there = Place(found[0].file, found[0].first)
    reached: Results = {"metrics": Fault("failed", "3.1", "r", False, (there,)), "job": object()}
    assert set(sites()) - set(unreached([reached])) == {found[0]}
    assert as_coverage([reached]).startswith(f"1 of {len(sites())} places that give a step up are reached\n")
    assert not Site("lab/a.py", 3, 5, "f").holds(Place("lab/a.py", 6))


@pytest.mark.server
@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_no_check_can_be_taken_away_unnoticed(spec: LabSpec, tmp_path: Path) -> None:
    kept = kept_results(telling(), tmp_path)
    sources = lab_sources()
    assert not_as_expected(spec, sources, kept) == []
    unnoticed: list[Fate] = [fate for fate in fates(spec, sources, kept) if not fate.is_noticed]
    assert [fate.mutant for fate in unnoticed] == []
