"""A deployment's rate limits: at capacity N, N requests in 10 s and N thousand tokens a minute of emulator time."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING

from emulator.errors import DataPlaneError
from emulator.state.deployment import Deployment
from emulator.wire import Json

if TYPE_CHECKING:
    from emulator.world import World

REQUEST_WINDOW = timedelta(seconds=10)
TOKEN_WINDOW = timedelta(seconds=60)
TOKENS_PER_CAPACITY = 1000
DEFAULT_ESTIMATE = 16
"""What a call without max_tokens is taken for: recorded calls at capacity 1 left 984 of 1000, whatever they used."""
A_DAY = 86_400


def admit(world: World, deployment: Deployment, body: Json) -> dict[str, str]:
    """Count a call and return the headers of what is left, or raise 429 with the time to wait."""
    calls, now = deployment.calls, world.now
    while calls and calls[0][0] <= now - TOKEN_WINDOW:
        calls.popleft()
    estimate = int(body.get("max_completion_tokens") or body.get("max_tokens") or DEFAULT_ESTIMATE) * int(
        body.get("n") or 1
    )
    tokens_left = deployment.capacity * TOKENS_PER_CAPACITY - sum(tokens for _, tokens in calls) - estimate
    recent = [moment for moment, _ in calls if moment > now - REQUEST_WINDOW]
    requests_left = deployment.capacity - len(recent) - 1
    if requests_left < 0:
        raise _too_many(world, recent[0] + REQUEST_WINDOW - now, "requests", deployment)
    if tokens_left < 0:
        raise _too_many(world, _token_wait(world, deployment, estimate), "tokens", deployment)
    calls.append((now, estimate))
    return {
        "x-ratelimit-remaining-requests": str(requests_left),
        "x-ratelimit-remaining-tokens": str(tokens_left),
    }


def _token_wait(world: World, deployment: Deployment, estimate: int) -> timedelta:
    """Until enough calls are a minute old; a day for a call that is larger than the whole minute's limit."""
    limit = deployment.capacity * TOKENS_PER_CAPACITY
    if estimate > limit:
        return timedelta(seconds=A_DAY)
    taken = sum(tokens for _, tokens in deployment.calls)
    for moment, tokens in deployment.calls:
        taken -= tokens
        if taken + estimate <= limit:
            return moment + TOKEN_WINDOW - world.now
    return TOKEN_WINDOW


def _too_many(world: World, wait: timedelta, what: str, deployment: Deployment) -> DataPlaneError:
    """Sources: issues jasonacox/TinyLLM#17 (the body), microsoft/kernel-memory#795 (retry-after-ms)."""
    real_s = wait.total_seconds() / world.clock.speed
    seconds = max(1, math.ceil(real_s))
    return DataPlaneError(
        429,
        "429",
        f"Requests to the ChatCompletions_Create Operation have exceeded the {what} rate limit of the deployment "
        f"'{deployment.name}' at capacity {deployment.capacity}. Please retry after {seconds} seconds.",
        headers={
            "Retry-After": str(seconds),
            "retry-after-ms": str(max(1, math.ceil(real_s * 1000))),
            "x-ratelimit-remaining-requests" if what == "requests" else "x-ratelimit-remaining-tokens": "0",
        },
    )
