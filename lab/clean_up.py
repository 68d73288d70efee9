"""Step 5.1: delete the resource group, and see that Azure no longer knows it."""

from __future__ import annotations

from dataclasses import dataclass

from lab.arm import complete
from lab.azure_errors import explained, refusal
from lab.errors import Undecided
from lab.run import Run
from lab.waiting import Wait, retried, until


@dataclass(frozen=True)
class DeletedGroup:
    """What became of the run's resource group: `exists` is what Azure says after the delete."""

    name: str
    exists: bool


@dataclass(frozen=True)
class CleanUp:
    """The clean-up as the verdict reports it."""

    deleted: bool
    purged: bool
    left: tuple[str, ...]


def delete_group(run: Run) -> DeletedGroup:
    """Delete the run's resource group, and look whether Azure still knows it.

    Raises `Undecided` when the delete does not come to an end.
    """
    name = run.names.resource_group
    wait = run.wait("5.1", f"deletion of resource group {name}", run.spec.waits.clean_up_s)
    run.journal.write("deleting", "resource group", name)
    try:
        _delete(run, name)
        exists = _outlives_its_delete(run, wait, name)
    except Exception as error:
        raise explained("5.1", f"deleting resource group {name}; delete it with {command(name)}", error) from error
    if not exists:
        run.journal.write("deleted", "resource group", name)
    return DeletedGroup(name, exists)


def _outlives_its_delete(run: Run, wait: Wait, name: str) -> bool:
    groups = run.clients.resources.resource_groups
    try:
        return until(wait, run.clock, lambda: groups.check_existence(name), lambda there: not there)
    except Undecided:
        return retried(wait, run.clock, lambda: groups.check_existence(name))


def _delete(run: Run, name: str) -> None:
    groups = run.clients.resources.resource_groups
    wait = run.wait("5.1", f"deletion of resource group {name}", run.spec.waits.clean_up_s)
    try:
        complete(run, wait, lambda: groups.begin_delete(name))
    except Undecided:
        # The operation may never say that it came to an end, and the group be gone all the same.
        if retried(wait, run.clock, lambda: groups.check_existence(name)):
            raise
    except Exception as error:
        # Somebody's earlier call, perhaps our own whose answer was lost, is as good: it is waited for all the same.
        answer = refusal(error)
        if answer is None or (answer.status != 404 and answer.code != "ResourceGroupBeingDeleted"):
            raise


def command(resource_group: str) -> str:
    """The command by which a person deletes a resource group."""
    return f"`az group delete --name {resource_group}`"
