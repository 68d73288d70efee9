"""Timing whole commands in pairs, so that a machine that slows down slows both."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Pairs:
    """Wall times in seconds of a command and of its baseline, run in turn."""

    measured: tuple[float, ...]
    baseline: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """The median of the ratios pair by pair."""
        return statistics.median(one / other for one, other in zip(self.measured, self.baseline, strict=True))

    def __str__(self) -> str:
        measured, baseline = statistics.median(self.measured), statistics.median(self.baseline)
        return (
            f"{measured:.2f} s against {baseline:.2f} s: {self.ratio:.2f} times (median of {len(self.measured)} pairs)"
        )


def in_turn(measured: Sequence[str], baseline: Sequence[str], directory: Path, runs: int) -> Pairs:
    """Run the two commands in turn, after one run of each that does not count; both must exit with 0."""
    pairs = [(wall_time(measured, directory), wall_time(baseline, directory)) for _ in range(runs + 1)][1:]
    return Pairs(tuple(one for one, _ in pairs), tuple(other for _, other in pairs))


def wall_time(command: Sequence[str], directory: Path) -> float:
    """The seconds that a command takes; raises CalledProcessError when it fails."""
    start = time.perf_counter()
    subprocess.run(command, cwd=directory, check=True, capture_output=True)
    return time.perf_counter() - start
