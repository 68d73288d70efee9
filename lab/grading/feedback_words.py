"""The words of the feedback for students; an instructor edits them in `data/feedback.toml`."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from lab.errors import InputError
from lab.spec import Language
from lab.spec_words import texts_of
from lab.tables import Table
from lab.toml import read_toml

VERSION = 1
WORDS = Path(__file__).resolve().parents[2] / "data" / "feedback.toml"


@dataclass(frozen=True)
class FeedbackWords:
    """The words of one language, for `str.format`; each is annotated with the names that it fills in, if any."""

    title: str
    student: str
    id: str
    graded_at: str
    work_at: str
    from_to: Annotated[str, "first", "last"]

    score: str
    points_of: Annotated[str, "earned", "points"]
    points_open: Annotated[str, "earned", "points", "open"]
    undecided: Annotated[str, "points"]
    unmarked: str
    not_graded: str
    not_graded_why: str
    not_checked: str
    sections: str
    section: str
    points: str

    # What a step came to: named as the outcomes are.
    passed: str
    failed: str
    blocked: str
    inconclusive: str
    skipped: str

    found: str
    asked: str
    next: str
    after_earlier: Annotated[str, "step", "hint"]
    look_yourself: Annotated[str, "hint"]
    worth_knowing: str

    chat: str
    chat_rule: Annotated[str, "steps"]
    no_chat: str
    question: str
    answer: Annotated[str, "number"]
    about_travel: str
    off_topic: str
    why: str
    cut: Annotated[str, "shown", "all"]
    empty: str
    too_long: str
    filtered: str


@dataclass(frozen=True)
class FeedbackWording:
    """The words in both languages."""

    en: FeedbackWords
    ko: FeedbackWords

    def in_language(self, language: Language) -> FeedbackWords:
        """Return the words of one language."""
        return self.ko if language == "ko" else self.en


def read_feedback_words(path: Path) -> FeedbackWording:
    """Read the words from a TOML file.

    Raises `InputError` with every problem of the file: unknown or missing keys, a missing translation, empty texts,
    names in braces other than those that are filled in.
    """
    root = Table(read_toml(path), "", [])
    if (version := root.whole("version", at_least=1)) not in (0, VERSION):
        root.complain("version", f"found {version}, expected {VERSION}, the only one that this suite reads")
    texts = texts_of(root.table("words"), FeedbackWords)
    root.close()
    if root.problems:
        raise InputError(str(path), root.problems)
    return FeedbackWording(
        en=FeedbackWords(**{name: text.en for name, text in texts.items()}),
        ko=FeedbackWords(**{name: text.ko for name, text in texts.items()}),
    )


@functools.cache
def feedback_words() -> FeedbackWording:
    """The words of `data/feedback.toml`, read once; raises `InputError` when that file cannot be used."""
    return read_feedback_words(WORDS)
