"""Fine-tuning jobs.

Recordings: openai_create_train_and_delete_finetune.json, openai_create_and_cancel_finetune.json,
openai_finetune_events.json.
"""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any

from emulator.behaviour.catalog import Model, region_name
from emulator.errors import DataPlaneError, data_not_found
from emulator.paging import page
from emulator.routes.fine_tuning_documents import checkpoint_document, event_document, job_document
from emulator.routing import Route
from emulator.state import tuning
from emulator.state.data_plane import Event, Job, StoredFile
from emulator.wire import Json, Reply, Request

if TYPE_CHECKING:
    from emulator.world import World

JOBS = "/openai/fine_tuning/jobs"

# OpenAI takes 1 to 50 epochs and batches of up to 256 examples. The highest rate is the emulator's own: above 1 nothing
# changes here.
MOST_EPOCHS = 50
LARGEST_BATCH = 256
HIGHEST_RATE = 10.0
WHOLE_HYPERPARAMETERS = {"n_epochs": MOST_EPOCHS, "batch_size": LARGEST_BATCH}
RATE = "learning_rate_multiplier"

_SUFFIX = re.compile(r"[\w-]{1,40}", re.ASCII)


def create(world: World, request: Request) -> Reply:
    """201 pending. Its Location lacks /jobs/ and is not the job's address, as with Azure: use the id."""
    body = request.json()
    base = _base(world, request, str(body.get("model", "")))
    training_file = _file(world, request, body, "training_file")
    validation_file = _file(world, request, body, "validation_file") if body.get("validation_file") else None
    suffix = body.get("suffix")
    if suffix is not None and not _SUFFIX.fullmatch(str(suffix)):
        raise DataPlaneError(
            400, "invalidPayload", f"The suffix '{suffix}' is not valid: up to 40 of a-z, A-Z, 0-9, '-' and '_'."
        )
    job = Job(
        id=f"ftjob-{uuid.uuid4().hex}",
        base=base,
        training_file=training_file,
        created=world.now,
        seed=body["seed"] if isinstance(body.get("seed"), int) else tuning.seed_of(training_file),
        made_with=request.api_version,
        suffix=str(suffix) if suffix else None,
        validation_file=validation_file,
        given=_hyperparameters(body),
    )
    tuning.begin(world, world.data_plane(request["account"]), job)
    account = world.resources.find(request["account"])
    endpoint = account.properties["endpoint"] if account else ""
    location = f"{endpoint}openai/fine_tuning/{job.id}?api-version={request.api_version}"
    return Reply(201, job_document(world, job, request.api_version), headers={"Location": location})


def get_job(world: World, request: Request) -> Reply:
    """One job."""
    return Reply(document=job_document(world, _found(world, request), request.api_version))


def list_jobs(world: World, request: Request) -> Reply:
    """Jobs, newest first, paged by `after` and `limit`."""
    jobs = list(reversed(world.data_plane(request["account"]).jobs.values()))
    return page(request, jobs, lambda job: job_document(world, job, request.api_version))


def cancel(world: World, request: Request) -> Reply:
    """200 with the job, already cancelled."""
    job = _found(world, request)
    if job.is_over:
        raise DataPlaneError(400, "unexpectedEntityState", f"The job is in state {job.status} and cannot be cancelled.")
    tuning.cancel(world, job)
    return Reply(document=job_document(world, job, request.api_version))


def delete_job(world: World, request: Request) -> Reply:
    """204; a GET after it is 404. The tuned model stays."""
    job = _found(world, request)
    if not job.is_over:
        raise DataPlaneError(
            400, "unexpectedEntityState", f"The job is in state {job.status} and cannot be deleted; cancel it first."
        )
    del world.data_plane(request["account"]).jobs[job.id]
    return Reply(204)


def list_events(world: World, request: Request) -> Reply:
    """A job's history, newest first.

    A missing result file adds a warning, dated now and with a new id at each reading.
    """
    job = _found(world, request)
    events = sorted([*job.events, *_from_results(world, request, job)], key=lambda event: event.created)
    return page(request, events[::-1], event_document)


