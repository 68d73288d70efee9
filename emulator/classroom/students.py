"""What a class file says of each student."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from emulator.behaviour.examples import Example
from emulator.edits import Edit

RESOURCES = ("hub", "project", "connection", "account", "training_file", "job", "result_file", "deployment")
LAB_DATA = "travel"
BASE_MODEL = "base"
ABSENT = "absent"
DEFAULT_REGION = "swedencentral"


class ClassError(Exception):
    """A class file that cannot be used: all of the problems at once."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Otherwise:
    """What a student did otherwise: edits of one resource, or the resource is not there at all."""

    resource: str
    edit: Edit

    @property
    def is_missing(self) -> bool:
        return self.edit.is_absence and not self.edit.path


@dataclass(frozen=True)
class TrainingData:
    """A training file: its bytes, and the examples in it."""

    content: bytes
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Student:
    """One student's environment: tuned on `data`, or with the base model deployed when `deploys_base`."""

    id: str
    resource_group: str
    region: str
    data: TrainingData
    deploys_base: bool
    otherwise: tuple[Otherwise, ...]

    def edits(self, resource: str) -> tuple[Edit, ...]:
        """What is otherwise about a resource that is there."""
        return tuple(o.edit for o in self.otherwise if o.resource == resource and not o.is_missing)

    def lacks(self, resource: str) -> bool:
        """Whether a resource is not there at all."""
        return any(o.resource == resource and o.is_missing for o in self.otherwise)


@dataclass(frozen=True)
class Recipe:
    """What the lab asks of everybody: the job's suffix, and the model and deployment; read from data/lab.toml."""

    model: str
    suffix: str
    sku: str
    capacity: int
    file_name: str


@dataclass(frozen=True)
class Classroom:
    """A class and the lab that it did."""

    source: Path
    recipe: Recipe
    students: tuple[Student, ...]
