"""Stand-ins for what lies under the lab library: clients that answer from a script, and runs made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from lab.build.account import Account
from lab.build.deployment import Deployment
from lab.build.training import Job
from lab.clients import Clients
from lab.clock import Clock, StoppedClock
from lab.journal import Journal
from lab.names import Names
from lab.run import Run
from lab.settings import Setting, Settings
from lab.sign_in import SignIn
from lab.spec import LabSpec
from lab.spec_file import load_spec

ROOT = Path(__file__).resolve().parents[3]
STARTED = datetime(2024, 11, 15, 9, 0, tzinfo=timezone.utc)
SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
SUFFIX = "ab12cd34"
GROUP_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-ft-travel-{SUFFIX}"
ACCOUNT = Account(
    id=f"{GROUP_ID}/providers/Microsoft.CognitiveServices/accounts/aoai-ft-travel-{SUFFIX}",
    name=f"aoai-ft-travel-{SUFFIX}",
    kind="OpenAI",
    location="swedencentral",
    endpoint=f"https://aoai-ft-travel-{SUFFIX}.openai.azure.com/",
    provisioning_state="Succeeded",
)
CALLER = SignIn("principal-1", "User", "tenant-1", SUBSCRIPTION, "Lab", "Enabled", "PayAsYouGo_2014-09-01")
TUNED = f"gpt-35-turbo-0125.ft-{'0' * 32}-ft-travel"
DEPLOYMENT = Deployment("ft-travel", TUNED, "1", "OpenAI", "Standard", 5, "", "Succeeded")


def a_job(**changes: Any) -> Job:
    """A job that has succeeded, but for the changes."""
    members: dict[str, Any] = {
        "id": "ftjob-1",
        "status": "succeeded",
        "model": "gpt-35-turbo-0125",
        "suffix": "ft-travel",
        "training_file": "file-1",
        "validation_file": "",
        "hyperparameters": {},
        "created_at": 1731661200,
        "finished_at": 1731663180,
        "fine_tuned_model": TUNED,
        "trained_tokens": 5000,
        "result_files": ("file-result",),
        "error": "",
    }
    return Job(**{**members, **changes})


@dataclass
class Scripted:
    """A call that gives its answers in order, the last one for ever; an answer that is an exception is raised."""

    answers: tuple[Any, ...]
    calls: list[tuple[tuple[Any, ...], Mapping[str, Any]]] = field(default_factory=list)

    def __call__(self, *positional: Any, **named: Any) -> Any:
        self.calls.append((positional, named))
        answer = self.answers[min(len(self.calls), len(self.answers)) - 1]
        if isinstance(answer, BaseException):
            raise answer
        return answer


def scripted(*answers: Any) -> Scripted:
    """A call with these answers."""
    return Scripted(answers)


@dataclass(frozen=True)
class Poller:
    """A long-running operation that has ended, well or with an error."""

    outcome: Any = None

    def done(self) -> bool:
        return True

    def status(self) -> str:
        return "Succeeded"

    def wait(self, timeout: float) -> None:
        raise AssertionError("nobody waits for what has ended")

    def result(self) -> Any:
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome


class NotedClock(StoppedClock):
    """A clock that stands still but for the sleeps asked of it, and notes each of them."""

    def __init__(self) -> None:
        super().__init__(STARTED)
        self.sleeps: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        super().sleep(seconds)


@cache
def the_spec() -> LabSpec:
    """The lab's own specification."""
    return load_spec(ROOT / "data" / "lab.toml")


def settings_of(**changes: Any) -> Settings:
    """Settings of a live run, but for the changes."""
    members: dict[str, Any] = {
        "mode": "live",
        "run": "live-1",
        "suffix": SUFFIX,
        "started": STARTED,
        "subscription_id": Setting(SUBSCRIPTION, "--subscription"),
    }
    return Settings(**{**members, **changes})


def a_run(
    clients: Mapping[str, Any] | None = None,
    *,
    clock: Clock | None = None,
    journal: Path | None = None,
    settings: Settings | None = None,
) -> Run:
    """A run whose clients are these stand-ins, by the names of `lab.clients.Clients`."""
    settings = settings or settings_of()
    clock = clock or NotedClock()
    given = {"subscription_id": SUBSCRIPTION, "settings": settings, "clock": clock, **(clients or {})}
    stand_ins = SimpleNamespace(**given)
    return Run(
        the_spec(),
        settings,
        Names(settings.suffix),
        cast(Clients, stand_ins),
        clock,
        Journal(journal),
    )


def data_plane(**members: Any) -> dict[str, Any]:
    """Clients of which only the data plane is there, whatever the endpoint."""
    return {"openai": lambda endpoint: SimpleNamespace(**members)}
