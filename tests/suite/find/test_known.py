"""What is the same for many students is read once, whoever asks for it at the same time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

import lab.find.known
from lab.find.known import Known

PATIENCE_S = 10


def test_an_answer_is_kept_under_its_key() -> None:
    known, read = Known(), iter(["first", "second"])
    assert known.once("a", lambda: next(read)) == "first"
    assert known.once("a", lambda: next(read)) == "first"
    assert known.once("b", lambda: next(read)) == "second"


def test_nothing_at_all_is_an_answer_too() -> None:
    known, reads = Known(), []
    for _ in range(2):
        assert known.once("a", lambda: reads.append(1)) is None
    assert reads == [1]


def test_an_error_is_not_kept() -> None:
    known = Known()
    with pytest.raises(ZeroDivisionError):
        known.once("a", lambda: 1 // 0)
    assert known.once("a", lambda: 2) == 2


def test_threads_that_ask_at_once_wait_for_the_first() -> None:
    known, reads, here = Known(), [], threading.Event()

    def read() -> str:
        reads.append(threading.get_ident())
        assert here.wait(PATIENCE_S)
        return "answer"

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(known.once, "a", read) for _ in range(8)]
        here.set()
        assert [one.result(PATIENCE_S) for one in asked] == ["answer"] * 8
    assert len(reads) == 1


def test_who_waited_for_an_error_tries_beside_the_others_and_not_after_them(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = threading.Semaphore(0)

    class Noted(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waiting.release()
            return super().wait(timeout)

    monkeypatch.setattr(lab.find.known, "threading", SimpleNamespace(Event=Noted, Lock=threading.Lock))
    known, began, others = Known(), threading.Event(), threading.Barrier(3)

    def fails() -> str:
        began.set()
        assert all(waiting.acquire(timeout=PATIENCE_S) for _ in range(3))
        raise ConnectionError

    def reads() -> str:
        others.wait(PATIENCE_S)
        return "answer"

    with ThreadPoolExecutor(4) as pool:
        failing = pool.submit(known.once, "a", fails)
        assert began.wait(PATIENCE_S)
        asked = [pool.submit(known.once, "a", reads) for _ in range(3)]
        with pytest.raises(ConnectionError):
            failing.result(PATIENCE_S)
        assert [one.result(PATIENCE_S) for one in asked] == ["answer"] * 3, "the barrier lets only all three pass"
    assert known.once("a", fails) == "answer"
