"""Jobs, events and checkpoints as the API shows them: members that do not apply yet are left out, not null."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from emulator.edits import apply
from emulator.state.data_plane import Checkpoint, Event, Job
from emulator.timestamps import epoch
from emulator.wire import Json

if TYPE_CHECKING:
    from emulator.world import World

ESTIMATE_SINCE = "2024-10-01"
METHOD_SINCE = "2024-12-01"
"""Only jobs that were made since then have a method (recording openai_finetune_jobs_list.json)."""
NOT_CHOSEN = -1


def job_document(world: World, job: Job, api_version: str) -> Json:
    """A job. Hyperparameters are -1 until training has chosen them, which is some 21 minutes after its creation."""
    document: Json = {"hyperparameters": _hyperparameters(job)}
    if job.suffix:
        document["suffix"] = job.suffix
    document["seed"] = job.seed
    if min(api_version, job.made_with) >= METHOD_SINCE:
        document["method"] = {"type": "supervised"}
    document |= {"status": job.status, "model": job.base.training_name}
    if job.tuned_model:
        document["fine_tuned_model"] = job.tuned_model
    document["training_file"] = job.training_file.id
    if job.validation_file is not None:
        document["validation_file"] = job.validation_file.id
    if job.result_file is not None:
        document["result_files"] = [job.result_file.id]
    if job.finished is not None:
        document["finished_at"] = epoch(job.finished)
    if job.run is not None and job.status == "succeeded":
        document["trained_tokens"] = job.run.trained_tokens
    if api_version >= ESTIMATE_SINCE:
        document["estimated_finish"] = epoch(job.created + timedelta(seconds=world.durations.job_estimate))
    if job.error is not None:
        document["error"] = job.error
    whole: Json = {**document, "id": job.id, "created_at": epoch(job.created), "object": "fine_tuning.job"}
    edited: Json = apply(whole, job.edits)
    return edited


def event_document(event: Event) -> Json:
    """An event: a message, or metrics with their numbers."""
    document: Json = {
        "id": event.id,
        "created_at": epoch(event.created),
        "level": event.level,
        "message": event.message,
        "type": "metrics" if event.data else "message",
    }
    if event.data:
        document["data"] = event.data
    return {**document, "object": "fine_tuning.job.event"}


def checkpoint_document(job: Job, checkpoint: Checkpoint) -> Json:
    """A checkpoint (spec 2024-10-21, get_finetuning_job_checkpoints.json)."""
    return {
        "id": checkpoint.id,
        "created_at": epoch(checkpoint.created),
        "fine_tuned_model_checkpoint": checkpoint.model,
        "step_number": checkpoint.step,
        "metrics": checkpoint.metrics,
        "fine_tuning_job_id": job.id,
        "object": "fine_tuning.job.checkpoint",
    }


def _hyperparameters(job: Job) -> Json:
    chosen = job.run.hyperparameters if job.run and job.status in {"running", "succeeded"} else None
    rate = chosen.learning_rate_multiplier if chosen else job.given.get("learning_rate_multiplier", 1)
    return {
        "n_epochs": chosen.n_epochs if chosen else job.given.get("n_epochs", NOT_CHOSEN),
        "batch_size": chosen.batch_size if chosen else job.given.get("batch_size", NOT_CHOSEN),
        "learning_rate_multiplier": rate,
    }
