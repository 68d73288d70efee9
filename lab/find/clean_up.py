"""Steps 5.1 and 5.2 after a student's clean-up: whether the group is gone, and its account with it."""

from __future__ import annotations

from lab.clean_up import DeletedGroup
from lab.errors import Blocked, Broken, Undecided
from lab.find.look import Look, Seen
from lab.find.workspaces import group_of
from lab.listing import rows_of
from lab.purge import Purge


def deleted_group(look: Look) -> Seen:
    """Whether Azure still knows the student's group; raises `Undecided` while it is being deleted."""
    name = look.resource_group
    group = group_of(look, "5.1")
    state = str(group.properties.provisioning_state if group and group.properties else "")
    if state.lower() == "deleting":
        raise Undecided("5.1", f"resource group {name}: found it being deleted, which takes a while; look again later")
    return Seen(DeletedGroup(name, exists=group is not None))


def purge(look: Look, group: DeletedGroup) -> Seen:
    """The soft-deleted accounts that the group left: they still hold their names and quota.

    Raises `Blocked` while the group itself is there.
    """
    if group.exists:
        raise Blocked("5.2", Broken("5.1", f"resource group {group.name} is still there, the lab asks to delete it"))
    mark = f"/resourcegroups/{look.resource_group}/".lower()
    accounts = look.clients.cognitive.deleted_accounts
    listed = look.read("5.2", "listing the soft-deleted accounts", lambda: rows_of(accounts.list()))
    left = [str(one.name) for one in listed if mark in str(one.id).lower()]
    return Seen(Purge((), tuple(f"soft-deleted account {name}" for name in left)))
