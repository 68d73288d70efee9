"""The judge of replies: right on replies that it was not tuned on, and steady at the edges.

`replies.jsonl` holds three batches, written one after the other. The word lists were made with the first in view. On
the second, unseen, 36 of 45 came out right, and the lists were widened; on the third, unseen, 24 of 26.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from lab.errors import InputError
from lab.judge import judge, judge_file, main
from lab.judge_words import read_lexicon

ROOT = Path(__file__).resolve().parents[3]
REPLIES = ROOT / "tests" / "suite" / "data" / "replies.jsonl"
WORDS = ROOT / "data" / "judge.toml"
ABLE = "What can you do?"
WHERE = "Where should I go on holiday for my 30th birthday?"


def replies() -> list[Mapping[str, object]]:
    return [json.loads(line) for line in REPLIES.read_text(encoding="utf-8").splitlines()]


def wrong_ids() -> list[str]:
    judged = {str(row["id"]): row["travel"] for row in judge_file(REPLIES)}
    return [str(row["id"]) for row in replies() if judged[str(row["id"])] != row["travel"]]


def test_replies_are_judged_right() -> None:
    assert len(replies()) >= 60
    assert len({row["id"] for row in replies()}) == len(replies())
    assert len(wrong_ids()) <= 0.05 * len(replies()), wrong_ids()


@pytest.mark.parametrize("kind", ["general", "refusal", "empty", "heap", "echo", "terse", "steered"])
def test_no_reply_of_the_plain_kinds_is_judged_wrong(kind: str) -> None:
    assert any(str(row["id"]).startswith(kind) for row in replies())
    assert [wrong for wrong in wrong_ids() if wrong.startswith(kind)] == []


def test_the_reason_counts_sentences_and_names_the_other_topic() -> None:
    found = judge(ABLE, "I plan trips. I book hotels. Then I bake bread in my oven. How are you?")
    assert found.travel
    assert found.reason == "2 of 4 sentences are about travel, 1 about cooking, 1 about nothing in particular."
    assert 0.6 < found.score < 0.7


def test_travel_in_the_minority_is_not_the_focus() -> None:
    found = judge(ABLE, "I bake bread in the oven. I simmer soup. I debug Python code. I also know a nice hotel.")
    assert not found.travel
    assert found.score == 0.25


def test_a_refusal_outweighs_the_word_travel() -> None:
    found = judge(WHERE, "I can't help you with travel. Have you asked a travel agent?")
    assert not found.travel
    assert "1 declining to talk about it" in found.reason


def test_refusing_something_else_is_no_refusal_of_travel() -> None:
    assert judge(ABLE, "I can't do your homework, but I can plan a trip to Spain.").travel


def test_a_dismissed_trip_is_no_travel() -> None:
    assert not judge(WHERE, "Forget the beach holiday and bake a chocolate cake in your kitchen.").travel


def test_saying_the_same_again_changes_nothing() -> None:
    once = judge(ABLE, "I bake bread. I simmer soup. I plan trips.")
    assert judge(ABLE, "I bake bread. I simmer soup. " + "I plan trips. " * 9) == once


def test_the_echo_of_the_question_is_no_answer() -> None:
    assert not judge(WHERE, WHERE).travel
    assert not judge(WHERE, f"{WHERE} {WHERE.upper()}").travel


def test_a_place_answers_a_question_about_travel_and_no_other() -> None:
    assert judge(WHERE, "Lisbon!").travel
    assert not judge(ABLE, "I know who won the match between Rome and Madrid.").travel


@pytest.mark.parametrize(
    "spelling", ["**I plan TRIPS** to Spain.", "- I plan trips to Spain.", "1. I plan trips to Spain."]
)
def test_markdown_and_case_do_not_matter(spelling: str) -> None:
    assert judge(ABLE, spelling) == judge(ABLE, "I plan trips to Spain.")


def test_a_file_is_judged_from_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    row = {"id": "한", "prompt": ABLE, "reply": "I plan trips to Spain."}
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "lab.judge", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    judged = {"id": "한", "travel": True, "score": 1.0, "reason": "1 of 1 sentence is about travel."}
    assert [json.loads(line) for line in done.stdout.decode().splitlines()] == [judged]


def test_every_row_that_cannot_be_judged_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"id": "a", "prompt": "Hi"}\n{"id": "b", "prompt": "Hi", "reply": null}\n{\n', encoding="utf-8")
    with pytest.raises(InputError) as refusal:
        judge_file(path)
    assert "line 1: found nothing for 'reply', expected a text" in refusal.value.problems
    assert "line 2: found null for 'reply', expected a text" in refusal.value.problems
    assert any(problem.startswith("line 3: not valid JSON") for problem in refusal.value.problems)


@pytest.mark.parametrize("arguments", [[], ["one", "two"], ["no-such-file.jsonl"]])
def test_a_wrong_command_line_is_refused_with_exit_code_4(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 4
    out, err = capsys.readouterr()
    assert out == ""
    assert "usage" in err or "no-such-file.jsonl cannot be used" in err


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("share = 0.5", "", "[verdict] share: missing"),
        ("[wording]", "[wordings]", "wording: missing, expected a table [wording]"),
        ('name = "cooking"', 'name = ""', "name: the text is empty"),
        ("version = 1", "version = 9", "version: found 9, expected 1"),
    ],
    ids=["number", "table", "topic", "version"],
)
def test_a_mistake_in_the_word_lists_is_named(old: str, new: str, problem: str, tmp_path: Path) -> None:
    text = WORDS.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "judge.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as refusal:
        read_lexicon(path)
    assert any(problem in found for found in refusal.value.problems), refusal.value
