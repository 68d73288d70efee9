"""Reading many students' environments side by side: each waits for the network, and for its own model's limit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor

from lab.grading.roster import Student

Read = Callable[[Student], None]
"""Reads one student's environment and keeps the evidence."""


class Reading:
    """Reads students' environments ahead of whoever checks them; nothing of them stays in memory."""

    def __init__(self, read: Read, at_once: int) -> None:
        self._read = read
        self._pool = ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="student")
        self._futures: dict[str, Future[None]] = {}

    def start(self, students: Iterable[Student]) -> None:
        """Begin to read these, in their order; those that were begun before go on."""
        for student in students:
            if student.id not in self._futures:
                self._futures[student.id] = self._pool.submit(self._read, student)

    def wait(self, student: Student) -> None:
        """Wait until a student was read; raises what the reading raised."""
        self.start([student])
        self._futures[student.id].result()

    def stop(self) -> None:
        """Start nothing more, and return when what was begun has ended; whoever calls cancels the clock first."""
        self._pool.shutdown(wait=True, cancel_futures=True)
