"""Steps 5.1 and 5.2: delete the resource group, purge its accounts, and look whether anything is left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lab.arm import complete, missing
from lab.azure_errors import explained, refusal
from lab.errors import Undecided
from lab.names import RUN_TAG
from lab.run import Run
from lab.waiting import retried, until


@dataclass(frozen=True)
class DeletedGroup:
    """What became of the run's resource group: `exists` is what Azure says after the delete."""

    name: str
    exists: bool


@dataclass(frozen=True)
class Purge:
    """What became of the run's accounts: the names purged, and everything of this run that Azure still lists."""

    purged: tuple[str, ...]
    left: tuple[str, ...]


@dataclass(frozen=True)
class CleanUp:
    """The clean-up as the verdict reports it."""

    deleted: bool
    purged: bool
    left: tuple[str, ...]


def delete_group(run: Run) -> DeletedGroup:
    """Delete the run's resource group and wait until Azure no longer knows it; raises `Undecided` when it stays."""
    groups = run.clients.resources.resource_groups
    name = run.names.resource_group
    wait = run.wait("5.1", f"deletion of resource group {name}", run.spec.waits.clean_up_s)
    run.journal.write("deleting", "resource group", name)
    try:
        _delete(run, name)
        exists = until(wait, run.clock, lambda: groups.check_existence(name), lambda there: not there)
    except Exception as error:
        raise explained("5.1", f"deleting resource group {name}; delete it with {command(name)}", error) from error
    run.journal.write("deleted", "resource group", name)
    return DeletedGroup(name, exists)


def _delete(run: Run, name: str) -> None:
    groups = run.clients.resources.resource_groups
    wait = run.wait("5.1", f"deletion of resource group {name}", run.spec.waits.clean_up_s)
    try:
        complete(run, wait, lambda: groups.begin_delete(name))
    except Exception as error:
        # Somebody's earlier call, perhaps our own whose answer was lost, is as good: it is waited for all the same.
        answer = refusal(error)
        if answer is None or (answer.status != 404 and answer.code != "ResourceGroupBeingDeleted"):
            raise


def command(resource_group: str) -> str:
    """The command by which a person deletes a resource group."""
    return f"`az group delete --name {resource_group}`"


def purge_accounts(run: Run) -> Purge:
    """Purge the accounts that went with the group, and list what of this run is still there.

    Deleting a group only soft-deletes its accounts, which keep their names for 48 hours (README of the recordings).
    Raises `Undecided` for step 5.2 when an account cannot be purged.
    """
    group = run.names.resource_group
    wait = run.wait("5.2", f"purge of the accounts of {group}", run.spec.waits.clean_up_s)
    purged: list[str] = []
    try:
        for account in retried(wait, run.clock, lambda: _soft_deleted(run)):
            _purge(run, str(account.location), str(account.name))
            purged.append(str(account.name))
        left = tuple(retried(wait, run.clock, lambda: list(_left(run))))
    except Exception as error:
        raise explained("5.2", f"purging the accounts of {group}", error) from error
    if left:
        raise Undecided("5.2", f"clean-up of {group}: found {', '.join(left)}, the lab asks that nothing is left")
    run.journal.write("purged", "resource group", group)
    return Purge(tuple(purged), left)


def _purge(run: Run, location: str, name: str) -> None:
    # The region is the account's own: a purge sent to another one is a 404 that looks like success.
    wait = run.wait("5.2", f"purge of account {name}", run.spec.waits.clean_up_s)
    accounts = run.clients.cognitive.deleted_accounts
    group = run.names.resource_group
    try:
        complete(run, wait, lambda: accounts.begin_purge(location, group, name))
    except Exception as error:
        if not missing(error):
            raise


def _soft_deleted(run: Run) -> list[Any]:
    mark = f"/resourcegroups/{run.names.resource_group}/".lower()
    return [account for account in run.clients.cognitive.deleted_accounts.list() if mark in str(account.id).lower()]


def _left(run: Run) -> Iterable[str]:
    tagged = f"tagName eq '{RUN_TAG}' and tagValue eq '{run.names.suffix}'"
    for group in run.clients.resources.resource_groups.list(filter=tagged):
        yield f"resource group {group.name}"
    for account in _soft_deleted(run):
        yield f"soft-deleted account {account.name}"
