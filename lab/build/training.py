"""Steps 2.1, 2.3, 2.4 and 2.5: the training data, its upload, the fine-tuning job and its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lab.azure_errors import HalfAnswer, explained, is_of_the_moment
from lab.build.account import Account
from lab.build.job_events import JobEvents, last_words
from lab.errors import Broken, InputError, Undecided
from lab.listing import rows_of
from lab.run import Run
from lab.survey import BaseModel
from lab.training_data import parse
from lab.waiting import Wait, new, retried, until

# How a file and a job can end without having come about (spec, FileState and FineTuningState).
REJECTED = ("error", "failed")
REMOVED = ("deleting", "deleted")
GIVEN_UP = ("failed", "cancelled", "canceled")
# How long the events of a job that has ended may take, in Azure's seconds.
EVENTS_S = 300.0


@dataclass(frozen=True)
class TrainingSet:
    """A valid training file: how many examples and bytes it has, and the bytes where they are still needed."""

    source: str
    sha256: str
    examples: int
    size: int
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class UploadedFile:
    """A training file on the account, as the data plane describes it; `size` in bytes, None where it is not told."""

    id: str
    filename: str
    purpose: str
    status: str
    size: int | None


@dataclass(frozen=True)
class Event:
    """One event of a fine-tuning job; `created_at` in seconds since 1970."""

    created_at: int
    level: str
    message: str


@dataclass(frozen=True)
class Job:
    """A fine-tuning job as the data plane describes it; what it left out is None or an empty text."""

    id: str
    status: str
    model: str
    suffix: str
    training_file: str
    validation_file: str
    hyperparameters: dict[str, Any]
    created_at: int
    finished_at: int | None
    fine_tuned_model: str
    trained_tokens: int | None
    result_files: tuple[str, ...]
    error: str
    events: tuple[Event, ...] = field(default=())


def training_data(run: Run) -> TrainingSet:
    """The lab's training file, or the one given instead; raises `Broken` for 2.1 when it is not there or not valid."""
    minimum = run.spec.dataset.minimum_examples
    if run.settings.training_file is not None:
        return training_set(run.settings.training_file.read_bytes(), run.settings.training_file.name, minimum)
    url = run.settings.endpoints.dataset_url or run.spec.dataset.url
    wait = run.wait("2.1", "download of the training data", run.spec.waits.file_s)
    try:
        status, content = retried(wait, run.clock, lambda: _fetched(run, url))
    except Exception as error:
        raise explained("2.1", f"downloading {run.spec.dataset.url}", error) from error
    if status != 200:
        reason = f"training data at {run.spec.dataset.url}: found HTTP {status}, the lab asks for a file there"
        raise Broken("2.1", reason, {"status": status})
    try:
        return training_set(content, run.spec.dataset.url, minimum)
    except InputError as error:
        raise Broken("2.1", str(error), {"problems": list(error.problems)}) from error


def training_set(content: bytes, source: str, minimum: int) -> TrainingSet:
    """A training file from its bytes; raises `InputError` with every problem of it."""
    data = parse(content, source, minimum)
    return TrainingSet(source, data.sha256, len(data.examples), len(content), content)


class _ServerBusy(Exception):
    def __init__(self, status: int) -> None:
        self.status_code = status
        super().__init__(f"HTTP {status}")


def _fetched(run: Run, url: str) -> tuple[int, bytes]:
    status, content = run.clients.get(url)
    if status == 429 or status >= 500:
        raise _ServerBusy(status)
    return status, content


def upload(run: Run, account: Account, data: TrainingSet) -> UploadedFile:
    """Upload the training file and wait until it is processed; raises `Broken` for step 2.3 when Azure rejects it."""
    wait = run.wait("2.3", f"processing of {run.spec.dataset.file}", run.spec.waits.file_s)
    files = run.clients.openai(account.endpoint).files
    named = (run.spec.dataset.file, data.content, "application/jsonl")

    def create() -> Any:
        run.journal.write("making", "file", run.spec.dataset.file, account=account.name)
        return files.create(file=named, purpose="fine-tune")

    try:
        created = retried(wait, run.clock, lambda: uploaded_file(_uploaded(files, data) or create()).id)
        file = until(
            wait,
            run.clock,
            new(run.clock, lambda: uploaded_file(files.retrieve(created))),
            lambda seen: seen.status in ("processed", *REJECTED, *REMOVED),
        )
        if file.status in REJECTED:
            details = getattr(retried(wait, run.clock, lambda: files.retrieve(created)), "status_details", None)
            raise Broken("2.3", f"{file.filename}: Azure found it in error: {details or 'no details given'}")
        if file.status in REMOVED:
            raise Undecided(
                "2.3", f"{file.filename}: found it {file.status}, the lab asks for a file that is processed"
            )
    except Exception as error:
        raise explained("2.3", f"uploading {run.spec.dataset.file}", error) from error
    return file


def _uploaded(files: Any, data: TrainingSet) -> Any:
    """The file that an interrupted run, or a try whose answer was lost, uploaded before; None when there is none."""
    same = (file for file in rows_of(files.list()) if file.purpose == "fine-tune" and file.bytes == data.size)
    return next((file for file in same if file.status not in (*REJECTED, *REMOVED)), None)


def uploaded_file(body: Any) -> UploadedFile:
    """A file from the data-plane SDK's model of it, which may lack its bytes (spec, upload_file.json).

    Raises `HalfAnswer` with anything else that Azure left out.
    """
    _told("file", body, ("id", "filename", "purpose", "status"))
    size = getattr(body, "bytes", None)
    return UploadedFile(
        str(body.id),
        str(body.filename),
        str(body.purpose),
        str(body.status).lower(),
        None if size is None else int(size),
    )


