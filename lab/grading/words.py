"""The words of a grading run's files; an instructor edits them in `data/grading.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from lab.errors import InputError
from lab.spec import Language, Text
from lab.spec_words import texts_of
from lab.tables import Table
from lab.toml import read_toml

VERSION = 1


@dataclass(frozen=True)
class SummaryWords:
    """What the summary of a class says; each text is annotated with the names that it fills in, if any."""

    title: Annotated[str, "title"]
    graded: Annotated[str, "count", "all"]
    not_graded: Annotated[str, "count"]
    flagged: Annotated[str, "count"]
    left_out: Annotated[str, "file", "count"]
    scores: Annotated[str, "points"]
    no_scores: str
    lowest: str
    lower_quartile: str
    median: str
    upper_quartile: str
    highest: str
    mean: str
    steps: str
    step: str
    step_title: str
    reasons: str
    reason: Annotated[str, "step", "count", "all", "reason"]
    too_different: Annotated[str, "step", "all"]
    flags: str
    shared: str
    early: str
    late: str
    data: str
    who_not_graded: str
    more: Annotated[str, "count", "file"]


@dataclass(frozen=True)
class ShortWords:
    """What a gradebook says to a student in a line or two."""

    all_passed: str
    passed: Annotated[str, "count", "all"]
    failed: Annotated[str, "step", "title", "reason"]
    more_failed: Annotated[str, "steps"]
    blocked: Annotated[str, "steps"]


@dataclass(frozen=True)
class AssignmentNames:
    """How gradebooks call the assignment; empty texts where the file names none."""

    title: str
    canvas_id: str
    classroom: str
    slug: str


@dataclass(frozen=True)
class GradingWords:
    """All words of one language, and the names of the assignment."""

    names: AssignmentNames
    summary: SummaryWords
    short: ShortWords


def read_grading_words(path: Path, language: Language) -> GradingWords:
    """Read the words of one language; raises `InputError` with every problem of the file, whatever the language."""
    root = Table(read_toml(path), "", [])
    if (version := root.whole("version", at_least=1)) not in (0, VERSION):
        root.complain("version", f"found {version}, expected {VERSION}, the only one that this suite reads")
    names = root.table("assignment")
    assignment = AssignmentNames(
        title=names.text_or_none("title"),
        canvas_id=names.text_or_none("canvas_id"),
        classroom=names.text("classroom"),
        slug=names.text("slug"),
    )
    names.close()
    summary = texts_of(root.table("summary"), SummaryWords)
    short = texts_of(root.table("short"), ShortWords)
    root.close()
    if root.problems:
        raise InputError(str(path), root.problems)
    return GradingWords(
        names=assignment,
        summary=SummaryWords(**_in(language, summary)),
        short=ShortWords(**_in(language, short)),
    )


def _in(language: Language, texts: dict[str, Text]) -> dict[str, str]:
    return {name: text.in_language(language) for name, text in texts.items()}
