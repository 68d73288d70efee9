"""Training: a small language model that is really fitted to the examples, so that its losses say something about them.

The model predicts the next piece of the assistant's text (some three letters) from the two before it. Each epoch adds
a part of an example's counts, and what only one example has is discounted away: it learns what the examples share.
Data that share nothing, such as random text, are not learned, and the loss stays where it was.
"""

from __future__ import annotations

import math
import random
import re
from dataclasses import dataclass, field
from functools import lru_cache

from emulator.behaviour.examples import Example

# OpenAI's rule for its default number of epochs, in the cookbook's data preparation for fine-tuning: 3, but enough for
# 100 examples in all, from 1 to 25. It gives 9 for 11 examples, as the recorded jobs had.
TARGET_EPOCHS = 3
MINIMUM_SEEN = 100
MAXIMUM_SEEN = 25_000
MAXIMUM_EPOCHS = 25
# The same source: a batch is some 0.2 % of the examples.
EXAMPLES_PER_BATCH_STEP = 500
KEPT_EPOCHS = 3

START = "\x02"
END = "\x03"
DISCOUNT = 1.0

_PIECE = re.compile(r"[^\W\d_]{1,3}|\d|\s+|[^\w\s]|_")

Pieces = tuple[str, ...]


@dataclass(frozen=True)
class Hyperparameters:
    """What a job trains with, given or chosen from the data."""

    n_epochs: int
    batch_size: int
    learning_rate_multiplier: float


@dataclass(frozen=True)
class Step:
    """Loss (nats a piece) and accuracy of one batch before it is learned; the valid ones only with validation data."""

    number: int
    loss: float
    accuracy: float
    valid_loss: float | None = None
    valid_accuracy: float | None = None
    full_valid_loss: float | None = None
    full_valid_accuracy: float | None = None


@dataclass(frozen=True)
class Run:
    """A whole training run."""

    hyperparameters: Hyperparameters
    steps: tuple[Step, ...]
    trained_tokens: int

    @property
    def last_steps_of_epochs(self) -> tuple[Step, ...]:
        """The steps after which the last three epochs ended: those whose checkpoints are kept."""
        per_epoch = len(self.steps) // self.hyperparameters.n_epochs
        return self.steps[per_epoch - 1 :: per_epoch][-KEPT_EPOCHS:]


def choose(examples: int, given: dict[str, float]) -> Hyperparameters:
    """The hyperparameters for so many examples, where none were given."""
    epochs = TARGET_EPOCHS
    if examples * TARGET_EPOCHS < MINIMUM_SEEN:
        epochs = min(MAXIMUM_EPOCHS, MINIMUM_SEEN // examples)
    elif examples * TARGET_EPOCHS > MAXIMUM_SEEN:
        epochs = max(1, MAXIMUM_SEEN // examples)
    return Hyperparameters(
        n_epochs=int(given.get("n_epochs", epochs)),
        batch_size=int(given.get("batch_size", max(1, examples // EXAMPLES_PER_BATCH_STEP))),
        learning_rate_multiplier=given.get("learning_rate_multiplier", 1),
    )


@lru_cache(maxsize=256)
def train(examples: tuple[Example, ...], validation: tuple[Example, ...], chosen: Hyperparameters, seed: int) -> Run:
    """Fit the model to `examples`. The same data, hyperparameters and seed give the same run."""
    texts = [_Text.of(example.answer) for example in examples]
    held_out = [_Text.of(example.answer) for example in validation]
    model = _Model(vocabulary={gram[2] for text in (*texts, *held_out) for gram in text.grams})
    shuffle = random.Random(seed)
    steps: list[Step] = []
    for epoch in range(chosen.n_epochs):
        rate = _rate(epoch, chosen)
        order = shuffle.sample(texts, len(texts))
        batches = [order[at : at + chosen.batch_size] for at in range(0, len(order), chosen.batch_size)]
        for position, batch in enumerate(batches, start=1):
            loss, accuracy = model.measure(batch)
            for text in batch:
                model.learn(text, rate)
            valid = model.measure([held_out[len(steps) % len(held_out)]]) if held_out else (None, None)
            full = model.measure(held_out) if held_out and position == len(batches) else (None, None)
            steps.append(Step(len(steps) + 1, loss, accuracy, *valid, *full))
    tokens = sum(example.tokens for example in examples) * chosen.n_epochs
    return Run(chosen, tuple(steps), tokens)


def _rate(epoch: int, chosen: Hyperparameters) -> float:
    """A learning rate that falls with every epoch; over all of them an example is learned once in full."""
    whole = chosen.n_epochs * (chosen.n_epochs + 1) / 2
    return min(1.0, chosen.learning_rate_multiplier) * (chosen.n_epochs - epoch) / whole


@dataclass(frozen=True)
class _Text:
    """A text as grams of two pieces, one piece and the piece itself, and the distinct (context, piece) pairs in it."""

    grams: tuple[tuple[Pieces, Pieces, str], ...]
    pairs: tuple[tuple[Pieces, str], ...]

    @classmethod
    def of(cls, text: str) -> _Text:
        pieces = [START, START, *_PIECE.findall(text.lower()), END]
        grams = tuple(
            ((one, two), (two,), three) for one, two, three in zip(pieces, pieces[1:], pieces[2:], strict=False)
        )
        pairs = dict.fromkeys((context, gram[2]) for gram in grams for context in (gram[0], gram[1], ()))
        return cls(grams, tuple(pairs))


@dataclass
class _Context:
    """What followed on a context: discounted counts, their sum, and the mass that is left for shorter contexts."""

    counts: dict[str, float] = field(default_factory=dict)
    total: float = 0.0
    left_over: float = 0.0
    best: str = ""
    best_count: float = DISCOUNT


class _Model:
    """Counts of pieces after the two, one and no pieces before them, each order falling back on the next."""

    def __init__(self, vocabulary: set[str]) -> None:
        self._floor = 1 / (len(vocabulary) + 1)
        self._contexts: dict[Pieces, _Context] = {}

    def measure(self, texts: list[_Text]) -> tuple[float, float]:
        """The mean loss and accuracy over all pieces of some texts."""
        losses = 0.0
        right = 0
        total = 0
        for text in texts:
            for two, one, piece in text.grams:
                probability, guess = self._predict(two, one, piece)
                losses -= math.log(probability)
                right += guess == piece
            total += len(text.grams)
        return losses / total, right / total

    def learn(self, text: _Text, rate: float) -> None:
        """Add a part of a text's counts. What occurs several times in a text counts once."""
        for key, piece in text.pairs:
            context = self._contexts.setdefault(key, _Context())
            before = context.counts.get(piece, 0.0)
            count = context.counts[piece] = before + rate
            context.total += rate
            context.left_over += min(count, DISCOUNT) - min(before, DISCOUNT)
            if count > context.best_count:
                context.best_count, context.best = count, piece

    def _predict(self, two: Pieces, one: Pieces, piece: str) -> tuple[float, str]:
        probability = self._floor
        guess = ""
        for key in ((), one, two):
            context = self._contexts.get(key)
            if context is None:
                break
            seen = max(context.counts.get(piece, 0.0) - DISCOUNT, 0.0)
            probability = (seen + context.left_over * probability) / context.total
            guess = context.best or guess
        return probability, guess
