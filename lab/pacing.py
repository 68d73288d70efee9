"""Chat requests at the rate that a deployment allows, so that none is refused for being too fast."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf

from lab.clock import Clock

# The rateLimits of a deployment at capacity 1 (recording cogsvc_openai_account_and_deployment): 1 request in 10 s and
# 1,000 tokens in 60 s; capacity multiplies both. A request counts as its prompt and the max_tokens that it asks for.
REQUEST_WINDOW = 10.0
TOKEN_WINDOW = 60.0
REQUESTS_PER_CAPACITY = 1
TOKENS_PER_CAPACITY = 1000
# How long to look away, in Azure's seconds, while it is a request under way that takes the room.
UNDER_WAY = 1.0
# English has some four bytes a token, Korean three; a message has a few tokens more around it.
BYTES_PER_TOKEN = 3
TOKENS_AROUND = 10


@dataclass
class _Request:
    """A request that counts against the limits until a window after `ended`, which is infinite while it goes on."""

    tokens: int
    ended: float = inf


def tokens_of(prompt: str, max_tokens: int) -> int:
    """What the limiter takes a request for; rather more than too little."""
    return len(prompt.encode()) // BYTES_PER_TOKEN + TOKENS_AROUND + max_tokens


class Pacing:
    """The requests of a run to its deployments; threads may share it.

    A window starts when the answer is there: the service counted the request at some moment before, so that a window
    that is over here is over there, however long a request was on its way.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: dict[str, list[_Request]] = {}

    @contextmanager
    def turn(self, clock: Clock, deployment: str, capacity: int, tokens: int) -> Iterator[None]:
        """Wait until one more request to this deployment fits, then make it in the block.

        `capacity` counts thousands of tokens a minute. A request that is larger than the whole limit is let through:
        the service's answer says more than waiting for ever. Raises `Cancelled` when the run is told to stop.
        """
        request = _Request(tokens)
        while (pause := self._enter(request, clock.seconds(), deployment, max(capacity, 1))) > 0:
            clock.sleep(pause)
        try:
            yield
        finally:
            request.ended = clock.seconds()

    def _enter(self, request: _Request, now: float, deployment: str, capacity: int) -> float:
        """Count the request and return 0, or return how long to wait before asking again."""
        with self._lock:
            earlier = [one for one in self._requests.get(deployment, []) if one.ended + TOKEN_WINDOW > now]
            pause = max(
                _until_fits(
                    [(one.ended, 1) for one in earlier], 1, REQUESTS_PER_CAPACITY * capacity, REQUEST_WINDOW, now
                ),
                _until_fits(
                    [(one.ended, one.tokens) for one in earlier],
                    request.tokens,
                    TOKENS_PER_CAPACITY * capacity,
                    TOKEN_WINDOW,
                    now,
                ),
            )
            self._requests[deployment] = earlier if pause else [*earlier, request]
        return pause


def _until_fits(earlier: list[tuple[float, int]], needed: int, limit: int, window: float, now: float) -> float:
    """Seconds until enough of what was used has left the window: `earlier` is when each request ended and its use."""
    inside = sorted(one for one in earlier if one[0] + window > now)
    room = limit - sum(used for _, used in inside)
    for ended, used in inside:
        if room >= needed:
            break
        if ended == inf:
            return UNDER_WAY
        room += used
        pause = ended + window - now
        if room >= needed:
            return pause
    return 0.0
