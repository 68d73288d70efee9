"""What a person who waits is told: which step is going on, what was last seen of it, and how it ended."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, Protocol

from lab.azure_errors import explained, refusal
from lab.errors import shown

Kind = Literal["began", "saw", "noted", "ended"]


class Progress(Protocol):
    """Told by the library as it goes; what becomes of it is for others to decide.

    A step may have several stages, which may run side by side. What belongs to a `step` that has not begun is ignored.
    """

    @property
    def watched(self) -> bool:
        """Whether somebody looks, so that asking Azure for something that is only to be shown is worth it."""
        ...

    def began(self, step: str, stage: str) -> None: ...

    def saw(self, step: str, state: str) -> None:
        """What Azure last said of what is waited for, such as `running`."""
        ...

    def noted(self, step: str, event: str) -> None:
        """The last event of a fine-tuning job, or its training loss."""
        ...

    def ended(self, step: str, stage: str, outcome: str) -> None: ...


class Unwatched:
    """Tells nobody."""

    watched = False

    def began(self, step: str, stage: str) -> None: ...

    def saw(self, step: str, state: str) -> None: ...

    def noted(self, step: str, event: str) -> None: ...

    def ended(self, step: str, stage: str, outcome: str) -> None: ...


@dataclass(frozen=True)
class Message:
    """One thing that was told: `at` in seconds since 1970; `text` is a state, an event or an outcome."""

    at: float
    kind: Kind
    step: str
    stage: str
    text: str


class FileProgress:
    """Appends a JSON line for each message, in one write, so that several processes may share a file.

    The same state or event twice in a row is written once. A file that cannot be written costs the display, and not
    the run.
    """

    def __init__(self, path: Path, *, watched: bool = True, now: Callable[[], float] = time.time) -> None:
        self.watched = watched
        self._path = path
        self._now = now
        self._lock = threading.Lock()
        self._last: dict[tuple[Kind, str], str] = {}

    def began(self, step: str, stage: str) -> None:
        self._write("began", step, stage, "")

    def saw(self, step: str, state: str) -> None:
        self._write_new("saw", step, state)

    def noted(self, step: str, event: str) -> None:
        self._write_new("noted", step, event)

    def ended(self, step: str, stage: str, outcome: str) -> None:
        self._write("ended", step, stage, outcome)

    def _write_new(self, kind: Kind, step: str, text: str) -> None:
        with self._lock:
            is_new = text != "" and self._last.get((kind, step)) != text
            self._last[kind, step] = text
        if is_new:
            self._write(kind, step, "", shown(text))

    def _write(self, kind: Kind, step: str, stage: str, text: str) -> None:
        line = json.dumps(asdict(Message(self._now(), kind, step, stage, text))) + "\n"
        try:
            file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        except OSError:
            return
        try:
            os.write(file, line.encode())
        except OSError:
            return
        finally:
            os.close(file)


class Tail:
    """Reads what was appended to a file of messages since the last look."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def __call__(self) -> list[Message]:
        """The new messages, oldest first; a line that is not whole yet is left for the next look."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                content = file.read()
        except FileNotFoundError:
            return []
        whole = content[: content.rfind(b"\n") + 1]
        self._offset += len(whole)
        return [message for line in whole.splitlines() if (message := _message(line)) is not None]


def _message(line: bytes) -> Message | None:
    """A line that a full disk cut short is no message."""
    try:
        return Message(**json.loads(line))
    except (ValueError, TypeError):
        return None


@contextmanager
def showing(progress: Progress, step: str, stage: str) -> Iterator[None]:
    """Tell that a stage of a step goes on in the block, and how it ended."""
    progress.began(step, stage)
    outcome = "inconclusive"
    try:
        yield
        outcome = "passed"
    except Exception as error:
        why = explained(step, stage.replace("_", " "), error)
        outcome = why.outcome
        progress.saw(step, why.reason)
        raise
    finally:
        # An interruption too, or the step would be shown as going on for ever.
        progress.ended(step, stage, outcome)


def state_of(seen: object) -> str:
    """What an answer says of how far something is, or nothing when it says none of it."""
    if isinstance(seen, str):
        return seen
    if isinstance(seen, dict):
        return str((seen.get("properties") or {}).get("provisioningState") or "")
    for name in ("status", "provisioning_state"):
        state = getattr(seen, name, None)
        if isinstance(state, str):
            return state
    return ""


def trouble(error: BaseException, pause: float) -> str:
    """A failure that is waited out, in a few words without names or ids; `pause` in Azure's seconds."""
    answer = refusal(error)
    what = f"Azure answered {answer.status} {answer.code}".strip() if answer else type(error).__name__
    return f"{what}; again in {pause:.0f} s"
