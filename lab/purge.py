"""Step 5.2: purge what a deleted group leaves soft-deleted, and look whether anything of the run is left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lab.arm import complete, found, missing, request
from lab.azure_errors import explained, refusal
from lab.clients import KEY_VAULT_API_VERSION
from lab.errors import Undecided
from lab.listing import everything
from lab.names import RUN_TAG
from lab.run import Run
from lab.waiting import Wait, retried, until

STEP = "5.2"


@dataclass(frozen=True)
class Purge:
    """What became of what the group left soft-deleted.

    `purged` names the accounts that were purged, `left` everything of this run that Azure still lists, and
    `kept_vaults` the key vaults that the caller may not purge: they cost nothing, and go by themselves in a week.
    """

    purged: tuple[str, ...]
    left: tuple[str, ...]
    kept_vaults: tuple[str, ...] = ()


@dataclass(frozen=True)
class DeletedVault:
    """A soft-deleted key vault: its own id, and id, region and tags of the vault that it was."""

    id: str
    vault_id: str
    region: str
    tags: Mapping[str, str]


def purge_deleted(run: Run) -> Purge:
    """Purge the accounts and vaults that went with the group, and list what of this run is still there.

    Deleting a group only soft-deletes them, and they keep their names for 48 hours or longer (README of the
    recordings). Raises `Undecided` for step 5.2 when an account cannot be purged.
    """
    group = run.names.resource_group
    wait = run.wait(STEP, f"purge of what {group} left", run.spec.waits.clean_up_s)
    purged: list[str] = []
    region = run.settings.region.value if run.settings.region else ""
    try:
        for account in _deleted_accounts(run, wait):
            region = str(account.location)
            _purge_account(run, region, str(account.name))
            run.journal.write("purged", "account", str(account.name))
            purged.append(str(account.name))
        kept = [vault for vault in retried(wait, run.clock, lambda: _vaults(run)) if not _purge_vault(run, vault)]
        left = _left_at_last(run, wait)
    except Exception as error:
        raise explained(STEP, f"purging what {group} left; {advice(run, region)}", error) from error
    if not left:
        run.journal.write("purged", "resource group", group)
    return Purge(tuple(purged), left, tuple(kept))


def deleted_vaults(run: Run) -> list[DeletedVault]:
    """The subscription's soft-deleted key vaults; raises azure-core's `HttpResponseError` when Azure refuses."""
    subscription = f"/subscriptions/{run.clients.subscription_id}"
    path = f"{subscription}/providers/Microsoft.KeyVault/deletedVaults?api-version={KEY_VAULT_API_VERSION}"
    return [_deleted_vault(row) for row in everything(run.clients, path)]


def advice(run: Run, region: str) -> str:
    """How a person purges the run's account; where its region is not known, the command that tells it comes first."""
    names = run.names
    purge = f"az cognitiveservices account purge --name {names.account} -g {names.resource_group} -l"
    if region:
        return f"purge it with `{purge} {region}`"
    return f"see its REGION with `az cognitiveservices account list-deleted`, then purge it with `{purge} REGION`"


def _purge_account(run: Run, location: str, name: str) -> None:
    # The region is the account's own: a purge sent to another one is a 404 that looks like success.
    wait = run.wait(STEP, f"purge of account {name}", run.spec.waits.clean_up_s)
    accounts = run.clients.cognitive.deleted_accounts
    group = run.names.resource_group
    try:
        complete(run, wait, lambda: accounts.begin_purge(location, group, name))
    except Undecided:
        # The operation may never say that it came to an end, and the account be gone all the same.
        if name.lower() in [str(account.name).lower() for account in retried(wait, run.clock, lambda: _accounts(run))]:
            raise
    except Exception as error:
        if not missing(error):
            raise


def _deleted_accounts(run: Run, wait: Wait) -> list[Any]:
    """The soft-deleted accounts of the group, the run's own among them: the list may come after the group's delete.

    Raises `Undecided` when the run's own does not show: then it cannot be said whether it is gone.
    """
    # The role was assigned on an account that was there; an earlier try may have purged it.
    was_there = run.journal.says("role assignment", run.names.role_assignment, "making")
    if not was_there or run.journal.says("account", run.names.account, "purged"):
        return retried(wait, run.clock, lambda: _accounts(run))
    listed = replace(wait, what=f"account {run.names.account} in the list of soft-deleted accounts")
    ours = run.names.account.lower()
    return until(
        listed, run.clock, lambda: _accounts(run), lambda seen: any(str(one.name).lower() == ours for one in seen)
    )


def _left_at_last(run: Run, wait: Wait) -> tuple[str, ...]:
    """What Azure still lists when its lists have had time to follow: a look right after a purge proves nothing."""
    try:
        return until(wait, run.clock, lambda: tuple(_left(run)), lambda left: not left)
    except Undecided:
        return retried(wait, run.clock, lambda: tuple(_left(run)))


def _accounts(run: Run) -> list[Any]:
    mark = f"/resourcegroups/{run.names.resource_group}/".lower()
    return [account for account in run.clients.cognitive.deleted_accounts.list() if mark in str(account.id).lower()]


def _vaults(run: Run) -> list[str]:
    """The ids of the soft-deleted vaults that were in the run's group."""
    mark = f"/resourcegroups/{run.names.resource_group}/".lower()
    return [vault.id for vault in deleted_vaults(run) if mark in vault.vault_id.lower()]


def _deleted_vault(row: dict[str, Any]) -> DeletedVault:
    was = row.get("properties") or {}
    return DeletedVault(
        str(row["id"]), str(was.get("vaultId", "")), str(was.get("location", "")), was.get("tags") or {}
    )


def _purge_vault(run: Run, identity: str) -> bool:
    """Purge a vault and wait until it is gone; False when the caller has no right to."""
    wait = run.wait(STEP, f"purge of key vault {identity.rpartition('/')[2]}", run.spec.waits.clean_up_s)
    version = f"api-version={KEY_VAULT_API_VERSION}"
    try:
        retried(wait, run.clock, lambda: request(run, "POST", f"{identity}/purge?{version}"))
    except Exception as error:
        answer = refusal(error)
        if answer is not None and answer.status == 403:
            return False
        if not missing(error):
            raise
    look = f"{identity}?{version}"
    until(wait, run.clock, lambda: found(lambda: request(run, "GET", look)), lambda seen: seen is None)
    return True


def _left(run: Run) -> Iterator[str]:
    tagged = f"tagName eq '{RUN_TAG}' and tagValue eq '{run.names.suffix}'"
    for group in run.clients.resources.resource_groups.list(filter=tagged):
        yield f"resource group {group.name}"
    for account in _accounts(run):
        yield f"soft-deleted account {account.name}"
