"""How many students a minute are graded over a slow network, and what memory it takes.

`python -m benchmarks.grading [STUDENTS] [DELAY_MS] [SPEED]` answers each request late (500 students and 50 ms
unless given), and grades the class with `-n 2`, on one worker, and reads it with a plain sequential script on the same
SDKs (a tenth of the class, which takes as long for each student). The memory is that of the largest process.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.stand_in import ROOT, StandIn, stand_in

PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider")


@dataclass(frozen=True)
class Run:
    """What a command took: seconds, and the largest of its processes in MiB."""

    seconds: float
    memory: float


def main(students: int, delay_ms: float, speed: float) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_class(folder, students, delay_ms * speed / 1000)
        files = ["--class", str(folder / "class.toml"), "--scenario", str(folder / "slow.toml")]
        with stand_in("--speed", f"{speed:g}", *files) as emulator:
            tenth = [f"rg-{number}" for number in range(1, max(students // 10, 1) + 1)]
            plain = timed(emulator, "-m", "benchmarks.sequential_grader", emulator.url, *tenth)
            baseline = show("sequential script", len(tenth), plain)
            for workers in ("2", "1", "0"):
                report = ["--report-dir", str(folder / f"report-{workers}"), "-n", workers]
                grade = [*PYTEST, "--emulator-url", emulator.url, "--grade", str(folder / "roster.csv"), *report]
                rate = show(f"pytest --grade -n {workers}", students, timed(emulator, *grade))
                print(f"  {rate / baseline:.1f} times the script")
    return 0


def write_class(folder: Path, students: int, delay_s: float) -> None:
    """A class that did the lab, its roster, and a scenario that answers every request late (in Azure's seconds)."""
    numbers = range(1, students + 1)
    rows = "".join(f'[[student]]\nid = "s{number}"\nresource_group = "rg-{number}"\n' for number in numbers)
    (folder / "class.toml").write_text(rows, encoding="utf-8")
    roster = "id,resource_group\n" + "".join(f"s{number},rg-{number}\n" for number in numbers)
    (folder / "roster.csv").write_text(roster, encoding="utf-8")
    (folder / "slow.toml").write_text(
        'id = "slow"\ntitle = "Every answer is late"\nsource = "by design"\n'
        f'[[rule]]\nwhen = {{ path = "*" }}\nthen = {{ delay_s = {delay_s:g} }}\n[expect]\nverdict = "works"\n',
        encoding="utf-8",
    )


def timed(emulator: StandIn, *arguments: str) -> Run:
    """Run Python with these arguments; raises `CalledProcessError` with what it printed when it fails."""
    start = time.perf_counter()
    environment = {**os.environ, "SSL_CERT_FILE": emulator.ca_file}
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        print(said[-4000:])
        raise subprocess.CalledProcessError(os.waitstatus_to_exitcode(status), arguments[:2])
    return Run(time.perf_counter() - start, used.ru_maxrss / 1024)


def show(what: str, students: int, run: Run) -> float:
    rate = 60 * students / run.seconds
    words = f"{students} students in {run.seconds:.1f} s, {rate:.0f} a minute, {run.memory:.0f} MiB"
    print(f"{what}: {words}", flush=True)
    return rate


if __name__ == "__main__":
    given = sys.argv[1:]
    numbers = [float(text) for text in given] + [500.0, 50.0, 1000.0][len(given) :]
    sys.exit(main(int(numbers[0]), numbers[1], numbers[2]))
