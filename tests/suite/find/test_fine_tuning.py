"""Section 2 of a student: the training data, the version that counts as the default, and the job's own parameters."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from lab.errors import Broken, Undecided
from lab.find.environment import find_all
from lab.find.fine_tuning import LARGEST_FILE, chosen_parameters
from tests.suite.find.environments import DATA, Environment, a_file, a_job, error, look_at, seen
from tests.suite.lab.offers import a_model


@pytest.mark.parametrize(
    ("examples", "epochs", "batch"),
    [(1, 25, 1), (4, 25, 1), (10, 10, 1), (11, 9, 1), (16, 6, 1), (33, 3, 1), (34, 3, 1), (1000, 3, 2), (8400, 2, 16)],
)
def test_what_training_chooses(examples: int, epochs: int, batch: int) -> None:
    chosen = {"n_epochs": epochs, "batch_size": batch, "learning_rate_multiplier": 1}
    assert chosen_parameters(examples) == chosen


@pytest.mark.parametrize(
    ("parameters", "given"),
    [
        pytest.param({"n_epochs": 6, "batch_size": 1, "learning_rate_multiplier": 1}, {}, id="all-chosen"),
        pytest.param({"n_epochs": 6.0, "batch_size": 1, "learning_rate_multiplier": 1.0}, {}, id="as-floats"),
        pytest.param({"n_epochs": 3}, {"n_epochs": 3}, id="epochs-given"),
        pytest.param({"learning_rate_multiplier": 2}, {"learning_rate_multiplier": 2}, id="rate-given"),
        pytest.param({"beta": 1}, {}, id="unknown-to-the-lab"),
    ],
)
def test_only_parameters_that_were_given_are_kept(parameters: dict[str, Any], given: dict[str, Any]) -> None:
    chosen = SimpleNamespace(to_dict=lambda: parameters)
    assert seen("job", jobs=[a_job(hyperparameters=chosen)]).hyperparameters == given


def test_without_the_data_only_the_learning_rate_tells() -> None:
    given = SimpleNamespace(to_dict=lambda: {"n_epochs": 3, "learning_rate_multiplier": 2})
    found = seen("job", jobs=[a_job(hyperparameters=given)], files=[])
    assert found.hyperparameters == {"learning_rate_multiplier": 2}


@pytest.mark.parametrize(
    ("offered", "job", "version"),
    [
        pytest.param("0125", "gpt-35-turbo-0125", "0125", id="todays-default"),
        pytest.param("1106", "gpt-35-turbo-1106", "1106", id="another-default-today"),
        pytest.param("1106", "gpt-35-turbo-0125", "0125", id="the-default-of-its-day"),
        pytest.param("0125", "gpt-35-turbo-0613", "0125", id="no-default-ever"),
        pytest.param("0125", "gpt-4o-mini-2024-07-18", "0125", id="another-model"),
    ],
)
def test_the_version_that_counts_as_the_default(offered: str, job: str, version: str) -> None:
    assert seen("base_model", models=[a_model(version=offered)], jobs=[a_job(model=job)]).version == version


def test_training_data_that_is_none_fails_its_step_in_a_line() -> None:
    hostile = b'{"messages": []}\n' * 500 + b"\x1b[31m\n"
    outcome = error("training_data", contents={"file-1": hostile}, files=[a_file(bytes=None, filename="\x1b[31mx")])
    assert (type(outcome), outcome.step) == (Broken, "2.1")
    assert outcome.reason.isprintable()
    assert len(outcome.reason) < 1000


def test_half_a_training_file_is_no_mistake_of_the_students() -> None:
    outcome = error("training_data", contents={"file-1": DATA[:-40]})
    assert isinstance(outcome, Undecided)
    assert f"found only {len(DATA) - 40:,} of its {len(DATA):,} bytes" in outcome.reason


def test_a_training_file_that_would_fill_the_memory_is_left_alone() -> None:
    there = Environment(files=[a_file(bytes=LARGEST_FILE + 1)])
    outcome = find_all(look_at(there))["training_data"]
    assert isinstance(outcome, Undecided)
    assert "content of file-1" not in there.asked


def test_the_error_of_a_job_is_shown_as_text() -> None:
    error_of_azure = SimpleNamespace(code="invalidPayload", message="\x1b[2J line\nbreak " + "x" * 5000)
    outcome = error("trained", jobs=[a_job(status="failed", error=error_of_azure)])
    assert outcome.reason.isprintable()
    assert "found failed, invalidPayload: \\x1b[2J line\\nbreak" in outcome.reason
    assert len(outcome.reason) < 1000
