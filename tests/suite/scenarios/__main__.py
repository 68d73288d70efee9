"""`python -m tests.suite.scenarios`: print the catalogue of broken labs; with `--run`, run them all and compare."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.suite.projects import copied
from tests.suite.scenarios.catalogue import Case, as_table, cases, figures, read
from tests.suite.scenarios.judged import first_not_passed, problems


@dataclass(frozen=True)
class Result:
    """What a run under a scenario came to; `problems` is what differs from the expectation."""

    verdict: str
    step: str
    reason: str
    seconds: float
    problems: tuple[str, ...]


def main(arguments: Sequence[str]) -> int:
    """Print the table and the figures; 1 when a run said anything else than its scenario expects."""
    given = _parser().parse_args(arguments)
    chosen = [read(path) for path in given.file] or cases()
    if not given.run:
        print(as_table(chosen), figures(chosen), sep="\n\n")
        return 0
    began = time.monotonic()
    with ThreadPoolExecutor(given.jobs) as pool:
        results = []
        for case, result in zip(chosen, pool.map(_result, chosen), strict=True):
            print(_lines(case, result), flush=True)
            results.append(result)
    agreed = sum(not result.problems for result in results)
    spent = time.monotonic() - began
    longest = max((result.seconds for result in results), default=0.0)
    print(f"\n{figures(chosen)}\nas expected: {agreed} of {len(chosen)}; {spent:.0f} s, the longest {longest:.0f} s")
    return int(agreed < len(chosen))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.suite.scenarios", description=__doc__)
    parser.add_argument("file", nargs="*", type=Path, help="scenario files (default: all of data/scenarios)")
    parser.add_argument("--run", action="store_true", help="run each and compare what comes of it with its [expect]")
    parser.add_argument("-j", "--jobs", type=int, default=2, metavar="N", help="how many runs at a time (default 2)")
    return parser


def _result(case: Case) -> Result:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        try:
            run = copied(Path(folder) / "project").run("--emulator", "--scenario", str(case.path.resolve()))
        except AssertionError as error:
            return Result("none", "-", str(error)[-300:], time.monotonic() - began, (str(error).splitlines()[0],))
    verdict = run.verdict or {"verdict": "none", "steps": []}
    first = first_not_passed(verdict) or {"id": "-", "reason": "" if run.verdict else run.output[-300:]}
    seconds = time.monotonic() - began
    return Result(verdict["verdict"], first["id"], first["reason"], seconds, tuple(problems(case, run)))


def _lines(case: Case, result: Result) -> str:
    expected = f"{case.expected.verdict} {case.expected.step or '-'}"
    found = f"{result.verdict} {result.step}"
    words = "as expected" if not result.problems else "NOT AS EXPECTED"
    line = f"{case.id}: {words}: expected {expected}, found {found} ({result.seconds:.0f} s): {result.reason}"
    return "\n".join([line, *(f"    {problem}" for problem in result.problems)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
