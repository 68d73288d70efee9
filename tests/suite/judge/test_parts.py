"""What the judge's traits rest on: the kernel, the outline of a reply, its letters, and the sense of a sentence."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lab.judge.kernel import Kernel, fit_kernel, pack, unpacked
from lab.judge.letters import PLACES, Letters, letters_of
from lab.judge.model import VERSION, file_problem
from lab.judge.order import NEIGHBOURS, groups, numbered, spelled
from lab.judge.outline import PLACES as DIRECTIONS
from lab.judge.outline import Outline, fit_outline, joined
from lab.judge.sense import order_vectors

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
# No weighted sum of the two places tells these apart.
EITHER = np.array([-1.0, 1.0, 1.0, -1.0])


def neighbouring_words(texts: Sequence[str]) -> NDArray[Any]:
    """An encoder that sees which words stand next to each other, and nothing else."""
    rows = np.zeros((len(texts), 64))
    for row, text in zip(rows, texts, strict=True):
        own = text.lower().strip(".!?").split()
        for one, two in pairwise(own):
            row[zlib.crc32(f"{one} {two}".encode()) % len(row)] += 1
    return rows


def a_kernel() -> Kernel:
    return fit_kernel(CORNERS, {"either": EITHER, "first": np.array([-1.0, -1.0, 1.0, 1.0])}, 3.0, 0.01)


def test_a_kernel_finds_what_no_weighted_sum_does() -> None:
    answers = a_kernel()(CORNERS)
    assert np.sign(answers["either"]).tolist() == EITHER.tolist()
    assert np.sign(answers["first"]).tolist() == [-1.0, -1.0, 1.0, 1.0]


def test_a_kernel_knows_nothing_of_what_is_far_from_all_it_was_shown() -> None:
    assert abs(float(a_kernel()(np.array([9.0, 9.0]))["either"][0])) < 1e-6


def test_a_kernel_is_read_from_what_is_written_of_it() -> None:
    kernel = a_kernel()
    assert Kernel(**asdict(kernel)) == kernel


def test_packed_rows_are_off_by_half_a_step_at_most() -> None:
    rows = np.linspace(-0.7, 0.9, 30).reshape(5, 6)
    packed, step = pack(rows)
    assert np.abs(unpacked(packed, 6, step) - rows).max() <= step * 0.51


def test_an_outline_keeps_what_replies_differ_in() -> None:
    chance = np.random.default_rng(0)
    rows = np.zeros((400, 2 * DIRECTIONS))
    rows[:, :3] = chance.normal(size=(400, 3)) * [5.0, 3.0, 1.0]
    outline = fit_outline(rows)
    placed = outline(rows)
    assert placed.shape == (400, DIRECTIONS)
    assert Outline(**asdict(outline)) == outline
    apart = np.linalg.norm(rows[0] - rows[1])
    assert np.linalg.norm(placed[0] - placed[1]) == pytest.approx(apart, rel=0.02)


def test_a_reply_is_joined_with_its_sentences_by_their_words_and_with_its_prompt() -> None:
    row = joined(np.array([1.0]), np.array([[2.0], [5.0]]), [2.0, 1.0], np.array([10.0]))
    assert row == pytest.approx([1.0, 3.0, 1.2, 3.0, 4.0])


def test_letters_count_by_what_they_weigh_whatever_the_length() -> None:
    found = letters_of("Rome")
    assert sum(value * value for value in found.values()) == pytest.approx(1.0)
    weights = [1.0 if place in found else 0.0 for place in range(PLACES)]
    assert Letters(weights, -0.5).score("rome") == pytest.approx(sum(found.values()) - 0.5)
    assert Letters(weights, -0.5).score("") == -0.5


def test_the_order_of_words_is_what_a_sentence_and_its_shuffles_differ_in() -> None:
    one, other = order_vectors(["the old cat sat here today.", "sat the old here today cat."], neighbouring_words)
    size = len(one) // 2
    # Both are compared with the same shuffles, so they differ beside by just what they are themselves, twice.
    assert one[size:] - other[size:] == pytest.approx(2 * (one[:size] - other[:size]))
    assert np.abs(one[size:]).sum() > 0


def test_neighbours_reach_over_both_edges_of_a_sentence() -> None:
    rows = numbered(["fly", "home"])
    assert groups(["fly", "home"], rows).tolist() == [[0, rows["fly"], rows["home"], 1, 2]]
    shown = groups(["fly"] * 5, rows)
    assert shown.shape == (7 - NEIGHBOURS + 1, NEIGHBOURS)
    assert (shown[0, 0], shown[-1, -1]) == (0, 1)


def test_a_word_is_told_by_how_it_ends_in_korean_and_by_both_its_ends_elsewhere() -> None:
    def alike(one: str, two: str) -> list[bool]:
        rows = spelled([one, two], frozenset()).reshape(2, 3, -1)
        return [bool((rows[0, part] == rows[1, part]).all()) for part in range(2)]

    assert alike("\uac00\uc138\uc694", "\uc624\uc138\uc694") == [True, True]
    assert alike("\uac00\uba74", "\uac00\uc694") == [False, False]
    assert alike("flying", "swimming") == [True, False]
    assert alike("flying", "flyer") == [False, True]


def test_only_frequent_words_are_told_by_themselves() -> None:
    rare, frequent = spelled(["lagoon", "the"], frozenset({"the"})).reshape(2, 3, -1)[:, 2]
    assert not rare.any()
    assert frequent.all()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b'{"version":3,"grammar":{}}\n', '{"version":3,'),
        (f'{{"version":{VERSION},"grammar":{{'.encode(), "cut off"),
        (b"", "nothing"),
        (None, "No such file"),
    ],
)
def test_a_judge_that_cannot_be_used_is_told_with_what_to_do(tmp_path: Path, content: bytes | None, found: str) -> None:
    path = tmp_path / "judge-model.json"
    if content is not None:
        path.write_bytes(content)
    problem = file_problem(path)
    assert problem is not None
    assert found in problem
    assert problem.startswith(str(path))
    assert problem.endswith("write it anew with `python -m lab.judge.fit`")
