"""Whether accounts that were deleted and not purged still hold names."""

from __future__ import annotations

from typing import Any

from lab.azure_errors import explained
from lab.names import Names
from lab.preflight.findings import Finding, ok, problem, warning
from lab.run import Run
from lab.waiting import retried

STEP = "5.2"
# What every account of this suite is called, whatever its suffix.
OURS = Names("").account
MOST_LISTED = 5


def check_soft_deleted(run: Run) -> list[Finding]:
    """A problem for the name that this run would use, a warning for what earlier runs of this suite left."""
    wait = run.wait(STEP, "list of soft-deleted accounts", run.spec.waits.resource_s)
    try:
        found = retried(wait, run.clock, lambda: list(run.clients.cognitive.deleted_accounts.list()))
    except Exception as error:
        # A name that is held then shows when the account is created.
        return [warning(STEP, explained(STEP, "listing soft-deleted accounts", error).reason)]
    names = [str(account.name) for account in found]
    if run.names.account in names:
        held = f"account {run.names.account}: found the name held by a soft-deleted account, expected it free"
        return [problem("1.4", f"{held}; purge it with {_purge(found, run.names.account)}")]
    left = [account for account in found if str(account.name).startswith(OURS)]
    if left:
        return [warning(STEP, _left(left))]
    others = f" ({len(found)} of others do)" if found else ""
    return [ok(STEP, f"no soft-deleted account of this suite holds a name{others}")]


def _left(accounts: list[Any]) -> str:
    names = ", ".join(f"{account.name} ({account.location})" for account in accounts[:MOST_LISTED])
    more = f" and {len(accounts) - MOST_LISTED} more" if len(accounts) > MOST_LISTED else ""
    return (
        f"soft-deleted accounts of earlier runs hold their names for 48 hours: {names}{more}; "
        "`--sweep --yes` purges them"
    )


def _purge(accounts: list[Any], name: str) -> str:
    account = next(one for one in accounts if one.name == name)
    group = str(account.id).split("/resourceGroups/")[-1].split("/")[0]
    return f"`az cognitiveservices account purge --name {name} --resource-group {group} --location {account.location}`"
