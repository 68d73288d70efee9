"""Step 1.2: a resource group of this run's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lab.azure_errors import explained
from lab.names import tags
from lab.run import Run
from lab.sign_in import SignIn
from lab.waiting import retried

STEP = "1.2"


@dataclass(frozen=True)
class ResourceGroup:
    """A resource group as Azure describes it; `is_new` is false when the name was there before."""

    name: str
    location: str
    tags: Mapping[str, str]
    provisioning_state: str
    is_new: bool


def make_resource_group(run: Run, sign_in: SignIn, region: str) -> ResourceGroup:
    """Create the run's resource group; the intent is journalled first, so that a crash leaves a trace."""
    groups = run.clients.resources.resource_groups
    name = run.names.resource_group
    wait = run.wait(STEP, f"resource group {name}", run.spec.waits.resource_s)
    body: Any = resource_group_body(region, tags(run.names.suffix, sign_in.principal_id, run.settings.started))
    run.journal.write("making", "resource group", name, region=region, subscription=run.clients.subscription_id)
    try:
        is_new = not retried(wait, run.clock, lambda: groups.check_existence(name))
        group = retried(wait, run.clock, lambda: groups.create_or_update(name, body))
    except Exception as error:
        raise explained(STEP, f"creating resource group {name}", error) from error
    return ResourceGroup(
        name=str(group.name),
        location=str(group.location),
        tags=dict(group.tags or {}),
        provisioning_state=str(group.properties.provisioning_state if group.properties else ""),
        is_new=is_new,
    )


def resource_group_body(region: str, labels: Mapping[str, str]) -> dict[str, Any]:
    """A group with the tags by which a later sweep knows it."""
    return {"location": region, "tags": dict(labels)}
