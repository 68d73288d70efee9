"""The lab's specification as frozen values: what `data/lab.toml` fixes; `lab.spec_file` reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from lab.prices import PriceList
from lab.words import Wording

Language = Literal["en", "ko"]

STEP_IDS = (
    *("1.1", "1.2", "1.3", "1.4", "1.5", "1.6"),
    *("2.1", "2.2", "2.3", "2.4", "2.5"),
    *("3.1", "3.2", "3.3"),
    *("4.1", "4.2", "4.3"),
    *("5.1", "5.2"),
)
"""The ids used everywhere, in the lab's order: a contract with reports, gradebooks and scenarios, hence not data."""

PROMPT_STEPS = ("4.2", "4.3")
"""The steps that ask the tuned model a question of the lab's page."""

CLEAN_UP_SECTION = 5
"""The section that deletes what the others made."""


@dataclass(frozen=True)
class Text:
    """A text in English and in Korean."""

    en: str
    ko: str

    def in_language(self, language: Language) -> str:
        """Return the text in one language."""
        return self.ko if language == "ko" else self.en


@dataclass(frozen=True)
class Region:
    """An Azure region that the lab's page lists: Azure's name (`eastus2`) and the portal's title."""

    name: str
    title: Text


@dataclass(frozen=True)
class ModelSpec:
    """The base model to fine-tune and the suffix that the tuned model gets."""

    name: str
    suffix: str


@dataclass(frozen=True)
class DatasetSpec:
    """Where the training file comes from, its name, how many examples it must hold, and the digests it is known by."""

    url: str
    file: str
    minimum_examples: int
    sha256: tuple[str, ...]


@dataclass(frozen=True)
class DeploymentSpec:
    """How the tuned model is deployed: `capacity` in thousands of tokens a minute, any of `content_filters`."""

    sku: str
    capacity: int
    content_filters: tuple[str, ...]


@dataclass(frozen=True)
class ChatSpec:
    """How the prompts are asked: `max_tokens` for each answer, each prompt `asks` times (odd: the majority decides)."""

    max_tokens: int
    asks: int


@dataclass(frozen=True)
class Prompt:
    """A question that the lab's page asks the tuned model, and the id of the step that it belongs to."""

    step: str
    text: str


@dataclass(frozen=True)
class MetricsSpec:
    """How far the training loss must fall: `least_fall` as a share of what it was at first, between 0 and 1."""

    least_fall: float


@dataclass(frozen=True)
class GradingSpec:
    """How students' environments are read: `deadline_s` for one read (Azure's seconds), `at_once` students a process.

    `default_versions` of the base model count as the default beside today's: the default of the day of the work may
    have been another one.
    """

    deadline_s: float
    at_once: int
    default_versions: tuple[str, ...]


@dataclass(frozen=True)
class Waits:
    """How long to pause between two looks while waiting, in seconds of Azure's time."""

    resource_s: float
    access_s: float
    file_s: float
    job_s: float
    deployment_s: float
    chat_s: float
    clean_up_s: float


@dataclass(frozen=True)
class Provider:
    """A resource provider that must be registered in the subscription, and the first step that needs it."""

    name: str
    step: str


@dataclass(frozen=True)
class PreflightWords:
    """The words of the preflight's table."""

    title: Text
    works: Text
    broken: Text
    inconclusive: Text
    ok: Text
    warning: Text
    problem: Text
    region: Text
    fine_tune: Text
    deploy: Text
    version: Text
    training_until: Text
    retires: Text
    quota_left: Text
    quota_of: Annotated[Text, "left", "limit"]
    yes: Text
    no: Text
    cost: Text
    training: Text
    hosting: Text
    questions: Text
    together: Text
    left_behind: Text
    by_the_hour: Text
    tokens: Text
    hours: Text
    no_price: Text
    not_charged: Text


@dataclass(frozen=True)
class PreflightSpec:
    """What is looked at before anything is created; `register_s` is how long a registration may take, in seconds."""

    register_s: float
    providers: tuple[Provider, ...]
    words: PreflightWords


@dataclass(frozen=True)
class Section:
    """A section of the lab's page, 1 to 5."""

    id: int
    title: Text


@dataclass(frozen=True)
class Step:
    """One step of the lab: its texts, what it is worth, and how long it may take in seconds of Azure's time.

    `hint` is the next thing to do when the step is not passed. `marked` is false for a step whose points do not count.
    """

    id: str
    title: Text
    hint: Text
    points: int
    marked: bool
    usual_s: float
    deadline_s: float

    @property
    def section(self) -> int:
        """The id of the section that the step belongs to: the part of its own id before the point."""
        return int(self.id.partition(".")[0])


@dataclass(frozen=True)
class LabSpec:
    """Everything that the lab's page fixes, and the rubric; `total` is the sum of the marked steps' points."""

    title: Text
    page: str
    estimate_minutes: int
    regions: tuple[Region, ...]
    model: ModelSpec
    dataset: DatasetSpec
    deployment: DeploymentSpec
    chat: ChatSpec
    prompts: tuple[Prompt, ...]
    metrics: MetricsSpec
    grading: GradingSpec
    waits: Waits
    preflight: PreflightSpec
    words: Wording
    prices: PriceList
    total: int
    sections: tuple[Section, ...]
    steps: tuple[Step, ...]

    def step(self, step_id: str) -> Step:
        """Return a step by its id; raises `KeyError` for an id that is not one of `STEP_IDS`."""
        return {step.id: step for step in self.steps}[step_id]

    def section(self, section_id: int) -> Section:
        """Return a section by its id; raises `KeyError` when there is none."""
        return {section.id: section for section in self.sections}[section_id]

    def prompt(self, step_id: str) -> Prompt:
        """Return the prompt that a step asks; raises `KeyError` for a step that asks none."""
        return {prompt.step: prompt for prompt in self.prompts}[step_id]

    def region(self, name: str) -> Region | None:
        """Return the listed region of that name or title (`East US 2`, any case), or None when the lab lists none."""
        wanted = region_name(name)
        return next((region for region in self.regions if wanted in (region.name, region_name(region.title.en))), None)


def region_name(region: str) -> str:
    """Return a region's name or title as Azure spells its name: `East US 2` is `eastus2`."""
    return "".join(region.split()).lower()