def _told(what: str, body: Any, members: tuple[str, ...]) -> None:
    if untold := [member for member in members if not getattr(body, member, None)]:
        raise HalfAnswer(f"found no {', '.join(untold)} of the {what} in Azure's answer")


def create_job(run: Run, account: Account, file: UploadedFile, model: BaseModel) -> Job:
    """Start the fine-tuning job as the lab's page asks: suffix, training file, everything else left out."""
    wait = run.wait("2.4", "creation of the fine-tuning job", run.spec.waits.file_s)
    jobs = run.clients.openai(account.endpoint).fine_tuning.jobs

    def create() -> Job:
        # An interrupted run, or a try whose answer was lost, may have made the job: look before making a second one.
        for there in rows_of(jobs.list()):
            if there.training_file == file.id and there.status not in GIVEN_UP:
                return _as_asked(run, job_from(there))
        run.journal.write("making", "fine-tuning job", file.id, account=account.name)
        return job_from(jobs.create(model=model.job_name, training_file=file.id, suffix=run.spec.model.suffix))

    try:
        return retried(wait, run.clock, create)
    except Exception as error:
        raise explained("2.4", f"creating the fine-tuning job of {model.job_name}", error) from error


def _as_asked(run: Run, job: Job) -> Job:
    """A job found again, with the parameters it was asked with: none, when the journal says that this run asked.

    Azure shows in their place what training has chosen (recording openai_create_train_and_delete_finetune.json).
    """
    ours = run.journal.says("fine-tuning job", job.training_file, "making")
    return replace(job, hyperparameters={}) if ours else job


def wait_for_job(run: Run, account: Account, job: Job) -> Job:
    """Wait until the job ends; raises `Broken` for step 2.5 when it failed, `Undecided` when it is still going."""
    wait = run.wait("2.5", f"fine-tuning job {job.id}", run.spec.waits.job_s)
    jobs = run.clients.openai(account.endpoint).fine_tuning.jobs
    beside = JobEvents(run, jobs, job.id)

    def look() -> Job:
        beside.look()
        return job_from(jobs.retrieve(job.id))

    try:
        ended = until(
            wait,
            run.clock,
            new(run.clock, look),
            lambda seen: seen.status in ("succeeded", *GIVEN_UP),
        )
    except Exception as error:
        raise explained("2.5", f"waiting for fine-tuning job {job.id}", error) from error
    events = _events(run, wait, jobs, job)
    run.progress.noted("2.5", last_words([event.message for event in events]))
    return _succeeded(ended, events)


def _events(run: Run, wait: Wait, jobs: Any, job: Job) -> tuple[Event, ...]:
    """What the job said of itself. How it ended is known without that: events that cannot be read cost nothing."""
    soon = replace(wait, what=f"events of fine-tuning job {job.id}", deadline=EVENTS_S)
    try:
        return retried(soon, run.clock, lambda: events_from(rows_of(jobs.list_events(job.id))))
    except Exception as error:
        return (Event(0, "warning", explained("2.5", "the job's events cannot be had", error).reason),)


def _succeeded(job: Job, events: tuple[Event, ...]) -> Job:
    ended = Job(**{**vars(job), "events": events})
    if job.status == "failed" and job.error:
        if is_of_the_moment(job.error.partition(":")[0]):
            raise Undecided("2.5", f"fine-tuning job {job.id}: failed by the service itself, {job.error}")
        raise Broken("2.5", f"fine-tuning job {job.id}: failed, {job.error}; the lab asks for a job that succeeds")
    if job.status != "succeeded":
        last = events[-1].message if events else "no events"
        raise Undecided("2.5", f"fine-tuning job {job.id}: {job.status} without a reason; last event: {last}")
    return ended


def job_from(body: Any) -> Job:
    """A job from the data-plane SDK's model of it; Azure leaves out what is not known yet.

    Raises `HalfAnswer` where a member that every job has is missing.
    """
    _told("job", body, ("id", "status", "model", "training_file"))
    error = getattr(body, "error", None)
    hyperparameters = getattr(body, "hyperparameters", None)
    return Job(
        id=str(body.id),
        status=str(body.status).lower(),
        model=str(body.model),
        # Azure sends the suffix beside OpenAI's own members; the SDK keeps what it does not know.
        suffix=str((body.model_extra or {}).get("suffix") or ""),
        training_file=str(body.training_file),
        validation_file=str(getattr(body, "validation_file", None) or ""),
        hyperparameters=hyperparameters.to_dict() if hyperparameters else {},
        created_at=_seconds(getattr(body, "created_at", None)),
        finished_at=getattr(body, "finished_at", None),
        fine_tuned_model=str(getattr(body, "fine_tuned_model", None) or ""),
        trained_tokens=getattr(body, "trained_tokens", None),
        result_files=tuple(str(name) for name in getattr(body, "result_files", None) or () if name),
        error=": ".join(text for text in (getattr(error, "code", None), getattr(error, "message", None)) if text),
    )


def _seconds(moment: Any) -> int:
    """A moment as seconds since 1970; 0 for one that is told in another way, since nothing rests on it."""
    return int(moment) if isinstance(moment, (int, float)) or str(moment).isdigit() else 0


def events_from(rows: Sequence[Any]) -> tuple[Event, ...]:
    """Events, oldest first. Azure lists newest first; times are not unique, so the list's own order breaks ties."""
    events = [Event(_seconds(row.created_at), str(row.level), str(row.message)) for row in reversed(rows)]
    return tuple(sorted(events, key=lambda event: event.created_at))
