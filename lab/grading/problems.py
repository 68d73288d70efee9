"""What is wrong with a file or folder that was given, in a number that a person reads."""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_LISTED = 50
"""More problems than anyone reads at a time are counted and not listed."""


@dataclass
class Problems:
    """Problems in their order, of which no more than `MAX_LISTED` of each kind are kept.

    What is `urgent` goes before all else, for it may be why there are so many others.
    """

    urgent: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    unlisted: int = 0

    def add(self, problem: str) -> None:
        """Note a problem."""
        if len(self.found) < MAX_LISTED:
            self.found.append(problem)
        else:
            self.unlisted += 1

    def listed(self) -> list[str]:
        """The first `MAX_LISTED`, and how many more there are; empty without a problem."""
        found = [*self.urgent, *self.found]
        more = len(found[MAX_LISTED:]) + self.unlisted
        return [*found[:MAX_LISTED], *([f"and {more} more"] if more else [])]
