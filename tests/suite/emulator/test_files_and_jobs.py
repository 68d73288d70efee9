from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

import pytest
from openai import AzureOpenAI, BadRequestError, NotFoundError

from emulator.server import Emulator
from tests.suite.emulator import lab
from tests.suite.emulator.clients import Azure

pytestmark = pytest.mark.server

AN_HOUR = 3_600


@dataclass(frozen=True)
class Plane:
    """An account's data plane, by key."""

    client: AzureOpenAI
    endpoint: str
    key: str
    sdk: Azure

    def call(self, method: str, path: str, version: str = "2024-10-21", body: Any = None) -> Any:
        sign = "&" if "?" in path else "?"
        url = f"{self.endpoint}openai/{path}{sign}api-version={version}"
        return self.sdk.raw(method, url, body, headers={"api-key": self.key})


@pytest.fixture(scope="module")
def plane(sdk: Azure) -> Plane:
    account = lab.account(sdk, lab.group(sdk, "rg-plane"), "oai-plane")
    key = str(sdk.cognitive.accounts.list_keys("rg-plane", "oai-plane").key1)
    endpoint = str(account.properties.endpoint)
    return Plane(sdk.openai(endpoint, key=key), endpoint, key, sdk)


@pytest.fixture
def file_id(plane: Plane, emulator: Emulator) -> str:
    """A good training file, processed."""
    file = plane.client.files.create(file=("data.jsonl", lab.chats("tea", 11)), purpose="fine-tune")
    lab.pass_by(emulator, 5)
    return file.id


def test_an_upload_is_pending_and_then_processed(plane: Plane, later: lab.Later) -> None:
    """Recording openai_create_train_and_delete_finetune.json."""
    content = lab.chats("tea")
    made = plane.client.files.with_raw_response.create(file=("data.jsonl", content), purpose="fine-tune")
    file = plane.call("GET", f"files/{made.parse().id}").body
    assert made.status_code == 201
    assert made.headers["location"].startswith(f"{plane.endpoint}openai/files/{file['id']}?api-version=")
    assert (made.headers["x-ms-region"], file["status"], file["bytes"]) == ("Sweden Central", "pending", len(content))
    assert list(file) == ["status", "bytes", "purpose", "filename", "id", "created_at", "object"]
    later(4)
    assert plane.client.files.retrieve(file["id"]).status == "processed"
    assert plane.client.files.content(file["id"]).content == content


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\xff\r\n\n--boundary\r\nContent-Type: text/plain\r\n\r\n", b"a\rb\r\nc\nd", b"x" * 70_000, b"\n\n"],
    ids=["empty", "binary", "newlines", "large", "only newlines"],
)
def test_a_file_comes_back_as_it_went(plane: Plane, content: bytes) -> None:
    file = plane.client.files.create(file=("blob.bin", content), purpose="assistants")
    assert plane.client.files.content(file.id).content == content
    plane.client.files.delete(file.id)


def test_a_bad_file_is_welcomed_first(plane: Plane, later: lab.Later) -> None:
    """Recording openai_upload_bad_training_file.json."""
    file = plane.client.files.create(file=("bad.jsonl", b'{"not json'), purpose="fine-tune")
    assert plane.call("GET", f"files/{file.id}").body["status"] == "pending"
    later(5)
    bad = plane.call("GET", f"files/{file.id}").body
    assert (bad["status"], bad["status_details"]) == (
        "error",
        "Validation of jsonl file failed: Deserialization of line #0 failed.",
    )
    with pytest.raises(BadRequestError, match="state error"):
        plane.client.fine_tuning.jobs.create(model=lab.TUNABLE, training_file=file.id)


@pytest.mark.parametrize(("version", "status"), [("2024-05-01-preview", 204), ("2024-10-21", 200)])
def test_a_delete_answers_by_api_version(plane: Plane, file_id: str, version: str, status: int) -> None:
    gone = plane.call("DELETE", f"files/{file_id}", version)
    assert gone.status == status
    assert gone.body == (None if status == 204 else {"object": "file", "deleted": True, "id": file_id})
    missing = plane.call("GET", f"files/{file_id}")
    assert (missing.status, missing.code) == (404, "notFound")


@pytest.mark.parametrize(
    ("name", "purpose", "words"),
    [("data.txt", "fine-tune", ".jsonl"), ("data.jsonl", "party", "purpose")],
)
def test_uploads_that_are_refused(plane: Plane, name: str, purpose: Any, words: str) -> None:
    with pytest.raises(BadRequestError, match=words) as caught:
        plane.client.files.create(file=(name, b"{}"), purpose=purpose)
    assert caught.value.code == "invalidPayload"


def test_all_files_are_listed_by_the_sdk(plane: Plane, file_id: str) -> None:
    assert file_id in [file.id for file in plane.client.files.list()]
    assert plane.client.files.list(purpose="batch").data == []


