"""Steps 2.4 and 2.5: the fine-tuning job as it is asked for, and how it ended."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from openai.types.fine_tuning import FineTuningJob

from lab.azure_errors import HalfAnswer
from lab.build.training import Event, UploadedFile, create_job, events_from, job_from, wait_for_job
from lab.errors import Broken, NoRoom, Undecided
from lab.run import Run
from lab.survey import BaseModel
from tests.suite.lab.azure_answers import openai_error
from tests.suite.lab.fakes import ACCOUNT, TUNED, NotedClock, a_job, a_run, data_plane, scripted

UPLOADED = UploadedFile("file-1", "travel-finetune.jsonl", "fine-tune", "processed", 6000)
MODEL = BaseModel("gpt-35-turbo", "0125", True, "swedencentral")
GOOD = [(3, "Job succeeded."), (3, "Training done."), (2, "Training started."), (1, "Job enqueued.")]


def azures_job(**changes: Any) -> Any:
    """A job as the data-plane SDK gives it: Azure leaves out what is not known yet."""
    return FineTuningJob.construct(
        **{
            "id": "ftjob-1",
            "status": "pending",
            "model": "gpt-35-turbo-0125",
            "training_file": "file-1",
            "created_at": 1731661200,
            "suffix": "ft-travel",
            "hyperparameters": {"n_epochs": -1, "batch_size": -1, "learning_rate_multiplier": 1},
            **changes,
        }
    )


def azures_events(rows: list[tuple[int, str]]) -> list[Any]:
    return [SimpleNamespace(created_at=when, level="info", message=message) for when, message in rows]


def with_jobs(journal: Path | None = None, **calls: Any) -> Run:
    """A run whose data plane has these calls for fine-tuning jobs."""
    return a_run(data_plane(fine_tuning=SimpleNamespace(jobs=SimpleNamespace(**calls))), journal=journal)


def test_the_job_has_the_suffix_and_the_file_and_nothing_else() -> None:
    create = scripted(azures_job())
    job = create_job(with_jobs(create=create, list=scripted([])), ACCOUNT, UPLOADED, MODEL)
    assert job.id == "ftjob-1"
    assert create.calls == [
        ((), {"model": "gpt-35-turbo-0125", "training_file": "file-1", "suffix": "ft-travel"}),
    ]


def test_a_job_whose_answer_was_lost_is_found_and_not_made_twice() -> None:
    create = scripted(openai_error(503, None), azures_job(id="ftjob-2"))
    there = scripted([], [azures_job(id="ftjob-0", training_file="file-0"), azures_job(id="ftjob-1")])
    job = create_job(with_jobs(create=create, list=there), ACCOUNT, UPLOADED, MODEL)
    assert job.id == "ftjob-1"
    assert len(create.calls) == 1


def test_a_try_that_made_nothing_is_made_again() -> None:
    create = scripted(openai_error(503, None), azures_job(id="ftjob-2"))
    job = create_job(with_jobs(create=create, list=scripted([])), ACCOUNT, UPLOADED, MODEL)
    assert job.id == "ftjob-2"


@pytest.mark.parametrize("status", ["pending", "running", "succeeded"])
def test_a_job_that_an_interrupted_run_made_is_gone_on_with_also_when_it_has_ended(status: str) -> None:
    create = scripted(azures_job(id="ftjob-2"))
    there = scripted([azures_job(id="ftjob-1", status=status)])
    assert create_job(with_jobs(create=create, list=there), ACCOUNT, UPLOADED, MODEL).id == "ftjob-1"
    assert create.calls == []


def test_a_job_of_ours_that_ended_meanwhile_shows_what_was_asked_and_not_what_training_chose(tmp_path: Path) -> None:
    there = scripted([azures_job(status="succeeded", hyperparameters={"n_epochs": 6})])
    run = with_jobs(tmp_path / "live-1.jsonl", list=there)
    assert create_job(run, ACCOUNT, UPLOADED, MODEL).hyperparameters == {"n_epochs": 6}, "somebody else may have asked"
    run.journal.write("making", "fine-tuning job", UPLOADED.id)
    assert create_job(run, ACCOUNT, UPLOADED, MODEL).hyperparameters == {}


def test_a_job_is_written_down_before_it_is_asked_for(tmp_path: Path) -> None:
    run = with_jobs(tmp_path / "live-1.jsonl", list=scripted([]), create=scripted(openai_error(400, "invalidPayload")))
    with pytest.raises(Broken):
        create_job(run, ACCOUNT, UPLOADED, MODEL)
    assert run.journal.says("fine-tuning job", UPLOADED.id, "making")


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_a_job_that_came_to_nothing_is_made_again(status: str) -> None:
    create = scripted(azures_job(id="ftjob-2"))
    there = scripted([azures_job(id="ftjob-1", status=status)])
    assert create_job(with_jobs(create=create, list=there), ACCOUNT, UPLOADED, MODEL).id == "ftjob-2"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        pytest.param("invalidPayload", Broken, id="refused-by-azure"),
        pytest.param("quotaExceeded", NoRoom, id="no-quota-here"),
    ],
)
def test_a_refused_job_is_explained(code: str, kind: type[Exception]) -> None:
    with pytest.raises(kind, match=f"creating the fine-tuning job of gpt-35-turbo-0125: Azure answered 400 {code}"):
        create_job(with_jobs(create=scripted(openai_error(400, code)), list=scripted([])), ACCOUNT, UPLOADED, MODEL)


def test_a_job_that_has_just_begun_is_read_with_what_is_known() -> None:
    assert job_from(azures_job()) == a_job(
        status="pending",
        hyperparameters={"n_epochs": -1, "batch_size": -1, "learning_rate_multiplier": 1},
        finished_at=None,
        fine_tuned_model="",
        trained_tokens=None,
        result_files=(),
    )


def test_a_job_that_has_ended_is_read_whole() -> None:
    ended = azures_job(
        status="succeeded",
        hyperparameters={},
        finished_at=1731663180,
        fine_tuned_model=TUNED,
        trained_tokens=5000,
        result_files=["file-result"],
    )
    assert job_from(ended) == a_job()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        pytest.param(
            {"code": "invalidPayload", "message": "too few examples"}, "invalidPayload: too few examples", id="both"
        ),
        pytest.param({"message": "too few examples"}, "too few examples", id="no-code"),
        pytest.param({}, "", id="empty"),
        pytest.param(None, "", id="none"),
    ],
)
def test_the_error_of_a_job_in_words(error: Any, words: str) -> None:
    assert job_from(azures_job(error=error)).error == words


def test_a_job_without_azures_own_members_is_read() -> None:
    told: dict[str, Any] = {"id": "ftjob-1", "status": "Running", "model": "a", "training_file": "file-1"}
    job = job_from(FineTuningJob.construct(**told, created_at="yesterday"))
    assert (job.id, job.status, job.suffix, job.created_at, job.hyperparameters) == ("ftjob-1", "running", "", 0, {})


def test_half_a_job_says_what_it_lacks() -> None:
    with pytest.raises(HalfAnswer, match="found no status, training_file of the job"):
        job_from(FineTuningJob.construct(id="ftjob-1", status=None, model="gpt-35-turbo-0125"))


@pytest.mark.parametrize("rows", [GOOD, [*GOOD[:2], GOOD[3], GOOD[2]]], ids=["newest-first", "not-quite-in-order"])
def test_events_come_oldest_first_and_those_of_one_second_in_the_lists_order(rows: list[tuple[int, str]]) -> None:
    assert [event.message for event in events_from(azures_events(rows))] == [
        *("Job enqueued.", "Training started.", "Training done.", "Job succeeded."),
    ]


def test_an_event_keeps_its_time_and_level() -> None:
    row = SimpleNamespace(created_at=5, level="warning", message="file deleted")
    assert events_from([row]) == (Event(5, "warning", "file deleted"),)


def waited(*jobs: Any, events: list[tuple[int, str]]) -> Run:
    """A run that sees the job in these states and then these events."""
    return with_jobs(retrieve=scripted(*jobs), list_events=scripted(azures_events(events)))


def test_a_job_that_succeeds_brings_its_events() -> None:
    run = waited(azures_job(), azures_job(status="running"), azures_job(status="succeeded"), events=GOOD)
    job = wait_for_job(run, ACCOUNT, a_job(status="pending"))
    assert job.status == "succeeded"
    assert [event.created_at for event in job.events] == [1, 2, 3, 3]
    assert isinstance(run.clock, NotedClock)
    assert run.clock.sleeps == [run.spec.waits.job_s] * 2


def test_a_job_that_fails_with_a_reason_is_broken() -> None:
    error = {"code": "invalidPayload", "message": "The training data is rejected."}
    run = waited(azures_job(status="failed", error=error), events=GOOD)
    with pytest.raises(Broken, match="ftjob-1: failed, invalidPayload: The training data is rejected") as raised:
        wait_for_job(run, ACCOUNT, a_job())
    assert raised.value.step == "2.5"


def test_a_job_that_fails_by_the_service_is_undecided() -> None:
    error = {"code": "internalFailure", "message": "An internal error occurred."}
    run = waited(azures_job(status="failed", error=error), events=GOOD)
    with pytest.raises(Undecided, match="failed by the service itself, internalFailure: An internal error occurred"):
        wait_for_job(run, ACCOUNT, a_job())


def test_events_that_cannot_be_had_cost_nothing() -> None:
    gone = scripted(openai_error(404, "notFound", "gone"))
    run = with_jobs(retrieve=scripted(azures_job(status="Succeeded")), list_events=gone)
    (event,) = wait_for_job(run, ACCOUNT, a_job()).events
    assert (event.level, event.message) == (
        "warning",
        "the job's events cannot be had: Azure answered 404 notFound: gone",
    )


@pytest.mark.parametrize(
    ("status", "events", "last"),
    [
        pytest.param("failed", GOOD, "Job succeeded.", id="failed-without-a-reason"),
        pytest.param("cancelled", [(1, "Job cancelled.")], "Job cancelled.", id="cancelled"),
        pytest.param("cancelled", [], "no events", id="no-events"),
    ],
)
def test_a_job_that_ends_otherwise_is_undecided(status: str, events: list[tuple[int, str]], last: str) -> None:
    with pytest.raises(Undecided, match=f"ftjob-1: {status} without a reason; last event: {last}"):
        wait_for_job(waited(azures_job(status=status), events=events), ACCOUNT, a_job())


def test_a_job_that_goes_on_beyond_its_deadline_is_undecided() -> None:
    run = waited(azures_job(status="running"), events=[])
    with pytest.raises(Undecided, match=r"fine-tuning job ftjob-1: still not there after 10800 s; last seen: running"):
        wait_for_job(run, ACCOUNT, a_job())


def test_a_job_that_is_not_there_any_more_is_undecided() -> None:
    run = with_jobs(retrieve=scripted(openai_error(404, "notFound")))
    with pytest.raises(Undecided, match="waiting for fine-tuning job ftjob-1: Azure answered 404 notFound"):
        wait_for_job(run, ACCOUNT, a_job())
