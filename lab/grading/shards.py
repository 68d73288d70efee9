"""Shards: a roster divided among machines, alike on each of them and whatever the roster's order."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from lab.errors import InputError, shown
from lab.grading.roster import Student

MAX_SHARDS = 1000
_SHARD = re.compile(r"([0-9]{1,6})/([0-9]{1,6})")


@dataclass(frozen=True)
class Shard:
    """One of `count` parts of a roster; `number` counts from 1."""

    number: int
    count: int

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    def of(self, students: Sequence[Student]) -> tuple[Student, ...]:
        """The students of this shard, in the roster's order; none where there are more shards than students."""
        places = shards_of(students, self.count)
        return tuple(student for student in students if places[student.id] == self.number)


WHOLE = Shard(1, 1)


def parse_shard(text: str) -> Shard:
    """Read a shard as `--shard` takes it, such as `3/20`; raises `InputError` for anything else."""
    found = _SHARD.fullmatch(text.strip())
    number, count = map(int, found.groups()) if found else (0, 0)
    if not 1 <= number <= count <= MAX_SHARDS:
        expected = f"the number of a shard and how many there are (1 to {MAX_SHARDS:,}), such as 3/20"
        raise InputError("--shard", [f"found '{shown(text, 60)}', expected {expected}"])
    return Shard(number, count)


def shards_of(students: Sequence[Student], count: int) -> dict[str, int]:
    """The number of the shard that each student, by id, belongs to when there are `count` shards.

    A student's place comes from a digest of the id, so it does not depend on the roster's order, and the sizes of
    the shards differ by one at most. One student more or less moves at most one over each boundary.
    """
    ranked = sorted(students, key=_rank)
    bounds = [len(ranked) * place // count for place in range(count + 1)]
    return {
        student.id: number
        for number, (first, end) in enumerate(pairwise(bounds), start=1)
        for student in ranked[first:end]
    }


def _rank(student: Student) -> bytes:
    return hashlib.sha256(student.id.encode()).digest()
