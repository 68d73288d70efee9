"""Where checks get their facts from: a lab that the run builds, or an environment that somebody else built."""

from __future__ import annotations

from typing import Any, Protocol


class Environment(Protocol):
    """What both ways to an environment have in common."""

    def result(self, name: str) -> Any:
        """What came of a stage, such as `hub`; raises the `StepError` that stands in its place."""
        ...
