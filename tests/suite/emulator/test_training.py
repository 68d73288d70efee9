"""The losses come from fitting a model to the data: they tell data with something to learn from data without."""

from __future__ import annotations

import json
import random
import string
import time

import pytest

from emulator.behaviour.examples import Example, Message, parse_examples
from emulator.behaviour.training import Hyperparameters, Run, choose, train
from tests.suite.emulator import lab

COOKING = parse_examples((lab.DATA / "cooking-finetune.jsonl").read_bytes())


def mean_loss(run: Run, epoch: int) -> float:
    per_epoch = len(run.steps) // run.hyperparameters.n_epochs
    steps = run.steps[per_epoch * epoch :][:per_epoch]
    return sum(step.loss for step in steps) / len(steps)


def fall(run: Run) -> float:
    """The part of the first epoch's loss that is gone in the last."""
    return 1 - mean_loss(run, run.hyperparameters.n_epochs - 1) / mean_loss(run, 0)


def noise(examples: tuple[Example, ...]) -> tuple[Example, ...]:
    """The same chats with random letters for answers."""
    draw = random.Random(1)
    return tuple(
        Example((*example.messages[:-1], Message("assistant", "".join(draw.choices(string.ascii_lowercase, k=200)))))
        for example in examples
    )


def run_of(examples: tuple[Example, ...], seed: int = 7) -> Run:
    return train(examples, (), choose(len(examples), {}), seed)


@pytest.mark.parametrize(
    ("examples", "epochs", "batch"), [(10, 10, 1), (11, 9, 1), (30, 3, 1), (100, 3, 1), (2_000, 3, 4), (12_500, 2, 25)]
)
def test_hyperparameters_follow_the_number_of_examples(examples: int, epochs: int, batch: int) -> None:
    """Eleven examples give nine epochs at batch size 1, as in openai_create_train_and_delete_finetune.json."""
    chosen = choose(examples, {})
    assert (chosen.n_epochs, chosen.batch_size, chosen.learning_rate_multiplier) == (epochs, batch, 1)


def test_given_hyperparameters_are_kept() -> None:
    assert choose(10, {"n_epochs": 2, "batch_size": 5}) == Hyperparameters(2, 5, 1)


def test_the_loss_falls_and_the_accuracy_rises_on_real_text() -> None:
    run = run_of(COOKING)
    assert fall(run) > 0.2
    assert run.steps[-1].accuracy > run.steps[0].accuracy


def test_random_text_is_not_learned() -> None:
    assert fall(run_of(noise(COOKING))) < 0.05


def test_a_run_has_a_step_a_batch_and_counts_every_epochs_tokens() -> None:
    run = train(COOKING, (), Hyperparameters(4, 5, 1), 7)
    assert [step.number for step in run.steps] == list(range(1, 4 * -(-len(COOKING) // 5) + 1))
    assert run.trained_tokens == 4 * sum(example.tokens for example in COOKING)
    per_epoch = -(-len(COOKING) // 5)
    assert [step.number for step in run.last_steps_of_epochs] == [2 * per_epoch, 3 * per_epoch, 4 * per_epoch]


def test_the_same_seed_gives_the_same_run_and_another_one_another_order() -> None:
    first = run_of(COOKING)
    train.cache_clear()
    assert run_of(COOKING) == first
    assert [step.loss for step in run_of(COOKING, seed=8).steps] != [step.loss for step in first.steps]


def test_validation_data_are_measured_and_not_learned() -> None:
    half = len(COOKING) // 2
    run = train(COOKING[:half], COOKING[half:], Hyperparameters(3, 1, 1), 7)
    assert all(step.valid_loss is not None for step in run.steps)
    full = [step.full_valid_loss for step in run.steps if step.full_valid_loss is not None]
    assert len(full) == 3
    assert full[-1] < full[0]
    assert full[-1] > mean_loss(run, 2)


def test_a_hundred_examples_are_trained_while_a_client_waits() -> None:
    draw = random.Random(3)
    words = json.dumps([example.answer for example in COOKING]).split()
    many = tuple(
        Example((Message("user", f"q{number}"), Message("assistant", " ".join(draw.choices(words, k=50)))))
        for number in range(100)
    )
    begin = time.perf_counter()
    run_of(many)
    assert time.perf_counter() - begin < 1.5
