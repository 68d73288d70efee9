"""All files of a class together: whole or as they were, with a bound on the memory that they take."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from lab.errors import InputError
from lab.grading import canvas, moodle
from lab.grading.assignment import Assignment, assignment_of, problems_of
from lab.grading.gradebook import flags, gradebook
from lab.grading.graded import Flag, Graded
from lab.grading.junit import junit
from lab.grading.outputs import outputs
from lab.grading.roster import Student
from lab.grading.summary import summaries
from lab.grading.words import read_grading_words
from lab.spec import Language
from tests.suite.grading.classes import ADA, BEN, WORDS_FILE, grade, the_assignment, the_words, write

CLASS_FILES = {
    *("gradebook.csv", "flags.csv", "canvas.csv", "moodle.csv", "junit.xml", "summary.md", "summary-public.md"),
}


def test_a_report_holds_the_files_of_the_class_and_of_each_student(tmp_path: Path) -> None:
    write(tmp_path, [grade(ADA), grade(BEN)])
    found = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    own = {f"students/{student}/{file}" for student in ("s001", "00123") for file in ("result.json", "results.json")}
    assert found == CLASS_FILES | own


def test_the_same_class_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path / name, [grade(ADA, {"3.2": ("failed", "x")}), grade(BEN)])
    for path in (tmp_path / "one").rglob("*.*"):
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes()


def test_a_run_that_ends_early_leaves_the_old_files_whole(tmp_path: Path) -> None:
    write(tmp_path, [grade(ADA), grade(BEN)])
    before = {name: (tmp_path / name).read_bytes() for name in CLASS_FILES}

    def interrupted() -> None:
        with outputs(tmp_path, the_assignment(), [ADA, BEN]) as output:
            output.add(grade(ADA, {"3.2": ("failed", "x")}))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


def test_a_class_of_nobody_has_files_all_the_same(tmp_path: Path) -> None:
    written = write(tmp_path, [])
    assert len(written.rows("gradebook.csv")) == 1
    assert "- Graded: 0 of 0" in written.text("summary.md")


def a_large_class(count: int) -> Iterator[Graded]:
    """Students who fail each in their own way, made one after another; with three steps, to be quick."""
    wrong = of_three_steps(grade(ADA, {"3.2": ("failed", "x"), "1.3": ("inconclusive", "y")}))
    right = of_three_steps(grade(BEN))
    for row in range(2, count + 2):
        student = Student(row, f"s{row}", f"rg-{row}", f"Student {row} " + "n" * 80, f"s{row}@contoso.edu")
        if row % 4:
            yield replace(right, student=student, score=replace(right.score, earned=row % 401 / 4))
        else:
            reason = f"type of deployment {row} is odd in the way {row * 7919}, the lab asks for Standard"
            steps = tuple(replace(step, reason=reason) for step in wrong.verdict.steps)
            flag = Flag("late", f"made {row} days late")
            yield replace(wrong, student=student, verdict=replace(wrong.verdict, steps=steps), flags=(flag,))


def of_three_steps(graded: Graded) -> Graded:
    steps = tuple(step for step in graded.verdict.steps if step.id in ("1.1", "1.3", "3.2"))
    return replace(graded, verdict=replace(graded.verdict, steps=steps))


def held_after(directory: Path, count: int) -> int:
    """The bytes that the files of a class hold in memory just before they are closed."""
    assignment = the_assignment()
    with ExitStack() as stack:
        parts = (
            stack.enter_context(gradebook(directory / "gradebook.csv", assignment)),
            stack.enter_context(flags(directory / "flags.csv")),
            stack.enter_context(canvas.canvas(directory / "canvas.csv", assignment)),
            stack.enter_context(moodle.moodle(directory / "moodle.csv", assignment, [])),
            stack.enter_context(junit(directory / "junit.xml", assignment)),
            stack.enter_context(summaries(directory, assignment)),
        )
        tracemalloc.start()
        try:
            for graded in a_large_class(count):
                for part in parts:
                    part.add(graded)
            del graded
            gc.collect()
            return tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()


@pytest.mark.slow
def test_memory_does_not_grow_with_the_class(tmp_path: Path) -> None:
    held_after(tmp_path, 10)
    held = held_after(tmp_path, 20_000)
    assert len((tmp_path / "gradebook.csv").read_bytes().splitlines()) == 20_001
    # 20,000 names alone would be 2 MB.
    assert held < 1_000_000


def test_memory_does_not_grow_with_a_class_that_is_longer_than_its_lists(tmp_path: Path) -> None:
    held_after(tmp_path, 10)
    assert held_after(tmp_path, 2000) < 1_000_000


def titled(title: str, **names: str) -> list[str]:
    return list(problems_of(replace(the_assignment(), title=title, **names)))  # type: ignore[arg-type]


@pytest.mark.parametrize("title", ["Lab 04b", "실습 4b: 미세 조정", "Fine-tune (part b)", "Final project", "A, b"])
def test_a_title_that_gradebooks_take_is_none_of_our_business(title: str) -> None:
    assert titled(title) == []


@pytest.mark.parametrize(
    ("title", "part"),
    [
        ("", "on one line"),
        (" Lab", "on one line"),
        ("Lab\n4", "on one line"),
        ("=Lab", "formula"),
        ("C:\\Lab", "backslash"),
        ("Lab Final Score", "would not import"),
        ("Section", "would not import"),
        ("Lab (4)", "the id of an assignment"),
    ],
)
def test_a_title_that_an_importer_would_misread_is_a_problem(title: str, part: str) -> None:
    assert any(part in problem for problem in titled(title))


@pytest.mark.parametrize("names", [{"canvas_id": "12a"}, {"canvas_id": "１２"}, {"classroom": "a b"}, {"slug": ""}])
def test_other_names_that_cannot_be_used_are_a_problem(names: dict[str, str]) -> None:
    assert len(titled("Lab", **names)) == 1


def test_the_lab_itself_has_a_title_that_gradebooks_take() -> None:
    languages: tuple[Language, ...] = ("en", "ko")
    for language in languages:
        assignment: Assignment = assignment_of(the_assignment().spec, the_words(language), language)
        assert list(problems_of(assignment)) == []
        assert assignment.title == assignment.spec.title.in_language(assignment.language)
        assert assignment.maximum == assignment.spec.total


def test_the_words_are_read_strictly(tmp_path: Path) -> None:
    text = WORDS_FILE.read_text(encoding="utf-8")
    broken = (
        text.replace("{points}", "{point}", 1).replace("median_ko", "medain_ko").replace("version = 1", "version = 2")
    )
    path = tmp_path / "grading.toml"
    path.write_text(broken, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        read_grading_words(path, "en")
    assert raised.value.problems == (
        "version: found 2, expected 1, the only one that this suite reads",
        "[summary] scores: found the names {point}, expected the names {points}",
        "[summary] median_ko: missing, expected a text in quotes",
        "[summary] medain_ko: unknown key; did you mean median_ko?",
    )
