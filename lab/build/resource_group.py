"""Step 1.2: a resource group of this run's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lab.arm import found
from lab.azure_errors import explained
from lab.errors import Undecided
from lab.names import RUN_TAG, tags
from lab.run import Run
from lab.sign_in import SignIn
from lab.waiting import retried

STEP = "1.2"


@dataclass(frozen=True)
class ResourceGroup:
    """A resource group as Azure describes it; `is_new` is false when the name was somebody else's before."""

    name: str
    location: str
    tags: Mapping[str, str]
    provisioning_state: str
    is_new: bool


def make_resource_group(run: Run, sign_in: SignIn, region: str) -> ResourceGroup:
    """Create the run's resource group, or find it again; the intent is journalled first, so a crash leaves a trace.

    Raises `Undecided` when an interrupted try, or a worker that crashed, already began to delete it.
    """
    groups = run.clients.resources.resource_groups
    name, suffix = run.names.resource_group, run.names.suffix
    wait = run.wait(STEP, f"resource group {name}", run.spec.waits.resource_s)
    wanted = tags(suffix, sign_in.principal_id, run.settings.started)
    if run.journal.says("resource group", name, "deleting", "deleted"):
        reason = f"resource group {name}: found that this run began to delete it, expected one to build in"
        raise Undecided(STEP, f"{reason}; what is left is deleted now: start a new run")
    run.journal.write(
        "making", "resource group", name, suffix=suffix, region=region, subscription=run.clients.subscription_id
    )
    body: Any = resource_group_body(region, wanted)
    try:
        there = retried(wait, run.clock, lambda: found(lambda: groups.get(name)))
        ours = there is not None and (there.tags or {}).get(RUN_TAG) == suffix
        group = there if ours else retried(wait, run.clock, lambda: groups.create_or_update(name, body))
    except Exception as error:
        raise explained(STEP, f"creating resource group {name}", error) from error
    assert group is not None
    return ResourceGroup(
        name=str(group.name),
        location=str(group.location),
        tags=dict(group.tags or {}),
        provisioning_state=str(group.properties.provisioning_state if group.properties else ""),
        is_new=ours or there is None,
    )


def resource_group_body(region: str, wanted: Mapping[str, str]) -> dict[str, Any]:
    """A resource group with the tags by which a sweep knows it."""
    return {"location": region, "tags": dict(wanted)}
