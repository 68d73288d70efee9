"""Step 1.2: a resource group of this run's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lab.arm import END_STATES, found
from lab.azure_errors import HalfAnswer, explained
from lab.errors import Undecided
from lab.names import RUN_TAG, tags
from lab.run import Run
from lab.sign_in import SignIn
from lab.waiting import new, retried, until

STEP = "1.2"


@dataclass(frozen=True)
class ResourceGroup:
    """A resource group as Azure describes it."""

    name: str
    location: str
    tags: Mapping[str, str]
    provisioning_state: str


def make_resource_group(run: Run, sign_in: SignIn, region: str) -> ResourceGroup:
    """Create the run's resource group, or find it again; the intent is journalled first, so a crash leaves a trace.

    Raises `Undecided` when the name is somebody else's, so that nothing is built there and nothing deleted, and when an
    interrupted try, or a worker that crashed, already began to delete it.
    """
    groups = run.clients.resources.resource_groups
    name, suffix = run.names.resource_group, run.names.suffix
    wait = run.wait(STEP, f"resource group {name}", run.spec.waits.resource_s)
    wanted = tags(suffix, sign_in.principal_id, run.settings.started)
    if run.journal.says("resource group", name, "deleting", "deleted"):
        reason = f"resource group {name}: found that this run began to delete it, expected one to build in"
        raise Undecided(STEP, f"{reason}; what is left is deleted now: start a new run")
    body: Any = resource_group_body(region, wanted)
    try:
        there = retried(wait, run.clock, lambda: found(lambda: groups.get(name)))
        if there is not None and (there.tags or {}).get(RUN_TAG) != suffix:
            reason = f"resource group {name}: found a group that was there before, the lab asks for a new one"
            raise Undecided(STEP, f"{reason}; start a new run, which has another name")
        run.journal.write(
            "making", "resource group", name, suffix=suffix, region=region, subscription=run.clients.subscription_id
        )
        if there is None:
            made = retried(wait, run.clock, lambda: _group_from(groups.create_or_update(name, body)))
            if _is_settled(made):
                return made
        return until(wait, run.clock, new(run.clock, lambda: _group_from(groups.get(name))), _is_settled)
    except Exception as error:
        raise explained(STEP, f"creating resource group {name}", error) from error


def _is_settled(group: ResourceGroup) -> bool:
    if group.provisioning_state.lower() == "deleting":
        reason = f"resource group {group.name}: found it Deleting, expected one to build in"
        raise Undecided(STEP, f"{reason}; start a new run")
    return group.provisioning_state.lower() in END_STATES


def _group_from(made: Any) -> ResourceGroup:
    """A resource group from the management SDK's model of it; raises `HalfAnswer` with what Azure left out of it."""
    properties: Any = getattr(made, "properties", None)
    told = {
        "name": getattr(made, "name", None),
        "location": getattr(made, "location", None),
        "properties.provisioningState": properties and properties.provisioning_state,
    }
    if untold := [member for member, value in told.items() if not value]:
        raise HalfAnswer(f"found no {', '.join(untold)} in Azure's answer")
    return ResourceGroup(
        name=str(made.name),
        location=str(made.location),
        tags=dict(made.tags or {}),
        provisioning_state=str(properties.provisioning_state),
    )


def resource_group_body(region: str, wanted: Mapping[str, str]) -> dict[str, Any]:
    """A resource group with the tags by which a sweep knows it."""
    return {"location": region, "tags": dict(wanted)}
