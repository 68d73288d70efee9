"""`python -m lab.judge FILE.jsonl` judges a file of replies."""

from __future__ import annotations

import sys

from lab.judge.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
