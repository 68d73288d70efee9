"""Whether the caller may create what the lab needs, and assign roles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from lab.azure_errors import explained
from lab.listing import everything
from lab.preflight.findings import Finding, ok, problem, warning
from lab.run import Run
from lab.waiting import retried

PERMISSIONS_API_VERSION = "2022-04-01"
STEP = "1.2"


@dataclass(frozen=True)
class Permission:
    """One entry of what a caller may do: what its roles allow, less what the same entry takes away."""

    actions: tuple[str, ...]
    not_actions: tuple[str, ...]

    def allows(self, action: str) -> bool:
        return _any_fits(self.actions, action) and not _any_fits(self.not_actions, action)


@dataclass(frozen=True)
class Right:
    """An action that the lab needs at a step; `without` says what happens when it is missing but not fatal."""

    action: str
    step: str
    without: str = ""


RIGHTS = (
    Right("Microsoft.Resources/subscriptions/resourceGroups/write", "1.2"),
    Right("Microsoft.Storage/storageAccounts/write", "1.3"),
    Right("Microsoft.KeyVault/vaults/write", "1.3"),
    Right("Microsoft.MachineLearningServices/workspaces/write", "1.3"),
    Right("Microsoft.CognitiveServices/accounts/write", "1.4"),
    Right(
        "Microsoft.Authorization/roleAssignments/write",
        "1.4",
        "the account's key is used instead of this account's own sign-in",
    ),
    Right("Microsoft.CognitiveServices/accounts/deployments/write", "3.2"),
    Right("Microsoft.Resources/subscriptions/resourceGroups/delete", "5.1"),
    Right(
        "Microsoft.CognitiveServices/locations/resourceGroups/deletedAccounts/delete",
        "5.2",
        "the deleted account cannot be purged and keeps its name and its place for 48 hours",
    ),
)


def check_rights(run: Run) -> list[Finding]:
    """Compare what the caller may do in the whole subscription with what the lab does."""
    path = f"/subscriptions/{run.clients.subscription_id}/providers/Microsoft.Authorization/permissions"
    wait = run.wait(STEP, "permissions of this account", run.spec.waits.access_s)
    try:
        rows = retried(
            wait, run.clock, lambda: everything(run.clients, f"{path}?api-version={PERMISSIONS_API_VERSION}")
        )
    except Exception as error:
        # Whether they suffice then shows when something is created.
        return [warning(STEP, explained(STEP, "reading what this account may do", error).reason)]
    return judge_rights([_permission(row) for row in rows])


def judge_rights(permissions: Sequence[Permission]) -> list[Finding]:
    """What these permissions are enough for, a finding for each step that lacks one."""
    missing = [right for right in RIGHTS if not allowed(permissions, right.action)]
    findings = [
        warning(right.step, f"this account lacks {right.action}: {right.without}") for right in missing if right.without
    ]
    for step in dict.fromkeys(right.step for right in missing if not right.without):
        lacks = ", ".join(right.action for right in missing if right.step == step and not right.without)
        findings.append(
            problem(
                step,
                f"rights of this account on the subscription: found no {lacks}, the lab needs it; ask the "
                "subscription's owner for the role Contributor, or use another with `--subscription ID`",
            )
        )
    if not missing:
        findings.append(ok(STEP, "this account may create and delete resource groups, and assign roles"))
    return findings


def allowed(permissions: Iterable[Permission], action: str) -> bool:
    """Whether any entry allows an action: `notActions` take away from their own entry only."""
    return any(permission.allows(action) for permission in permissions)


def _any_fits(patterns: Iterable[str], action: str) -> bool:
    return any(_fits(pattern, action) for pattern in patterns)


def _fits(pattern: str, action: str) -> bool:
    """In a role a `*` stands for any characters, slashes too, and case does not count."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), action, re.IGNORECASE) is not None


def _permission(row: dict[str, Any]) -> Permission:
    return Permission(tuple(row.get("actions") or ()), tuple(row.get("notActions") or ()))
