"""Faults at random: what a bad day of Azure and of the network does to a share of all requests."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from emulator.scenario.rules import Then

ENTRA = "/oauth2/"
LONGEST_DELAY_S = 30.0


@dataclass(frozen=True)
class FaultRate:
    """The share of requests that meet a fault, from 0 to 1, and the seed that makes them the same again."""

    share: float
    seed: int = 0


class Faults:
    """Picks the requests that meet a fault, and which one; the same for the same seed and order of requests."""

    def __init__(self, rate: FaultRate) -> None:
        self._share = rate.share
        self._random = random.Random(rate.seed)

    def next(self, path: str) -> list[Then]:
        """What becomes of this request: nothing, or one fault."""
        if self._random.random() >= self._share:
            return []
        return [self._random.choice(KINDS)(self._random, path)]


def _throttled(pick: random.Random, path: str) -> Then:
    return _refused(429, "TooManyRequests", path, {"Retry-After": str(pick.randint(1, 10))})


def _failed(pick: random.Random, path: str) -> Then:
    return _refused(500, "InternalServerError", path)


def _unavailable(pick: random.Random, path: str) -> Then:
    return _refused(503, "ServiceUnavailable", path)


def _late(pick: random.Random, path: str) -> Then:
    return Then(delay_s=pick.uniform(1, LONGEST_DELAY_S))


def _request_lost(pick: random.Random, path: str) -> Then:
    """The connection breaks before anything is done: as a refusal, the request is not carried out."""
    return Then(status=503, drop=True)


def _answer_lost(pick: random.Random, path: str) -> Then:
    """The connection breaks when all is done."""
    return Then(drop=True)


def _refused(status: int, code: str, path: str, headers: dict[str, str] | None = None) -> Then:
    message = f"A fault at random ({status})."
    # Entra's errors have a form of their own (RFC 6749, 5.2).
    body: dict[str, object] = (
        {"error": "temporarily_unavailable", "error_description": message}
        if ENTRA in path
        else {"error": {"code": code, "message": message}}
    )
    return Then(status=status, body=body, headers=dict(headers or {}))


KINDS: tuple[Callable[[random.Random, str], Then], ...] = (
    _throttled,
    _failed,
    _unavailable,
    _late,
    _request_lost,
    _answer_lost,
)
