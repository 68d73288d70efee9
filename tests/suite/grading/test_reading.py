"""Students are read side by side, each once, and whoever waits for one learns what became of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError

import pytest

from lab.grading.reading import Read, Reading
from lab.grading.roster import Student
from tests.suite.grading.rosters import students

PATIENCE_S = 10


@pytest.fixture
def start() -> Iterator[Callable[[Read, int], Reading]]:
    """Make a reading that is stopped at the end of the test."""
    made: list[Reading] = []

    def make(read: Read, at_once: int) -> Reading:
        made.append(Reading(read, at_once))
        return made[-1]

    yield make
    for reading in made:
        reading.stop()


def test_so_many_are_read_side_by_side(start: Callable[[Read, int], Reading]) -> None:
    together = threading.Barrier(4)

    def read(student: Student) -> None:
        together.wait(PATIENCE_S)

    reading = start(read, 4)
    reading.start(students("a", "b", "c", "d"))
    for student in students("a", "b", "c", "d"):
        reading.wait(student)


def test_no_more_than_so_many(start: Callable[[Read, int], Reading]) -> None:
    lock, together, now, most = threading.Lock(), threading.Barrier(3), 0, 0

    def read(student: Student) -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        together.wait(PATIENCE_S)
        with lock:
            now -= 1

    everyone = students(*(f"s{number}" for number in range(21)))
    reading = start(read, 3)
    reading.start(everyone)
    for student in everyone:
        reading.wait(student)
    assert most == 3


def test_each_is_read_once_and_in_order(start: Callable[[Read, int], Reading]) -> None:
    read: list[str] = []
    reading = start(lambda student: read.append(student.id), 1)
    reading.start(students("b", "a"))
    reading.start(students("b", "a", "c"))
    for student in students("a", "b", "c", "c"):
        reading.wait(student)
    assert read == ["b", "a", "c"]


def test_one_that_was_not_begun_is_read_when_it_is_waited_for(start: Callable[[Read, int], Reading]) -> None:
    read: list[str] = []
    (student,) = students("a")
    start(lambda student: read.append(student.id), 1).wait(student)
    assert read == ["a"]


def test_what_went_wrong_is_told_to_everybody_who_waits_and_costs_the_others_nothing(
    start: Callable[[Read, int], Reading],
) -> None:
    def read(student: Student) -> None:
        if student.id == "a":
            raise OSError("no room on the disk")

    reading = start(read, 2)
    first, second = students("a", "b")
    reading.start([first, second])
    for _ in range(2):
        with pytest.raises(OSError, match="no room on the disk"):
            reading.wait(first)
    reading.wait(second)


def test_a_stop_ends_what_was_begun_and_begins_nothing_more() -> None:
    began, submitted = threading.Event(), threading.Event()
    ended: list[str] = []

    def read(student: Student) -> None:
        began.set()
        assert submitted.wait(PATIENCE_S)
        give_up = time.monotonic() + PATIENCE_S
        while not reading._futures["b"].cancelled():
            assert time.monotonic() < give_up, "nobody stopped"
        ended.append(student.id)

    reading = Reading(read, 1)
    first, second = students("a", "b")
    reading.start([first, second])
    submitted.set()
    assert began.wait(PATIENCE_S)
    reading.stop()
    assert ended == ["a"], "it was waited for"
    reading.wait(first)
    with pytest.raises(CancelledError):
        reading.wait(second)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("student")]
