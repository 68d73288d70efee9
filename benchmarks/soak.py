"""How often the lab works on a bad day: many runs against an emulator that fails a share of all requests at random.

`python -m benchmarks.soak [RUNS] [SHARE]` answers a tenth of all requests with 429, 500, 503, late or not at all (a
lost request, or a lost answer). Exits with 1 unless every run works and leaves nothing behind.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterable

from benchmarks.stand_in import LabRun, run_lab, stand_in

NO_ANSWER = 0


def main(runs: int, share: float) -> int:
    done: list[LabRun] = []
    bad = 0
    for seed in range(1, runs + 1):
        with stand_in("--faults", f"{share:g}:{seed}") as emulator:
            run = run_lab(emulator)
            left = emulator.left()
            served = emulator.get("/_emulator/requests")
        faults = sum(row["status"] in (NO_ANSWER, 429, 500, 503) for row in served)
        well = run.verdict == "works" and run.code == 0 and not left
        bad += not well
        done.append(run)
        words = f"{run.verdict} in {run.seconds:.1f} s; {len(served)} requests, {faults} of them failed"
        print(f"seed {seed}: {words}; left: {', '.join(left) or 'nothing'}", flush=True)
        if not well:
            print(run.output, flush=True)
    print(f"{runs - bad} of {runs} runs work and leave nothing; seconds: {distribution(run.seconds for run in done)}")
    return 1 if bad else 0


def distribution(seconds: Iterable[float]) -> str:
    """Smallest, quartiles, 95th percentile and largest of some times."""
    times = sorted(seconds)
    if len(times) < 2:
        return ", ".join(f"{time:.1f}" for time in times)
    cuts = statistics.quantiles(times, n=20, method="inclusive")
    names = {"min": times[0], "25%": cuts[4], "median": cuts[9], "75%": cuts[14], "95%": cuts[18], "max": times[-1]}
    return ", ".join(f"{name} {value:.1f}" for name, value in names.items())


if __name__ == "__main__":
    given = sys.argv[1:]
    sys.exit(main(int(given[0]) if given else 50, float(given[1]) if len(given) > 1 else 0.1))
