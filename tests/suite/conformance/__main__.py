"""`python -m tests.suite.conformance`: hold the emulator to recorded traffic and print the report."""

from __future__ import annotations

import sys

from tests.suite.conformance.deliberate import read_agreed
from tests.suite.conformance.facts import all_facts
from tests.suite.conformance.replay import replay
from tests.suite.conformance.report import complaints, report
from tests.suite.conformance.settings import read_settings


def main() -> int:
    """Replay all facts; 1 when anything differs that is not meant to."""
    settings, agreed = read_settings(), read_agreed()
    results = {facts.name: replay(facts, settings.of(facts.name), agreed) for facts in all_facts()}
    print(report(results))
    return int(any(complaints(outcomes) for outcomes in results.values()))


if __name__ == "__main__":
    sys.exit(main())
