"""No false alarm: many runs against an emulator that is healthy, but never the same twice.

`python -m benchmarks.healthy_noise [RUNS] [SHARE]`: by each run's own seed answers come late, lists and members come in
another order, with members and headers that nobody knows, and a share of all requests (0.03 unless told) meets a fault
that passes: a 429, 500 or 503, a lost connection. Exits with 1 unless every run works and leaves nothing.
"""

from __future__ import annotations

import sys
from collections import Counter

from benchmarks.soak import distribution
from benchmarks.stand_in import LabRun, run_lab, stand_in

SHARE = 0.03


def main(runs: int, share: float) -> int:
    done: list[LabRun] = []
    for seed in range(1, runs + 1):
        run, left = noisy_run(seed, share)
        done.append(run)
        print(f"seed {seed}: {run.verdict} in {run.seconds:.1f} s; left: {', '.join(left) or 'nothing'}", flush=True)
        if not is_well(run, left):
            print(run.output, flush=True)
            return 1
    counts = ", ".join(f"{count} {verdict}" for verdict, count in Counter(run.verdict for run in done).most_common())
    print(f"{runs} healthy runs with noise: {counts}; seconds: {distribution(run.seconds for run in done)}")
    return 0


def noisy_run(seed: int, share: float = SHARE) -> tuple[LabRun, list[str]]:
    """One run against an emulator with the noise of this seed, and what it left there."""
    with stand_in("--noise", str(seed), "--faults", f"{share:g}:{seed}") as emulator:
        return run_lab(emulator), emulator.left()


def is_well(run: LabRun, left: list[str]) -> bool:
    """Whether a run said that the lab works, by its exit code too, and left nothing."""
    return run.verdict == "works" and run.code == 0 and not left


if __name__ == "__main__":
    given = sys.argv[1:]
    sys.exit(main(int(given[0]) if given else 100, float(given[1]) if len(given) > 1 else SHARE))
