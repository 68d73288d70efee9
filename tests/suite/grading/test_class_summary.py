"""The summary of a class: what it counts, what it shows to whom, and the commonest mistakes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from lab.errors import Outcome
from lab.grading.graded import Flag, Graded
from lab.grading.reasons import Commonest, kinds_of, own_names, without_found
from lab.grading.roster import Student
from lab.grading.tally import Spread, Tally
from lab.lines import columns
from lab.spec import STEP_IDS
from lab.verdict import StepResult
from tests.suite.grading.classes import ADA, BEN, CLEO, HOSTILE, Written, grade, the_assignment, write
from tests.suite.lab.fakes import the_spec

CAPACITY = "capacity of {name}: found {found}, the lab asks for 5"


def a_class() -> list[Graded]:
    """Seven students: four with the wrong capacity, one who could not be read, two who did everything."""
    wrong = [
        grade(
            Student(row, f"s{row:03}", f"rg-{row}", f"Student {row}", f"s{row}@contoso.edu"),
            {"3.2": ("failed", CAPACITY.format(name=f"rg-{row}", found=10 if row < 13 else 8)), "3.3": ("blocked", "")},
            flags=[Flag("shared", f"the job is that of s{row + 1:03} too")] if row == 10 else (),
        )
        for row in range(10, 14)
    ]
    return [*wrong, grade(ADA, {"1.3": ("inconclusive", "hub-ada: throttled")}), grade(BEN), grade(CLEO)]


def section(written: Written, title: str, name: str = "summary.md") -> list[str]:
    """The lines below a heading that are not empty."""
    body = written.text(name).split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]
    return [line for line in body.splitlines() if line]


def test_it_begins_with_who_was_graded(tmp_path: Path) -> None:
    lines = write(tmp_path, a_class()).text("summary.md").splitlines()
    assert lines[0] == "# Grading: Lab 04b Fine-tune"
    assert lines[2:5] == [
        "- Graded: 6 of 7",
        "- Could not be graded: 1. Their scores are left empty, not zero.",
        "- Flagged for you to look at: 1. Flags change no mark.",
    ]


def test_it_says_how_the_scores_are_spread(tmp_path: Path) -> None:
    assert section(write(tmp_path, a_class()), "Scores out of 100") == [
        "lowest 84, lower quartile 84, median 84, upper quartile 96, highest 100, mean 89.33"
    ]


@pytest.mark.parametrize(
    ("earned", "spread"),
    [
        ([], None),
        ([50], Spread(50, 50, 50, 50, 50, 50)),
        ([0, 100], Spread(0, 25, 50, 75, 100, 50)),
        ([10, 20, 30, 40, 50], Spread(10, 20, 30, 40, 50, 30)),
        ([17.5, 20, 20, 20], Spread(17.5, 19.375, 20, 20, 20, 19.375)),
    ],
)
def test_quartiles_are_those_of_spreadsheets(earned: list[float], spread: Spread | None) -> None:
    tally = Tally(the_assignment())
    for points in earned:
        full = grade(ADA)
        tally.add(replace(full, score=replace(full.score, earned=points)))
    assert tally.spread() == spread


def test_it_counts_every_step_that_was_checked(tmp_path: Path) -> None:
    head, rule, *rows = section(write(tmp_path, a_class()), "Steps")
    assert [cell.strip() for cell in head.strip("|").split("|")] == [
        *("step", "title", "passed", "failed", "blocked", "inconclusive"),
    ]
    assert re.fullmatch(r"\|( -+ \|){2}( -+: \|){4}", rule)
    counts = {cells[0]: cells[2:] for cells in ([cell.strip() for cell in row.strip("|").split("|")] for row in rows)}
    assert list(counts) == [step for step in STEP_IDS if not step.startswith("5")]
    assert counts["1.1"] == ["7", "0", "0", "0"]
    assert counts["1.3"] == ["6", "0", "0", "1"]
    assert counts["3.2"] == ["3", "4", "0", "0"]
    assert counts["3.3"] == ["3", "0", "4", "0"]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_table_fits_a_terminal(tmp_path: Path, language: str) -> None:
    written = write(tmp_path, a_class(), the_assignment("ko" if language == "ko" else "en"))
    table = [line for line in written.text("summary.md").splitlines() if line.startswith("|")]
    assert len({columns(line) for line in table}) == 1
    assert columns(table[0]) <= 84


def test_it_names_the_commonest_reason_at_each_step(tmp_path: Path) -> None:
    assert section(write(tmp_path, a_class()), "Commonest reason at each step") == [
        "- 1.3, 1 of 1: `hub-ada: throttled`",
        "- 3.2, 3 of 4: `capacity of …: found 10, the lab asks for 5`",
    ]


def test_in_public_only_what_several_share_is_said(tmp_path: Path) -> None:
    written = write(tmp_path, a_class())
    assert section(written, "Commonest reason at each step", "summary-public.md") == [
        "- 1.3, 1: no reason that several share",
        "- 3.2, 4 of 4: `capacity of …: found …, the lab asks for 5`",
    ]


def test_flags_and_who_was_not_graded_are_listed_for_the_grader(tmp_path: Path) -> None:
    written = write(tmp_path, a_class())
    assert section(written, "Flags") == [
        "- shared with another student: 1",
        "- `s010` `Student 10`: `the job is that of s011 too`",
    ]
    (line,) = section(written, "Not graded")
    assert line.startswith("- `s001` `Lovelace, Ada`: `could not be graded: step 1.3: hub-ada: throttled")


def test_the_public_summary_names_nobody(tmp_path: Path) -> None:
    public = write(tmp_path, a_class()).text("summary-public.md")
    assert "- shared with another student: 1" in public
    for graded in a_class():
        student = graded.student
        for own in (student.id, student.name, student.email, student.resource_group):
            assert own not in public
    assert "hub-ada" not in public
    assert "Not graded" not in public


def test_long_lists_have_an_end_that_says_where_the_rest_is(tmp_path: Path) -> None:
    flag = [Flag("late", "made on 2026-12-01")]
    students = [Student(row, f"s{row}", f"rg-{row}", "N" * 9000) for row in range(2, 122)]
    written = write(tmp_path, [grade(one, {"1.1": ("inconclusive", "x" * 9000)}, flags=flag) for one in students])
    assert section(written, "Flags")[-1] == "- and 70 more, in flags.csv"
    assert section(written, "Not graded")[-1] == "- and 70 more, in gradebook.csv"
    assert section(written, "Scores out of 100") == ["No scores yet."]
    assert (tmp_path / "summary.md").stat().st_size < 256 * 1024
    assert (tmp_path / "summary-public.md").stat().st_size < 16 * 1024


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_shown_as_text_to_the_grader_and_not_at_all_in_public(tmp_path: Path, text: str) -> None:
    students = [Student(row, f"s{row}", f"rg-{row}", text) for row in (2, 3, 4)]
    found = f"answer of d: found {text}, the lab asks for one about travel"
    graded = [grade(one, {"4.2": ("failed", found), "1.1": ("inconclusive", text)}) for one in students]
    written = write(tmp_path, graded)
    private, public = written.text("summary.md"), written.text("summary-public.md")
    outside = "".join(re.split("`[^`\n]*`", private))
    assert not set("<>`[\x1b\u202e\u2066") & set(outside)
    assert not set("\x00\x07\x1b\u202e\u2066\u2028\x85") & set(private)
    assert "`answer of d: found …, the lab asks for one about travel`" in public or len(text) > 1000
    assert len(private) < 20_000


KINDS: list[tuple[str, Iterable[str]]] = [
    ("type of ada-deploy: found GlobalStandard, the lab asks for Standard", ["type of …: found GlobalStandard, …"]),
    ("capacity of Ada-Deploy: found 10, the lab asks for 5", ["capacity of …: found 10, …"]),
    ("found no deployment in rg-s001, the lab asks for one", ["found no deployment in …, …"]),
    (
        "fine-tuning job ftjob-12ab34: failed, bad; the lab asks for a job that succeeds",
        ["fine-tuning job …: failed, bad, …"],
    ),
    (
        "training loss: found 1.234 at first and 1.2 at last, the lab asks for less",
        ["training loss: found … at first and … at last, …"],
    ),
    ("a: found 1, the lab asks for 2; b: found 3, the lab asks for 4", ["a: found 1, …", "b: found 3, …"]),
    ("a: found 1, the lab asks for 2; a: found 1, the lab asks for 2", ["a: found 1, …"]),
    ('asking d "Where?": 403 for ada@contoso.edu', ["asking d …: 403 for …"]),
    (
        "account of c: found /subscriptions/1/resourceGroups/x, the lab asks for /subscriptions/1/y",
        ["account of c: found …, …"],
    ),
    (f"answer: found {'I can bake bread and fix code. ' * 9}, the lab asks for travel", ["answer: found …, …"]),
]


@pytest.mark.parametrize(("reason", "kinds"), KINDS)
def test_reasons_that_differ_in_names_only_are_one_kind(reason: str, kinds: list[str]) -> None:
    graded = grade(ADA, {"3.2": ("failed", reason)})
    evidence = {"deployment": {"name": "ada-deploy", "sku": "Standard"}, "base_model": {"name": "gpt-35-turbo"}}
    steps = tuple(replace(step, evidence=evidence) if step.id == "3.2" else step for step in graded.verdict.steps)
    graded = replace(graded, verdict=replace(graded.verdict, steps=steps))
    found = list(kinds_of(failed(graded), the_spec(), own_names(graded, the_spec())))
    assert [re.sub("(?<=[,;] )the lab asks for .*", "…", kind) for kind in found] == list(kinds)


@pytest.mark.parametrize("outcome", ["failed", "inconclusive"])
def test_what_to_do_next_is_no_part_of_a_kind(outcome: Outcome) -> None:
    graded = grade(ADA, {"3.2": (outcome, "throttled")}, language="ko")
    assert list(kinds_of(failed(graded), the_spec(), frozenset())) == ["throttled"]


def test_what_was_found_is_left_out_in_public() -> None:
    assert without_found("type: found Ada's, the lab asks for Standard") == "type: found …, the lab asks for Standard"
    assert without_found("resource group: found none") == "resource group: found …"


def failed(graded: Graded) -> StepResult:
    return next(step for step in graded.verdict.steps if step.id == "3.2")


def test_the_commonest_text_is_found_among_very_many() -> None:
    commonest = Commonest()
    for number in range(5000):
        commonest.add(f"one of a kind {number}")
        if number % 10 == 0:
            commonest.add("common")
    assert commonest.first() == ("common", 500)
    assert commonest.first(least=501) is None
    assert Commonest().first() is None


def test_a_students_own_name_is_no_part_of_a_kind_and_the_labs_names_are() -> None:
    wrong = {
        "3.2": ("failed", "model of d by Lovelace, Ada in RG-s001: found gpt-35-turbo, the lab asks for ft-travel")
    }
    graded = grade(ADA, wrong)  # type: ignore[arg-type]
    (kind,) = kinds_of(failed(graded), the_spec(), own_names(graded, the_spec()))
    assert kind == "model of d by … in …: found gpt-35-turbo, the lab asks for ft-travel"