def test_a_job_becomes_a_model_in_33_minutes(plane: Plane, later: lab.Later, file_id: str) -> None:
    """Recording openai_create_train_and_delete_finetune.json, poll by poll."""
    made = plane.call(
        "POST", "fine_tuning/jobs", "2024-05-01-preview", {"training_file": file_id, "model": lab.TUNABLE}
    )
    job = f"fine_tuning/jobs/{made.body['id']}"
    assert (made.status, made.body["status"]) == (201, "pending")
    assert "/openai/fine_tuning/ftjob-" in made.headers["location"]
    names = ["hyperparameters", "seed", "status", "model", "training_file", "id", "created_at", "object"]
    assert list(made.body) == names
    later(61)
    running = plane.call("GET", job, "2024-05-01-preview").body
    assert (running["status"], running["hyperparameters"]["n_epochs"]) == ("running", -1)
    later(20 * 60)
    known = plane.call("GET", job, "2024-05-01-preview").body
    assert known["hyperparameters"] == {"n_epochs": 9, "batch_size": 1, "learning_rate_multiplier": 1}
    assert (known["status"], len(known["result_files"]), "fine_tuned_model" in known) == ("running", 1, False)
    later(12 * 60)
    done = plane.call("GET", job, "2024-05-01-preview").body
    assert (done["status"], done["fine_tuned_model"]) == ("succeeded", f"{lab.TUNABLE}.ft-{done['id'][6:]}")
    assert done["finished_at"] - done["created_at"] == 1_954
    assert done["trained_tokens"] % 9 == 0
    assert plane.call("DELETE", job).status == 204
    assert plane.call("GET", job).code == "notFound"


def test_newer_api_versions_have_more_members(plane: Plane, file_id: str) -> None:
    body = {"training_file": file_id, "model": lab.TUNABLE}
    seen = {
        version: plane.call("POST", "fine_tuning/jobs", version, body).body
        for version in ("2024-10-21", "2025-03-01-preview")
    }
    assert ["estimated_finish" in job for job in seen.values()] == [True, True]
    assert [job.get("method") for job in seen.values()] == [None, {"type": "supervised"}]


def test_results_events_and_checkpoints_of_a_good_run(plane: Plane, later: lab.Later, file_id: str) -> None:
    """Recording openai_finetune_events.json; spec 2024-10-21, get_finetuning_job_checkpoints.json."""
    job = plane.client.fine_tuning.jobs.create(model=lab.TUNABLE, training_file=file_id, suffix="tea")
    later(AN_HOUR)
    job = plane.client.fine_tuning.jobs.retrieve(job.id)
    rows = list(csv.DictReader(io.StringIO(plane.client.files.content(job.result_files[0]).text)))
    assert list(rows[0]) == [
        "step",
        "train_loss",
        "train_mean_token_accuracy",
        "valid_loss",
        "validation_mean_token_accuracy",
        "full_valid_loss",
        "full_valid_mean_token_accuracy",
    ]
    assert [int(row["step"]) for row in rows] == list(range(1, 9 * 11 + 1))
    assert plane.client.files.retrieve(job.result_files[0]).purpose == "fine-tune-results"

    events = list(plane.client.fine_tuning.jobs.list_events(job.id, limit=5))
    messages = [event.message.partition(":")[0] for event in reversed(events) if event.type == "message"]
    assert messages == [
        "Job enqueued. Waiting for jobs ahead to complete.",
        "Job started.",
        "Training started.",
        "Created results file",
        "Job succeeded.",
        "Postprocessing started.",
        "Completed results file",
        "Training hours billed",
    ]
    assert [event.created_at for event in events] == sorted((event.created_at for event in events), reverse=True)
    assert sum(event.type == "metrics" for event in events) == 9

    checkpoints = list(plane.client.fine_tuning.jobs.checkpoints.list(job.id))
    assert [checkpoint.step_number for checkpoint in checkpoints] == [99, 88, 77]
    assert checkpoints[0].fine_tuned_model_checkpoint == job.fine_tuned_model
    assert checkpoints[1].fine_tuned_model_checkpoint == f"{job.fine_tuned_model}:ckpt-step-88"
    assert checkpoints[0].metrics.train_loss == pytest.approx(float(rows[-1]["train_loss"]))


def test_a_missing_result_file_is_told_at_each_reading(plane: Plane, later: lab.Later, file_id: str) -> None:
    job = plane.client.fine_tuning.jobs.create(model=lab.TUNABLE, training_file=file_id)
    later(AN_HOUR)
    plane.client.files.delete(str(plane.client.fine_tuning.jobs.retrieve(job.id).result_files[0]))
    first, second = (plane.client.fine_tuning.jobs.list_events(job.id, limit=1).data[0] for _ in range(2))
    assert (str(first.level), first.message) == ("warning", second.message)
    assert first.id != second.id


