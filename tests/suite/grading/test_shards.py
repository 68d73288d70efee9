"""Shards: the same students on every machine, in parts of the same size."""

from __future__ import annotations

import random

import pytest

from lab.errors import InputError
from lab.grading.shards import WHOLE, Shard, parse_shard, shards_of
from tests.suite.grading.rosters import students

PINNED = {"S1": 1, "007002": 1, "ann@contoso.edu": 2, "007001": 2, "s1": 3, "김하늘": 3}


def a_class(size: int) -> list[str]:
    return [f"s{number:05}" for number in range(size)]


@pytest.mark.parametrize(
    ("text", "shard"),
    [
        ("1/1", WHOLE),
        ("3/20", Shard(3, 20)),
        ("20/20", Shard(20, 20)),
        (" 03/20 ", Shard(3, 20)),
        ("1/1000", Shard(1, 1000)),
    ],
)
def test_a_shard_is_read_as_it_is_written(text: str, shard: Shard) -> None:
    assert parse_shard(text) == shard
    assert parse_shard(str(shard)) == shard


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3",
        "3/",
        "/20",
        "0/20",
        "21/20",
        "1/0",
        "-1/20",
        "3/20/2",
        "3 / 20",
        "3/٢٠",
        "1.5/2",
        "1/1001",
        "1/9999999",
        "x/y",
    ],
)
def test_anything_else_is_no_shard(text: str) -> None:
    with pytest.raises(InputError, match="such as 3/20") as refused:
        parse_shard(text)
    assert refused.value.source == "--shard"


@pytest.mark.parametrize("size", [0, 1, 2, 19, 20, 21, 200, 997])
@pytest.mark.parametrize("count", [1, 2, 3, 20, 100])
def test_every_student_is_in_one_shard_and_no_shard_is_larger_by_two(size: int, count: int) -> None:
    roster = students(*a_class(size))
    parts = [Shard(number, count).of(roster) for number in range(1, count + 1)]
    assert sorted(student.id for part in parts for student in part) == a_class(size)
    sizes = [len(part) for part in parts]
    assert max(sizes) - min(sizes) <= 1
    assert all(list(part) == sorted(part, key=lambda each: each.row) for part in parts), "in the roster's order"


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_roster_moves_nobody(seed: int) -> None:
    ids = a_class(200)
    shuffled = random.Random(seed).sample(ids, len(ids))
    assert shards_of(students(*ids), 20) == shards_of(students(*shuffled), 20)


@pytest.mark.parametrize("seed", range(20))
def test_a_student_more_moves_one_over_each_boundary_at_most(seed: int) -> None:
    ids, count = a_class(200 + seed), 7
    before = shards_of(students(*ids), count)
    after = shards_of(students(*ids, f"new-{seed}"), count)
    moved = [(before[each], after[each]) for each in ids if before[each] != after[each]]
    assert all(abs(first - second) == 1 for first, second in moved)
    boundaries = [tuple(sorted(move)) for move in moved]
    assert len(boundaries) == len(set(boundaries))


def test_the_place_of_a_student_is_the_same_in_every_version() -> None:
    """Shards of one class may be graded on different days; what is pinned here must not change."""
    assert shards_of(students("007001", "007002", "김하늘", "s1", "S1", "ann@contoso.edu"), 3) == PINNED
