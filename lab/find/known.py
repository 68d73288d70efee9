"""Answers that are the same for many students: read once in a process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar, cast

T = TypeVar("T")


class Known:
    """Keeps what was read under a key; threads that ask for the same wait for the first.

    An error is not kept, and is nobody else's: whoever waited for it makes a try of its own, beside the others, so that
    many do not wait for each other's deadlines one after another.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._first: dict[object, threading.Event] = {}
        self._values: dict[object, Any] = {}

    def once(self, key: object, read: Callable[[], T]) -> T:
        """What is known under the key, read now when it is not; raises what `read` raises."""
        with self._lock:
            if key in self._values:
                return cast("T", self._values[key])
            ended, is_first = self._first.get(key), key not in self._first
            if ended is None:
                ended = self._first[key] = threading.Event()
        if not is_first:
            ended.wait()
            with self._lock:
                if key in self._values:
                    return cast("T", self._values[key])
        try:
            value = read()
            with self._lock:
                return cast("T", self._values.setdefault(key, value))
        finally:
            if is_first:
                with self._lock:
                    del self._first[key]
                ended.set()
