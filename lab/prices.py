"""What a run costs, estimated from a dated list of prices."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Price:
    """List prices of one tuned model in some regions: tokens by the million, the rest by the hour.

    `training_hour` is 0 when there is no meter that counts training by the hour.
    """

    name: str
    regions: tuple[str, ...]
    training: float
    training_hour: float
    hosting: float
    input: float
    output: float


@dataclass(frozen=True)
class PriceList:
    """Prices as of a day in one currency, and what a run's consumption is estimated by.

    `bytes_per_token` of a training file, `epochs` by default, `hosting_hours` of one run, `prompt_tokens` of one
    question.
    """

    day: date
    currency: str
    epochs: int
    bytes_per_token: float
    hosting_hours: float
    prompt_tokens: int
    models: tuple[Price, ...]

    def of(self, name: str, regions: Iterable[str]) -> tuple[Price, ...]:
        """The prices of a model that hold in any of these regions."""
        wanted = set(regions)
        return tuple(price for price in self.models if price.name == name and wanted.intersection(price.regions))

    def training(self, name: str) -> float:
        """The lowest price of training a model anywhere; infinite when none is on record."""
        return min((price.training for price in self.models if price.name == name), default=math.inf)


@dataclass(frozen=True)
class Span:
    """From the cheapest region to the dearest."""

    low: float
    high: float


@dataclass(frozen=True)
class Cost:
    """An estimate of one run in the currency of `prices`; `by_the_hour` is what training costs if hours are billed."""

    prices: PriceList
    trained_tokens: int
    training: Span
    hosting: Span
    question_tokens: int
    questions: Span
    together: Span
    left_behind_a_day: Span
    by_the_hour: Span | None


def estimate(
    prices: PriceList,
    model: str,
    regions: Iterable[str],
    *,
    file_bytes: int,
    questions: int,
    max_tokens: int,
    training_hours: float,
) -> Cost | None:
    """What a run in one of these regions costs; None when no price of the model is on record there.

    `file_bytes` is the size of the training file; each of the `questions` gets an answer of `max_tokens` at most.
    """
    found = prices.of(model, regions)
    if not found:
        return None
    trained = round(file_bytes / prices.bytes_per_token) * prices.epochs
    asked, answered = questions * prices.prompt_tokens, questions * max_tokens
    training = [price.training * trained / 1e6 for price in found]
    hosting = [price.hosting * prices.hosting_hours for price in found]
    talking = [(price.input * asked + price.output * answered) / 1e6 for price in found]
    hours = [price.training_hour * training_hours for price in found if price.training_hour]
    return Cost(
        prices=prices,
        trained_tokens=trained,
        training=_span(training),
        hosting=_span(hosting),
        question_tokens=asked + answered,
        questions=_span(talking),
        together=_span([sum(parts) for parts in zip(training, hosting, talking, strict=True)]),
        left_behind_a_day=_span([price.hosting * 24 for price in found]),
        by_the_hour=_span(hours) if hours else None,
    )


def _span(amounts: list[float]) -> Span:
    return Span(min(amounts), max(amounts))
