"""The verdict: the worst check decides a step, and the steps decide the run."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from lab.clean_up import CleanUp
from lab.errors import Outcome
from lab.spec import STEP_IDS, LabSpec
from lab.verdict import UNREAD, Check, Conclusion, Finding, RunFacts, Verdict, conclude, judge_run, worst

FACTS = RunFacts(
    run="replay-1",
    mode="replay",
    environment="lab",
    model="gpt-35-turbo",
    region="swedencentral",
    resource_group="rg-1",
    started="2024-11-15T09:00:00Z",
    finished="2024-11-15T10:00:00Z",
)
CLEAN = CleanUp(deleted=True, purged=True, left=())


def passed(*except_for: str) -> list[Check]:
    """One passed check for every step but these."""
    return [Check(step, "passed", "", 1.0) for step in STEP_IDS if step not in except_for]


def judged(spec: LabSpec, *checks: Check) -> Verdict:
    """The verdict when everything passed but the steps of these checks."""
    return judge_run(spec, FACTS, [*passed(*{check.step for check in checks}), *checks], CLEAN)


@pytest.mark.parametrize(
    ("outcomes", "conclusion"),
    [
        pytest.param(["passed", "passed"], "works", id="all-passed"),
        pytest.param(["passed", "failed", "blocked"], "broken", id="one-failed"),
        pytest.param(["inconclusive", "failed"], "broken", id="failed-outweighs-inconclusive"),
        pytest.param(["passed", "inconclusive", "blocked"], "inconclusive", id="one-inconclusive"),
        pytest.param(["passed", "blocked"], "inconclusive", id="one-blocked"),
        pytest.param(["passed", "skipped"], "inconclusive", id="one-skipped"),
        pytest.param([], "inconclusive", id="nothing"),
    ],
)
def test_the_runs_verdict(outcomes: list[Outcome], conclusion: Conclusion) -> None:
    assert conclude(outcomes) == conclusion


@pytest.mark.parametrize(
    ("outcomes", "outcome"),
    [
        pytest.param(["passed", "failed", "inconclusive"], "failed", id="failed"),
        pytest.param(["blocked", "inconclusive"], "inconclusive", id="inconclusive"),
        pytest.param(["passed", "blocked"], "blocked", id="blocked"),
        pytest.param(["passed", "skipped"], "skipped", id="skipped"),
        pytest.param(["passed", "passed"], "passed", id="passed"),
        pytest.param([], "skipped", id="no-check"),
    ],
)
def test_the_worst_check_decides(outcomes: Sequence[Outcome], outcome: Outcome) -> None:
    assert worst(outcomes) == outcome


def test_the_verdict_file_is_schema_version_1(spec: LabSpec) -> None:
    warned = Check("1.3", "passed", "", 1.25, {"hub": {"kind": "Hub"}}, ("one region cannot fine-tune",))
    written = json.loads(json.dumps(judged(spec, warned).as_json()))
    assert list(written) == [
        *("version", "run", "mode", "environment", "verdict", "model", "region", "resource_group"),
        *("started", "finished", "steps", "warnings", "clean_up"),
    ]
    assert written["version"] == 1
    assert written["verdict"] == "works"
    assert {name: written[name] for name in vars(FACTS)} == vars(FACTS)
    assert written["warnings"] == [{"step": "1.3", "reason": "one region cannot fine-tune"}]
    assert written["clean_up"] == {"deleted": True, "purged": True, "left": []}
    assert written["steps"][2] == {
        "id": "1.3",
        "title": spec.step("1.3").title.en,
        "outcome": "passed",
        "reason": "",
        "seconds": 1.25,
        "points": spec.step("1.3").points,
        "earned": spec.step("1.3").points,
        "evidence": {"hub": {"kind": "Hub"}},
    }


def test_every_step_is_there_in_the_labs_order(spec: LabSpec) -> None:
    verdict = judge_run(spec, FACTS, reversed(passed()), CLEAN)
    assert tuple(step.id for step in verdict.steps) == STEP_IDS


def test_a_step_that_nothing_checked_is_skipped_and_says_so(spec: LabSpec) -> None:
    verdict = judge_run(spec, FACTS, passed("4.3"), CLEAN)
    step = next(step for step in verdict.steps if step.id == "4.3")
    assert (step.outcome, step.reason, step.earned) == ("skipped", "no check of this step was run", 0)
    assert verdict.verdict == "inconclusive"


def test_the_reason_of_a_failed_step_ends_with_what_to_change_in_the_lab(spec: LabSpec) -> None:
    step = judged(spec, Check("3.2", "failed", "capacity: found 10", 1.0)).steps[STEP_IDS.index("3.2")]
    assert step.reason == f"capacity: found 10. Next: {spec.step('3.2').hint.en}"
    assert step.earned == 0
    assert step.points == spec.step("3.2").points


def test_an_inconclusive_step_asks_for_another_try_and_for_no_change_of_the_lab(spec: LabSpec) -> None:
    step = judged(spec, Check("3.2", "inconclusive", "Azure answered 503", 1.0)).steps[STEP_IDS.index("3.2")]
    assert step.reason == f"Azure answered 503. Next: {spec.words.en.try_again}"
    assert step.earned == 0


def test_how_to_delete_what_may_be_left_is_told_whatever_the_reason(spec: LabSpec) -> None:
    step = judged(spec, Check("5.1", "inconclusive", "Azure answered 503", 1.0)).steps[STEP_IDS.index("5.1")]
    assert step.reason == f"Azure answered 503. Next: {spec.step('5.1').hint.en}"


def test_a_reason_that_ends_a_sentence_gets_no_second_full_stop(spec: LabSpec) -> None:
    step = judged(spec, Check("3.2", "failed", "The model is retired.", 1.0)).steps[STEP_IDS.index("3.2")]
    assert step.reason.startswith("The model is retired. Next: ")


def test_a_blocked_step_names_one_reason_and_nothing_to_do(spec: LabSpec) -> None:
    step = judged(spec, Check("3.2", "blocked", "not tried", 0.0)).steps[STEP_IDS.index("3.2")]
    assert (step.outcome, step.reason) == ("blocked", "not tried")


def test_several_checks_of_a_step_are_added_up(spec: LabSpec) -> None:
    verdict = judged(
        spec,
        Check("2.4", "passed", "", 1.0, {"job": {"suffix": "ft-travel"}}),
        Check("2.4", "failed", "suffix: found none", 0.5, {"status": 400}),
        Check("2.4", "failed", "suffix: found none", 0.25),
        Check("2.4", "failed", "a validation file", 0.25),
        Check("2.4", "blocked", "not shown", 0.0),
    )
    step = verdict.steps[STEP_IDS.index("2.4")]
    assert step.outcome == "failed"
    assert step.reason.startswith("suffix: found none; a validation file. Next: ")
    assert step.seconds == 2.0
    assert step.evidence == {"job": {"suffix": "ft-travel"}, "status": 400}
    assert verdict.verdict == "broken"


def test_a_warning_counts_once_and_does_not_break_the_lab(spec: LabSpec) -> None:
    check = Check("1.3", "passed", "", 1.0, warnings=("switzerlandnorth cannot", "switzerlandnorth cannot"))
    verdict = judged(spec, check, check)
    assert verdict.warnings == (Finding("1.3", "switzerlandnorth cannot"),)
    assert verdict.verdict == "works"


def test_titles_and_hints_come_in_korean_when_asked(spec: LabSpec) -> None:
    verdict = judge_run(spec, FACTS, [Check("1.3", "failed", "found none", 1.0)], CLEAN, "ko")
    step = verdict.steps[STEP_IDS.index("1.3")]
    assert step.title == spec.step("1.3").title.ko
    assert step.reason.endswith(spec.step("1.3").hint.ko)


def test_a_step_earns_a_share_for_each_check_that_passed(spec: LabSpec) -> None:
    def earned(*outcomes: Outcome) -> float:
        checks = [Check("2.5", outcome, "", 1.0) for outcome in outcomes]
        return judged(spec, *checks).steps[STEP_IDS.index("2.5")].earned

    assert spec.step("2.5").points == 8
    assert earned("passed", "passed", "failed") == 5.33
    assert earned("passed", "blocked") == 4
    assert isinstance(earned("passed", "blocked"), int), "a whole number is written as one"
    assert earned("failed") == 0


def test_only_the_decisive_steps_decide(spec: LabSpec) -> None:
    checks = [*passed("5.1", "5.2", "1.1"), Check("1.1", "failed", "", 1.0)]
    assert judge_run(spec, FACTS, checks, CLEAN).verdict == "broken"
    assert judge_run(spec, FACTS, checks, CLEAN, decisive={"1.2", "4.3"}).verdict == "works"
    assert judge_run(spec, FACTS, checks, CLEAN, decisive={"1.2", "5.1"}).verdict == "inconclusive"


def test_a_verdict_is_read_as_it_was_written(spec: LabSpec) -> None:
    verdict = judged(
        spec,
        Check("2.4", "passed", "", 1.0, {"job": {"suffix": "ft-travel", "events": [1, "a", None]}}, ("a warning",)),
        Check("2.4", "failed", "suffix: \u202e 한글", 0.123),
        Check("3.1", "inconclusive", "throttled", 0.0),
    )
    assert Verdict.from_json(json.loads(json.dumps(verdict.as_json()))) == verdict
    assert Verdict.from_json(verdict.as_json()).as_json() == verdict.as_json()


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"version": 2}, id="version"),
        pytest.param({"steps": None}, id="no-steps"),
        pytest.param({"steps": [{"id": "1.1"}]}, id="half-a-step"),
        pytest.param({"steps": ["1.1"]}, id="a-step-that-is-a-text"),
        pytest.param({"warnings": [{"reason": "x"}]}, id="half-a-warning"),
        pytest.param({"clean_up": None}, id="no-clean-up"),
    ],
)
def test_what_is_no_verdict_is_refused(spec: LabSpec, wrong: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Verdict.from_json({**judged(spec).as_json(), **wrong})
    with pytest.raises(KeyError):
        Verdict.from_json({})


def test_a_step_is_open_while_not_all_of_it_could_be_checked(spec: LabSpec) -> None:
    checks = [Check("1.4", "failed", "", 1.0), Check("1.4", "inconclusive", "", 1.0, {UNREAD: "throttled"})]
    steps = {step.id: step for step in judged(spec, *checks, Check("3.1", "inconclusive", "", 1.0)).steps}
    assert {step.id for step in steps.values() if step.is_open} == {"1.4", "3.1"}
    assert steps["1.4"].outcome == "failed"
