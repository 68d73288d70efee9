"""The words of the feedback: both languages complete, and a file that is wrong says everything that is wrong in it."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from lab.errors import InputError
from lab.grading.feedback_words import WORDS, FeedbackWords, feedback_words, read_feedback_words

HANGUL = re.compile("[\uac00-\ud7a3]")
SAME_IN_BOTH = {"id", "from_to"}


@pytest.mark.parametrize("name", [each.name for each in fields(FeedbackWords)])
def test_every_word_is_there_in_both_languages(name: str) -> None:
    wording = feedback_words()
    english, korean = getattr(wording.en, name), getattr(wording.ko, name)
    assert english.strip()
    assert not HANGUL.search(english)
    assert bool(HANGUL.search(korean)) == (name not in SAME_IN_BOTH), korean


def test_each_language_gets_its_own_words() -> None:
    assert feedback_words().in_language("en").score == "Score"
    assert feedback_words().in_language("ko").score == "점수"


def test_all_problems_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    text = WORDS.read_text(encoding="utf-8")
    for old, new in (
        ("version = 1", "version = 2"),
        ('student_ko = "학생"\n', ""),
        ('title = "Feedback on your lab"', 'title = " "'),
        ('answer = "Answer {number}"', 'answer = "Answer {position}"'),
        ('from_to_ko = "{first} ~ {last}"', 'from_to_ko = "{first} ~ {last"'),
        ('score = "Score"', "score = 3"),
        ('found = "', 'fuond = "x"\nfound = "'),
    ):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = tmp_path / "feedback.toml"
    path.write_text(text + "\n[extra]\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_feedback_words(path)
    problems = "\n".join(caught.value.problems)
    assert len(caught.value.problems) == 8, problems
    for part in (
        "version: found 2, expected 1",
        "[words] student_ko: missing",
        "[words] title: the text is empty",
        "[words] answer: found the names {position}, expected the names {number}",
        "[words] from_to_ko: found '{first} ~ {last', expected every brace in a pair",
        "[words] score: found 3, expected a text",
        "[words] fuond: unknown key; did you mean found?",
        "extra: unknown key",
    ):
        assert part in problems


def test_a_file_without_words_is_one_problem(tmp_path: Path) -> None:
    path = tmp_path / "feedback.toml"
    path.write_text("version = 1\n", encoding="utf-8")
    with pytest.raises(InputError, match="words") as caught:
        read_feedback_words(path)
    assert len(caught.value.problems) == 1
