"""The order in which a student's environment is looked through, and what each find needs of those before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lab.azure_errors import explained
from lab.errors import Blocked, StepError
from lab.find import accounts, clean_up, deployment, fine_tuning, workspaces
from lab.find.look import Look, Seen
from lab.sign_in import sign_in
from lab.survey import Survey

Outcome = Seen | StepError


@dataclass(frozen=True)
class Find:
    """One thing to find: its step, the finds that it takes, in order, and the work.

    It is blocked when one of `needs` did not come about; one of `helps` that did not is given to it as None.
    """

    name: str
    step: str
    needs: tuple[str, ...]
    helps: tuple[str, ...]
    work: Callable[..., Seen]


def _signed_in(look: Look) -> Seen:
    key = ("sign in", look.clients.subscription_id)
    return Seen(look.known.once(key, lambda: sign_in(look.clients)))


def _survey(look: Look, its_hub: Any) -> Seen:
    """What the lab's other regions offer is no student's doing, so that nothing is said of them here."""
    return Seen(Survey(look.spec.model.name, look.clock.now(), its_hub.location, ()))


def _base_model(look: Look, account: Any, jobs: Any, offered: Any, best_job: Any) -> Seen:
    return fine_tuning.base_model(look, account, offered, best_job)


FINDS = (
    Find("signed_in", "1.1", (), (), _signed_in),
    Find("resource_group", "1.2", (), (), lambda look, *_: workspaces.resource_group(look)),
    Find("workspaces", "1.3", ("resource_group",), (), lambda look, _: workspaces.workspaces(look)),
    Find("hub", "1.3", ("workspaces",), (), workspaces.hub),
    Find("survey", "2.2", ("hub",), (), _survey),
    Find("listed_connections", "1.4", ("hub",), (), workspaces.listed_connections),
    Find(
        "account", "1.4", ("resource_group",), ("listed_connections",), lambda look, _, on: accounts.account(look, on)
    ),
    Find("connections", "1.4", ("listed_connections",), ("account",), workspaces.connections),
    Find("project", "1.6", ("workspaces",), ("hub",), workspaces.project),
    Find("deployments", "3.2", ("account",), (), deployment.deployments),
    Find("jobs", "2.4", ("account",), (), fine_tuning.jobs),
    Find("best_job", "2.4", ("account", "jobs"), ("deployments",), fine_tuning.best_job),
    Find("offered", "2.2", ("account",), (), fine_tuning.offered),
    # Without the list of jobs nobody can say that there is none.
    Find("base_model", "2.2", ("account", "jobs"), ("offered", "best_job"), _base_model),
    Find("training_file", "2.3", ("account",), ("best_job",), fine_tuning.training_file),
    Find("training_data", "2.1", ("account", "training_file"), (), fine_tuning.training_data),
    Find("job", "2.4", ("account", "best_job"), ("training_data",), fine_tuning.job),
    Find("trained", "2.5", ("account", "job"), (), fine_tuning.trained),
    Find("metrics", "3.1", ("account", "trained"), (), fine_tuning.metrics),
    Find("deployment", "3.2", ("account", "deployments"), ("job",), deployment.deployment),
    Find("ready", "3.3", ("deployment",), (), deployment.ready),
    Find("playground", "4.1", ("account", "ready"), (), deployment.playground),
    Find("first_prompt", "4.2", ("account", "ready", "playground"), (), deployment.first_prompt),
    Find("second_prompt", "4.3", ("account", "ready", "playground"), (), deployment.second_prompt),
)
"""All that is found in an environment that is there, each after what it takes."""

CLEANED = (
    Find("signed_in", "1.1", (), (), _signed_in),
    Find("deleted_group", "5.1", (), (), clean_up.deleted_group),
    Find("purge", "5.2", ("deleted_group",), (), clean_up.purge),
)
"""What is found where the lab's last section was done."""


def find_all(look: Look, finds: tuple[Find, ...] = FINDS) -> Mapping[str, Outcome]:
    """Look through an environment, one find after another; what is missing or unreadable is a `StepError` in its place.

    Raises `Cancelled` when the run is told to stop.
    """
    found: dict[str, Outcome] = {}
    for find in finds:
        look.clock.checkpoint()
        found[find.name] = _outcome(look, find, found)
    look.clock.checkpoint()
    return found


def _outcome(look: Look, find: Find, found: Mapping[str, Outcome]) -> Outcome:
    try:
        needs = [_needed(find, found[name]) for name in find.needs]
        helps = [_helpful(found[name]) for name in find.helps]
        return find.work(look, *needs, *helps)
    except StepError as error:
        return error
    except Exception as error:
        return explained(find.step, f"looking for the {find.name.replace('_', ' ')}", error)


def _needed(find: Find, outcome: Outcome) -> object:
    if isinstance(outcome, Seen):
        return outcome.value
    cause = outcome.cause if isinstance(outcome, Blocked) else outcome
    # What cannot be listed is itself what could not be found, and not in the way of it.
    raise outcome if outcome.step == find.step else Blocked(find.step, cause)


def _helpful(outcome: Outcome) -> object:
    return outcome.value if isinstance(outcome, Seen) else None
