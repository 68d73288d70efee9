"""How much longer a whole run takes than the longest chain of operations that it must wait for.

`python -m benchmarks.wall_time [RUNS] [SPEED]`. The aim is a wall time within 5% plus 2 s of the chain; at a low speed
the chain is what counts, at a high one the 2 s are.
"""

from __future__ import annotations

import statistics
import sys

from benchmarks.stand_in import run_lab, stand_in
from emulator.behaviour.durations import Durations

SHARE, REST_S = 1.05, 2.0


def longest_chain(usual: Durations) -> float:
    """Azure's seconds from the resource group to the purge: everything here waits for what stands before it."""
    return (
        usual.account_create
        + usual.role_propagation
        + usual.file_processing
        + usual.job_succeeded
        + usual.tuned_deployment
        + usual.deployment_unknown
        + usual.group_delete
        + usual.account_purge
    )


def main(runs: int, speed: float) -> None:
    chain = longest_chain(Durations()) / speed
    times: list[float] = []
    for number in range(runs):
        with stand_in("--speed", f"{speed:g}") as emulator:
            run = run_lab(emulator)
        if run.verdict != "works":
            sys.exit(run.output)
        times.append(run.seconds)
        print(f"run {number + 1}: {run.seconds:.2f} s", flush=True)
    median = statistics.median(times)
    aim = SHARE * chain + REST_S
    print(
        f"wall time {median:.2f} s (median of {runs}) against a chain of {chain:.2f} s at speed {speed:g}: "
        f"{median / chain:.2f} times; {median / aim:.2f} of the aim of {aim:.2f} s"
    )


if __name__ == "__main__":
    given = sys.argv[1:]
    main(int(given[0]) if given else 5, float(given[1]) if len(given) > 1 else 100.0)