def list_checkpoints(world: World, request: Request) -> Reply:
    """The models as they were after the last three epochs, newest first."""
    job = _found(world, request)
    return page(request, list(reversed(job.checkpoints)), lambda checkpoint: checkpoint_document(job, checkpoint))


def _from_results(world: World, request: Request, job: Job) -> list[Event]:
    if job.status != "succeeded" or job.result_file is None:
        return []
    if job.result_file.id in world.data_plane(request["account"]).files:
        return tuning.metrics_events(job)
    message = "Results file missing or failed, cannot retrieve metrics events."
    return [Event(f"ftevent-{uuid.uuid4().hex}", world.now, message, "warning")]


def _found(world: World, request: Request) -> Job:
    job = world.data_plane(request["account"]).jobs.get(request["job"])
    if job is None:
        raise data_not_found()
    return job


def _base(world: World, request: Request, name: str) -> Model:
    account = world.resources.find(request["account"])
    model = world.catalog.find_for_training(name)
    if model is None or account is None or not model.can_train(region_name(account.location), world.now):
        where = account.location if account else "this region"
        raise DataPlaneError(
            400,
            "invalidPayload",
            f"The specified base model '{name}' does not support fine-tuning in {where} at this time. "
            "Name a model with its version, such as gpt-35-turbo-0125, and a region that trains it.",
        )
    return model


def _file(world: World, request: Request, body: Json, member: str) -> StoredFile:
    file_id = body.get(member)
    stored = world.data_plane(request["account"]).files.get(str(file_id))
    if stored is None or stored.purpose != "fine-tune":
        raise DataPlaneError(
            400, "invalidPayload", f"The {member} '{file_id}' is not the id of a file with purpose fine-tune."
        )
    if stored.status == "error":
        raise DataPlaneError(
            400, "invalidPayload", f"The {member} '{file_id}' is in state error: {stored.status_details}"
        )
    return stored


def _hyperparameters(body: Json) -> dict[str, float]:
    """Those that were given as numbers; `auto` is as good as not given."""
    sent = body.get("hyperparameters") or _supervised(body).get("hyperparameters") or {}
    if not isinstance(sent, dict):
        raise DataPlaneError(400, "invalidPayload", f"The hyperparameters must be an object; they are {sent!r}.")
    given = {name: value for name, value in sent.items() if value not in ("auto", None)}
    for name, value in given.items():
        expected = _expected_of(name, value)
        if expected:
            message = f"The hyperparameter '{name}' must be {expected}; it is {value!r}."
            raise DataPlaneError(400, "invalidPayload", message)
    return given


def _supervised(body: Json) -> Json:
    method = body.get("method") or {}
    supervised = method.get("supervised") or {}
    if not isinstance(supervised, dict):
        raise DataPlaneError(
            400, "invalidPayload", f"The member 'method.supervised' must be an object: {supervised!r}."
        )
    return supervised


def _expected_of(name: str, value: Any) -> str | None:
    """What a hyperparameter should have been; None when it is right."""
    if name in WHOLE_HYPERPARAMETERS:
        most = WHOLE_HYPERPARAMETERS[name]
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        return None if is_whole and 1 <= value <= most else f"a whole number from 1 to {most} or 'auto'"
    if name == RATE:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return (
            None
            if is_number and 0 < value <= HIGHEST_RATE
            else f"a number above 0 and up to {HIGHEST_RATE:g} or 'auto'"
        )
    return f"left out: the hyperparameters are {', '.join((*WHOLE_HYPERPARAMETERS, RATE))}"


ROUTES = (
    Route("POST", JOBS, create),
    Route("GET", JOBS, list_jobs),
    Route("GET", f"{JOBS}/{{job}}", get_job),
    Route("DELETE", f"{JOBS}/{{job}}", delete_job),
    Route("POST", f"{JOBS}/{{job}}/cancel", cancel),
    Route("GET", f"{JOBS}/{{job}}/events", list_events),
    Route("GET", f"{JOBS}/{{job}}/checkpoints", list_checkpoints),
)
