"""What one Azure OpenAI account holds on its own API: files, fine-tuning jobs and tuned models."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from emulator.behaviour.catalog import Model
from emulator.behaviour.examples import Example
from emulator.behaviour.training import Run
from emulator.edits import Edit
from emulator.state.lifecycle import FILE, JOB, moved


@dataclass
class StoredFile:
    """An uploaded file, or the result file of a job. `examples` are there once it was read as training data."""

    id: str
    filename: str
    purpose: str
    content: bytes
    created: datetime
    status: str = "pending"
    status_details: str | None = None
    examples: tuple[Example, ...] = ()
    edits: tuple[Edit, ...] = ()
    """What the API is to show otherwise, in an environment that was made up."""

    def become(self, status: str, details: str | None = None) -> None:
        self.status = moved(FILE, self.status, status)
        self.status_details = details


@dataclass(frozen=True)
class Event:
    """One line of a job's history; `data` are the numbers of a metrics event."""

    id: str
    created: datetime
    message: str
    level: str = "info"
    data: dict[str, Any] | None = None


@dataclass(frozen=True)
class Checkpoint:
    """The model as it was after an epoch."""

    id: str
    created: datetime
    model: str
    step: int
    metrics: dict[str, float]


@dataclass
class Job:
    """A fine-tuning job. Hyperparameters stay None until training has chosen them, if they were not given."""

    id: str
    base: Model
    training_file: StoredFile
    created: datetime
    seed: int
    made_with: str = ""
    """The api-version of the call that made it."""
    suffix: str | None = None
    validation_file: StoredFile | None = None
    given: dict[str, float] = field(default_factory=dict)
    status: str = "pending"
    run: Run | None = None
    result_file: StoredFile | None = None
    tuned_model: str | None = None
    finished: datetime | None = None
    error: dict[str, Any] | None = None
    edits: tuple[Edit, ...] = ()
    events: list[Event] = field(default_factory=list)
    checkpoints: list[Checkpoint] = field(default_factory=list)

    def become(self, status: str) -> None:
        self.status = moved(JOB, self.status, status)

    @property
    def is_over(self) -> bool:
        return self.status in {"succeeded", "failed", "cancelled"}


@dataclass(frozen=True)
class TunedModel:
    """A model that a job made: all it knows are the examples that it was trained on."""

    name: str
    base: Model
    job_id: str
    created: datetime
    examples: tuple[Example, ...]


@dataclass
class DataPlane:
    """One account's files, jobs and models, by id, in order of creation, and its two keys."""

    account_id: str
    keys: list[str]
    files: dict[str, StoredFile] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    models: dict[str, TunedModel] = field(default_factory=dict)
