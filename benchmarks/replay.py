"""How long the replay of the whole lab takes, against a session of the same pytest that runs one empty test.

`python -m benchmarks.replay [RUNS]`
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.timing import in_turn

ROOT = Path(__file__).parents[1]


def main(runs: int) -> None:
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    with tempfile.TemporaryDirectory() as directory:
        empty = Path(directory) / "test_empty.py"
        empty.write_text("def test_empty():\n    pass\n")
        reports = ["--report-dir", directory]
        baseline = [*pytest, "-c", "/dev/null", "--rootdir", directory, "-p", "no:fixtures.early", str(empty)]
        pairs = in_turn([*pytest, *reports, "tests/lab"], baseline, ROOT, runs)
    print(f"replay of the lab, against an empty pytest session: {pairs}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
