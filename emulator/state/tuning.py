"""The course of a fine-tuning job, from enqueued to succeeded, as in recording openai_finetune_events.json."""

from __future__ import annotations

import csv
import hashlib
import io
import uuid
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from emulator.behaviour.examples import MINIMUM_EXAMPLES
from emulator.behaviour.training import Run, Step, choose, train
from emulator.state.data_plane import Checkpoint, DataPlane, Event, Job, StoredFile, TunedModel

if TYPE_CHECKING:
    from emulator.world import World

SECONDS_PER_HOUR = 3600
METRICS_EVERY = 10
DIGITS = 6
SEED_BYTES = 4
SEED_MASK = 0x7FFFFFFF
COLUMNS = (
    "step",
    "train_loss",
    "train_mean_token_accuracy",
    "valid_loss",
    "validation_mean_token_accuracy",
    "full_valid_loss",
    "full_valid_mean_token_accuracy",
)


def begin(world: World, plane: DataPlane, job: Job) -> None:
    """Enqueue a job and enter all that will become of it."""
    plane.jobs[job.id] = job
    tell(world, job, "Job enqueued. Waiting for jobs ahead to complete.")
    own = world.durations
    succeeded = own.job_succeeded
    stages = (
        (own.job_started, partial(tell, world, job, "Job started.")),
        (own.job_running, partial(_run, world, job)),
        (own.job_training_started, partial(tell, world, job, "Training started.")),
        (own.job_results_created, partial(_create_results, world, plane, job)),
        (succeeded, partial(_succeed, world, plane, job)),
        (succeeded + own.job_postprocessing, partial(tell, world, job, "Postprocessing started.")),
        (succeeded + own.job_completed, partial(_complete, world, job)),
    )
    for seconds, action in stages:
        world.after(seconds, partial(_unless_stopped, job, action))


def cancel(world: World, job: Job) -> None:
    """Stop a job; it says cancelled at once."""
    job.become("cancelled")
    job.finished = world.now
    tell(world, job, "Job cancelled.")


def tell(world: World, job: Job, message: str, level: str = "info") -> None:
    """Add a line to the job's history."""
    job.events.append(Event(f"ftevent-{uuid.uuid4().hex}", world.now, message, level))


def seed_of(training_file: StoredFile) -> int:
    """The seed of a job that was given none: the same data are always trained in the same order."""
    return int.from_bytes(hashlib.sha256(training_file.content).digest()[:SEED_BYTES], "big") & SEED_MASK


def train_job(job: Job) -> Run:
    """The whole training run of a job; equal jobs have equal runs."""
    examples = job.training_file.examples
    validation = job.validation_file.examples if job.validation_file else ()
    return train(examples, validation, choose(len(examples), job.given), job.seed)


def _unless_stopped(job: Job, action: partial[None]) -> None:
    if job.status not in {"failed", "cancelled"}:
        action()


def _run(world: World, job: Job) -> None:
    count = len(job.training_file.examples)
    if count >= MINIMUM_EXAMPLES:
        job.become("running")
        return
    message = f"Training file has {count} example(s), but must have at least {MINIMUM_EXAMPLES} examples."
    job.become("failed")
    job.finished = world.now
    job.error = {"code": "invalidPayload", "message": message, "param": "training_file"}
    tell(world, job, f"Job failed: {message}", "error")


def _create_results(world: World, plane: DataPlane, job: Job) -> None:
    run = job.run = train_job(job)
    own = world.durations
    done = (own.job_results_created - own.job_training_started) / (own.job_succeeded - own.job_training_started)
    rows = run.steps[: max(1, int(len(run.steps) * done))]
    file = StoredFile(
        f"file-{uuid.uuid4().hex}", "results.csv", "fine-tune-results", _csv(rows), world.now, "processed"
    )
    plane.files[file.id] = job.result_file = file
    tell(world, job, f"Created results file: {file.id}")


def _succeed(world: World, plane: DataPlane, job: Job) -> None:
    assert job.run is not None, "results are created before a job succeeds"
    job.become("succeeded")
    job.finished = world.now
    suffix = f"-{job.suffix}" if job.suffix else ""
    job.tuned_model = f"{job.base.training_name}.ft-{job.id.removeprefix('ftjob-')}{suffix}"
    for step in job.run.last_steps_of_epochs:
        is_last = step.number == len(job.run.steps)
        name = job.tuned_model if is_last else f"{job.tuned_model}:ckpt-step-{step.number}"
        plane.models[name] = TunedModel(name, job.base, job.id, world.now, job.training_file.examples)
        job.checkpoints.append(Checkpoint(f"ftchkpt-{uuid.uuid4().hex}", world.now, name, step.number, metrics(step)))
    if job.result_file is not None:
        job.result_file.content = _csv(job.run.steps)
    tell(world, job, "Job succeeded.")


def _complete(world: World, job: Job) -> None:
    if job.result_file is not None:
        tell(world, job, f"Completed results file: {job.result_file.id}")
    hours = (world.durations.job_succeeded - world.durations.job_started) / SECONDS_PER_HOUR
    tell(world, job, f"Training hours billed: {hours:.3f}")


def metrics_events(job: Job) -> list[Event]:
    """What the service makes of a result file: an event every ten steps, dated at the end of training."""
    if job.run is None or job.finished is None:
        return []
    return [
        Event(
            id=f"ftevent-{uuid.uuid5(uuid.NAMESPACE_OID, f'{job.id}/{step.number}').hex}",
            created=job.finished,
            message=f"Step {step.number}: training loss={step.loss:.4f}",
            data=metrics(step),
        )
        for step in job.run.steps[METRICS_EVERY - 1 :: METRICS_EVERY]
    ]


def metrics(step: Step) -> dict[str, float]:
    """A step's numbers under the names that checkpoints and events have for them."""
    named = {
        "step": step.number,
        "train_loss": step.loss,
        "train_mean_token_accuracy": step.accuracy,
        "valid_loss": step.valid_loss,
        "valid_mean_token_accuracy": step.valid_accuracy,
        "full_valid_loss": step.full_valid_loss,
        "full_valid_mean_token_accuracy": step.full_valid_accuracy,
    }
    return {name: round(value, DIGITS) for name, value in named.items() if value is not None}


def _csv(steps: Sequence[Step]) -> bytes:
    """The result file. Its column is named `validation_...` where a checkpoint's metric is `valid_...`."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for step in steps:
        numbers = (
            step.loss,
            step.accuracy,
            step.valid_loss,
            step.valid_accuracy,
            step.full_valid_loss,
            step.full_valid_accuracy,
        )
        writer.writerow([step.number, *("" if number is None else f"{number:.{DIGITS}f}" for number in numbers)])
    return text.getvalue().encode()
