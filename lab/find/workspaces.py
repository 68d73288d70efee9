"""Steps 1.2 to 1.6 in a student's resource group: the group, the hub, its connections, the account and the project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lab.azure_errors import refusal
from lab.build.account import Account
from lab.build.connection import Connection, Connections, connection
from lab.build.hub import WORKSPACES, Workspace, workspace
from lab.build.resource_group import ResourceGroup
from lab.clients import MACHINE_LEARNING_API_VERSION
from lab.errors import Broken
from lab.find.look import Look, Seen
from lab.listing import everything
from lab.moments import moment, seconds_of
from lab.spec import LabSpec

LEADS_TO_A_MODEL = ("azureopenai", "aiservices")
OPENAI_KINDS = ("openai", "aiservices")


@dataclass(frozen=True)
class Made:
    """A hub or project and when it was made, in UTC."""

    workspace: Workspace
    made: datetime | None


def resource_group(look: Look) -> Seen:
    """The student's resource group; raises `Broken` for step 1.2 when there is none of the name."""
    name = look.resource_group
    group = group_of(look, "1.2")
    if group is None:
        raise Broken("1.2", f"resource group {name}: found none of this name, the lab asks for one")
    value = ResourceGroup(
        name=str(group.name),
        location=str(group.location),
        tags=dict(group.tags or {}),
        provisioning_state=str(group.properties.provisioning_state if group.properties else ""),
    )
    return Seen(value, str(group.id))


def group_of(look: Look, step: str) -> Any:
    """The student's group as Azure describes it, None where there is none of the name.

    A subscription that is not there, or that the caller does not see, is a 404 as well (recording
    subscription_not_found.json), and nobody's missing group.
    """
    groups = look.clients.resources.resource_groups

    def read() -> Any:
        try:
            return groups.get(look.resource_group)
        except Exception as error:
            answer = refusal(error)
            if answer is None or answer.code.lower() != "resourcegroupnotfound":
                raise
            return None

    return look.read(step, f"reading resource group {look.resource_group}", read)


def workspaces(look: Look) -> Seen:
    """All hubs and projects in the group, a tuple of `Made`."""
    subscription = look.clients.subscription_id
    path = (
        f"/subscriptions/{subscription}/resourceGroups/{look.resource_group}/providers/{WORKSPACES}"
        f"?api-version={MACHINE_LEARNING_API_VERSION}"
    )
    listed = look.read("1.3", f"listing the hubs of {look.resource_group}", lambda: everything(look.clients, path))
    return Seen(
        tuple(Made(workspace(body), moment((body.get("systemData") or {}).get("createdAt"))) for body in listed)
    )


def hub(look: Look, found: Sequence[Made]) -> Seen:
    """The hub that is most like the lab's; raises `Broken` for step 1.3 when there is none."""
    others = [one for one in found if one.workspace.kind.lower() != "project"]
    hubs = [one for one in others if one.workspace.kind.lower() == "hub"] or others
    if not hubs:
        raise Broken("1.3", f"resource group {look.resource_group}: found no hub, the lab asks for one")
    used = [one.workspace.hub_id.lower() for one in found if one.workspace.hub_id]
    best = max(
        hubs, key=lambda one: (*_likeness(one, look.spec), used.count(one.workspace.id.lower()), seconds_of(one.made))
    )
    return Seen(best.workspace, best.workspace.id, best.made)


def project(look: Look, found: Sequence[Made], its_hub: Workspace | None) -> Seen:
    """The project that is most like the lab's; raises `Broken` for step 1.6 when there is none."""
    projects = [one for one in found if one.workspace.kind.lower() == "project"]
    if not projects:
        raise Broken("1.6", f"resource group {look.resource_group}: found no project, the lab asks for one")
    hub_id = its_hub.id.lower() if its_hub else ""
    best = max(
        projects,
        key=lambda one: (one.workspace.hub_id.lower() == hub_id, *_likeness(one, look.spec), seconds_of(one.made)),
    )
    return Seen(best.workspace, best.workspace.id, best.made)


def listed_connections(look: Look, its_hub: Workspace) -> Seen:
    """All connections of the hub, a tuple of `Connection`."""
    path = f"{its_hub.id}/connections?api-version={MACHINE_LEARNING_API_VERSION}"
    what = f"listing the connections of hub {its_hub.name}"
    listed = look.read("1.4", what, lambda: everything(look.clients, path))
    return Seen(tuple(connection(body) for body in listed))


def connections(look: Look, listed: Sequence[Connection], account: Account | None) -> Seen:
    """All connections, and the one to the account, or to any model at all."""
    account_id = account.id.lower() if account else ""
    leading = [one for one in listed if one.category.lower() in LEADS_TO_A_MODEL]
    best = max(leading, key=lambda one: one.account_id.lower() == account_id, default=None)
    return Seen(Connections(best, tuple(listed)))


def _likeness(one: Made, spec: LabSpec) -> tuple[bool, bool]:
    return one.workspace.provisioning_state.lower() == "succeeded", spec.region(one.workspace.location) is not None
