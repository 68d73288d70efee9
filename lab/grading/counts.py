"""How many of a class were graded, as its gradebook says."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from lab.grading.graded import GRADED
from lab.grading.roster_file import long_cells


@dataclass(frozen=True)
class ClassCounts:
    """How many students were graded, whatever their marks, and how many could not be."""

    graded: int
    not_graded: int

    @property
    def everyone(self) -> int:
        return self.graded + self.not_graded


def class_counts(gradebook: Path) -> ClassCounts:
    """Count the rows of a `gradebook.csv`, of which it holds one at a time."""
    with gradebook.open(encoding="utf-8-sig", newline="") as file, long_cells():
        counted = Counter(row["grading_status"] == GRADED for row in csv.DictReader(file))
    return ClassCounts(counted[True], counted[False])
