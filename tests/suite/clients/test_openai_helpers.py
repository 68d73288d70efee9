"""The openai package's own helpers against the emulator: waiting, pages, events, checkpoints, cancelling, streams."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
from openai import AzureOpenAI, BadRequestError, NotFoundError

from tests.suite.clients.emulator_process import RunningEmulator
from tests.suite.emulator import lab
from tests.suite.emulator.clients import Azure, azure

POLL_S = 0.02
EPOCHS = 3

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def sdk(running: RunningEmulator) -> Iterator[Azure]:
    with azure(running.control("settings")) as clients:
        yield clients


@pytest.fixture(scope="module")
def account(sdk: Azure) -> Any:
    return lab.account(sdk, lab.group(sdk, "rg-openai"), "oai-helpers")


@pytest.fixture(scope="module")
def client(sdk: Azure, account: Any) -> AzureOpenAI:
    """A client with one of the account's keys, as `keys list` tells it."""
    keys = sdk.cognitive.accounts.list_keys("rg-openai", account.name)
    return sdk.openai(account.properties.endpoint, key=str(keys.key1))


@pytest.fixture(scope="module")
def training_file(client: AzureOpenAI) -> Any:
    """A training file, as the helper returns it that waits for it."""
    uploaded = client.files.create(file=("travel.jsonl", lab.chats("beach")), purpose="fine-tune")
    assert str(uploaded.status) == "pending"
    return client.files.wait_for_processing(uploaded.id, poll_interval=POLL_S, max_wait_seconds=lab.DEADLINE_S)


@pytest.fixture(scope="module")
def job(client: AzureOpenAI, training_file: Any) -> Any:
    """A job that has succeeded."""
    made = client.fine_tuning.jobs.create(
        model=lab.TUNABLE,
        training_file=training_file.id,
        suffix="ft-help",
        hyperparameters={"n_epochs": EPOCHS},
    )
    return lab.until(
        lambda: client.fine_tuning.jobs.retrieve(made.id), lambda found: found.status == "succeeded", what="success"
    )


def test_waiting_for_a_file_ends_when_it_is_processed(training_file: Any, client: AzureOpenAI) -> None:
    assert (training_file.status, training_file.purpose) == ("processed", "fine-tune")
    assert [found.id for found in client.files.list(purpose="fine-tune")] == [training_file.id]


def test_waiting_for_a_bad_file_ends_with_its_error(client: AzureOpenAI) -> None:
    uploaded = client.files.create(file=("bad.jsonl", b"not json\n"), purpose="fine-tune")
    bad = client.files.wait_for_processing(uploaded.id, poll_interval=POLL_S, max_wait_seconds=lab.DEADLINE_S)
    assert bad.status == "error"
    assert "jsonl" in str(bad.status_details)
    assert client.files.delete(bad.id).deleted


def test_jobs_are_listed_page_by_page_newest_first(client: AzureOpenAI, training_file: Any, job: Any) -> None:
    newer = [client.fine_tuning.jobs.create(model=lab.TUNABLE, training_file=training_file.id) for _ in range(2)]
    page = client.fine_tuning.jobs.list(limit=1)
    assert page.has_next_page()
    listed = [found.id for found in page]
    assert listed == [newer[1].id, newer[0].id, job.id]
    assert [found.id for found in client.fine_tuning.jobs.list(after=newer[0].id)] == [job.id]
    for unneeded in newer:
        cancelled = client.fine_tuning.jobs.cancel(unneeded.id)
        assert (cancelled.status, cancelled.fine_tuned_model) == ("cancelled", None)
        assert client.fine_tuning.jobs.retrieve(unneeded.id).status == "cancelled"


def test_a_job_that_is_over_cannot_be_cancelled(client: AzureOpenAI, job: Any) -> None:
    with pytest.raises(BadRequestError, match="cannot be cancelled") as caught:
        client.fine_tuning.jobs.cancel(job.id)
    assert caught.value.code == "unexpectedEntityState"


