"""What a fine-tuning job says of itself while it runs, for a person who waits for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from lab.run import Run

STEP = "2.5"
# Real seconds between two looks: more often than that nobody could read it, and a sped-up stand-in is asked for nothing
# that its scenario did not reckon with.
EVERY_S = 5.0
PAGE = 20
_LOSS = re.compile(r"training loss=([\d.]+)")


class JobEvents:
    """Looks at a job's newest events, beside the wait for its end, and only when somebody watches."""

    def __init__(self, run: Run, jobs: Any, job_id: str) -> None:
        self._run = run
        self._jobs = jobs
        self._job_id = job_id
        self._looked = run.clock.seconds()

    def look(self) -> None:
        """Tell the last event; one that cannot be had just now is left for the next time."""
        now = self._run.clock.seconds()
        if not self._run.progress.watched or now - self._looked < EVERY_S * self._run.settings.speed:
            return
        self._looked = now
        try:
            rows = self._jobs.list_events(self._job_id, limit=PAGE).data
            # Azure lists the newest first (recording openai_finetune_events).
            said = last_words([str(row.message) for row in reversed(rows)])
        except Exception as error:
            # Only shown: whatever is wrong with the job or the connection, the wait's own look meets it too.
            said = f"events cannot be read: {type(error).__name__}"
        self._run.progress.noted(STEP, said)


def last_words(messages: Sequence[str]) -> str:
    """The last of a job's messages, oldest first, and the last training loss that any of them names."""
    if not messages:
        return ""
    losses = [found[1] for message in messages if (found := _LOSS.search(message))]
    last = messages[-1].rstrip(".")
    return last if not losses or _LOSS.search(last) else f"{last}, training loss {losses[-1]}"