def test_a_cancelled_job_stays_cancelled(plane: Plane, later: lab.Later, file_id: str) -> None:
    """Recording openai_create_and_cancel_finetune.json."""
    job = plane.client.fine_tuning.jobs.create(model=lab.TUNABLE, training_file=file_id)
    cancelled = plane.client.fine_tuning.jobs.cancel(job.id)
    assert (cancelled.status, cancelled.hyperparameters.n_epochs) == ("cancelled", -1)
    assert cancelled.finished_at is not None
    later(AN_HOUR)
    assert plane.client.fine_tuning.jobs.retrieve(job.id).status == "cancelled"
    with pytest.raises(BadRequestError):
        plane.client.fine_tuning.jobs.cancel(job.id)


def test_jobs_are_listed_newest_first_in_pages(plane: Plane, file_id: str) -> None:
    """Recording openai_finetune_jobs_list.json."""
    made = [plane.client.fine_tuning.jobs.create(model=lab.TUNABLE, training_file=file_id).id for _ in range(5)]
    page = plane.call("GET", "fine_tuning/jobs?limit=2").body
    assert (list(page), page["has_more"]) == (["has_more", "data", "object"], True)
    assert [job["id"] for job in page["data"]] == made[:-3:-1]
    listed = [job.id for job in plane.client.fine_tuning.jobs.list(limit=2)]
    assert listed[:5] == made[::-1]
    for job in made:
        plane.client.fine_tuning.jobs.cancel(job)


def test_too_few_examples_fail_the_job(plane: Plane, later: lab.Later) -> None:
    file = plane.client.files.create(file=("few.jsonl", lab.chats("tea", 9)), purpose="fine-tune")
    later(5)
    job = plane.client.fine_tuning.jobs.create(model=lab.TUNABLE, training_file=file.id)
    later(AN_HOUR)
    failed = plane.client.fine_tuning.jobs.retrieve(job.id)
    assert (failed.status, failed.error.code if failed.error else None) == ("failed", "invalidPayload")
    assert failed.fine_tuned_model is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"model": "gpt-35-turbo"}, "does not support fine-tuning"),
        ({"model": "gpt-4o-mini-2024-07-18-x"}, "does not support fine-tuning"),
        ({"training_file": "file-none"}, "training_file"),
        ({"suffix": "no blanks"}, "suffix"),
        ({"hyperparameters": {"n_epochs": 0}}, "n_epochs"),
        ({"hyperparameters": {"n_epochs": 0.5}}, "whole number from 1 to 50"),
        ({"hyperparameters": {"n_epochs": 10**9}}, "whole number from 1 to 50"),
        ({"hyperparameters": {"n_epochs": True}}, "n_epochs"),
        ({"hyperparameters": {"batch_size": 2.5}}, "batch_size"),
        ({"hyperparameters": {"learning_rate_multiplier": "fast"}}, "learning_rate_multiplier"),
        ({"hyperparameters": {"learning_rate_multiplier": 1e308}}, "learning_rate_multiplier"),
        ({"hyperparameters": {"bogus": 3}}, "'bogus' must be left out: the hyperparameters are n_epochs"),
        ({"method": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 51}}}}, "n_epochs"),
        ({"method": {"supervised": 3}}, "method.supervised"),
    ],
)
def test_jobs_that_are_refused(plane: Plane, file_id: str, change: dict[str, Any], words: str) -> None:
    answer = plane.call("POST", "fine_tuning/jobs", body={"training_file": file_id, "model": lab.TUNABLE, **change})
    assert (answer.status, answer.code) == (400, "invalidPayload")
    assert words in answer.body["error"]["message"]


def test_a_region_that_does_not_train_the_model_refuses_the_job(sdk: Azure, later: lab.Later) -> None:
    account = lab.account(sdk, lab.group(sdk, "rg-north"), "oai-north", "switzerlandnorth")
    client = sdk.openai(account.properties.endpoint, key=sdk.cognitive.accounts.list_keys("rg-north", "oai-north").key1)
    file = client.files.create(file=("data.jsonl", lab.chats("tea")), purpose="fine-tune")
    later(5)
    with pytest.raises(BadRequestError, match="switzerlandnorth"):
        client.fine_tuning.jobs.create(model=lab.TUNABLE, training_file=file.id)


def test_ids_of_another_account_are_unknown(sdk: Azure, plane: Plane, file_id: str) -> None:
    account = lab.account(sdk, lab.group(sdk, "rg-stranger"), "oai-stranger")
    client = sdk.openai(
        account.properties.endpoint, key=sdk.cognitive.accounts.list_keys("rg-stranger", "oai-stranger").key1
    )
    with pytest.raises(NotFoundError):
        client.files.retrieve(file_id)


def test_an_api_version_is_required(plane: Plane) -> None:
    answer = plane.sdk.raw("GET", f"{plane.endpoint}openai/files", headers={"api-key": plane.key})
    assert (answer.status, answer.code) == (404, "404")