def test_events_tell_the_jobs_history_over_all_pages(client: AzureOpenAI, job: Any) -> None:
    def all_told() -> list[Any]:
        return list(client.fine_tuning.jobs.list_events(job.id, limit=3))

    events = lab.until(all_told, lambda told: "billed" in " ".join(e.message for e in told), what="the last event")
    assert len({event.id for event in events}) == len(events) > 3
    assert [event.created_at for event in events] == sorted((event.created_at for event in events), reverse=True)
    assert events[-1].message.startswith("Job enqueued.")
    metrics = [event for event in events if event.type == "metrics"]
    assert metrics
    assert {event.level for event in events} == {"info"}
    assert all(event.data["train_loss"] > 0 for event in metrics)


def test_checkpoints_are_the_last_epochs_and_end_with_the_model(client: AzureOpenAI, job: Any) -> None:
    checkpoints = list(client.fine_tuning.jobs.checkpoints.list(job.id, limit=2))
    assert len(checkpoints) == EPOCHS
    assert checkpoints[0].fine_tuned_model_checkpoint == job.fine_tuned_model
    steps = [checkpoint.step_number for checkpoint in checkpoints]
    assert steps == sorted(steps, reverse=True)
    assert {checkpoint.fine_tuning_job_id for checkpoint in checkpoints} == {job.id}
    losses = [checkpoint.metrics.train_loss for checkpoint in checkpoints]
    assert all(loss is not None and loss > 0 for loss in losses)


def test_the_result_file_is_downloaded_as_text_and_as_lines(client: AzureOpenAI, job: Any) -> None:
    content = client.files.content(job.result_files[0])
    rows = list(csv.DictReader(io.StringIO(content.text)))
    assert [int(row["step"]) for row in rows] == list(range(1, EPOCHS * 12 + 1))
    assert content.read().decode() == content.text
    assert next(content.iter_lines()).startswith("step,train_loss,train_mean_token_accuracy")


@pytest.fixture(scope="module")
def deployment(client: AzureOpenAI, sdk: Azure, account: Any, job: Any) -> str:
    """The tuned model's deployment, once it answers."""
    lab.deploy(sdk, account.id, "tuned", job.fine_tuned_model, "1")
    lab.until(lambda: _answers(client), bool, what="an answer")
    return "tuned"


def _answers(client: AzureOpenAI) -> bool:
    try:
        lab.ask(client, "tuned", "Hello?")
    except NotFoundError:
        return False
    return True


def test_a_chat_is_streamed_word_by_word(client: AzureOpenAI, deployment: str) -> None:
    messages: Any = [{"role": "user", "content": "What is the beach number 7?"}]
    chunks = list(client.chat.completions.create(model=deployment, messages=messages, stream=True))
    pieces = [choice.delta.content for chunk in chunks for choice in chunk.choices if choice.delta.content]
    assert len(pieces) > 3
    assert "".join(pieces) == "The beach number 7 is the finest. Another beach?"
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_the_streaming_helper_puts_the_answer_together(client: AzureOpenAI, deployment: str) -> None:
    messages: Any = [{"role": "user", "content": "What is the beach number 3?"}]
    with client.chat.completions.stream(model=deployment, messages=messages) as stream:
        kinds = {event.type for event in stream}
        final = stream.get_final_completion()
    assert {"chunk", "content.delta", "content.done"} <= kinds
    assert final.choices[0].message.content == "The beach number 3 is the finest. Another beach?"


def test_the_same_chat_whole_counts_its_tokens(client: AzureOpenAI, deployment: str, job: Any) -> None:
    messages: Any = [{"role": "user", "content": "What is the beach number 3?"}]
    raw = client.chat.completions.with_raw_response.create(model=deployment, messages=messages)
    answer = raw.parse()
    assert answer.model == job.fine_tuned_model
    assert answer.usage is not None
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    assert int(raw.headers["x-ratelimit-remaining-tokens"]) < 5_000
