"""Groups that this suite made on any machine and nobody deleted: known by their tags, deleted when it is time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Literal

from lab.arm import found, request
from lab.azure_errors import explained, refusal
from lab.clean_up import delete_group
from lab.errors import StepError, Undecided
from lab.names import DELETE_AFTER_TAG, OWNER_TAG, RUN_TAG, SUITE, SUITE_TAG, Names
from lab.purge import DeletedVault, deleted_vaults, purge_deleted
from lab.run import Run
from lab.sign_in_words import no_token, not_read

Keep = Literal["", "not ours", "no time", "not yet", "locked"]
LOCKS_API_VERSION = "2016-09-01"


@dataclass(frozen=True)
class Leftover:
    """A resource group, or what of it is soft-deleted, with this suite's tags; `keep` says why it may not go.

    "not ours": its name is not the one that its tags give. "no time": its tag for that holds none.
    """

    resource_group: str
    suffix: str
    region: str
    owner: str
    delete_after: datetime | None
    keep: Keep


@dataclass(frozen=True)
class Left:
    """What is left in the subscription; `sees_vaults` is false where the caller may not list soft-deleted vaults."""

    there: tuple[Leftover, ...]
    sees_vaults: bool


@dataclass(frozen=True)
class Swept:
    """What became of a leftover; `problem` is empty when it is gone.

    `kept_vaults` are the soft-deleted key vaults of it that the caller may not purge, as in `lab.purge.Purge`.
    """

    leftover: Leftover
    problem: str
    kept_vaults: tuple[str, ...] = ()


def leftovers(run: Run, now: datetime) -> Left:
    """Everything in the subscription that has this suite's tags; others' groups are not even looked at."""
    locked = frozenset(_locked_groups(run))
    tagged = f"tagName eq '{SUITE_TAG}' and tagValue eq '{SUITE}'"
    groups = run.clients.resources.resource_groups.list(filter=tagged)
    there = {
        str(one.name).lower(): _leftover(str(one.name), str(one.location), one.tags or {}, locked, now)
        for one in groups
    }
    accounts = run.clients.cognitive.deleted_accounts.list()
    vaults = _vaults(run)
    # The group comes first: of what is soft-deleted, its tags may be those of an earlier try.
    for identity, region, labels in (
        *((str(one.id), str(one.location), one.tags or {}) for one in accounts),
        *((one.vault_id, one.region, one.tags) for one in vaults or ()),
    ):
        name = _group_of(identity)
        if labels.get(SUITE_TAG) == SUITE and name and name.lower() not in there:
            there[name.lower()] = _leftover(name, region, labels, frozenset(), now)
    return Left(tuple(one for one in there.values() if one is not None), vaults is not None)


def not_seen(run: Run, error: Exception) -> StepError:
    """Why it is not known what is left: the sign-in's own words where that is what does not come about."""
    from azure.core.exceptions import ClientAuthenticationError

    if run.settings.sign_in_problem:
        return Undecided("1.1", run.settings.sign_in_problem)
    words = not_read(run.settings.subscription_id, error)
    if words is None and isinstance(error, ClientAuthenticationError):
        words = no_token(error)
    return Undecided("1.1", words) if words else explained("5.2", "looking for what earlier runs left", error)


def _vaults(run: Run) -> list[DeletedVault] | None:
    """The soft-deleted key vaults, or None when the caller has no right to list them."""
    try:
        return deleted_vaults(run)
    except Exception as error:
        answer = refusal(error)
        if answer is not None and answer.status == 403:
            return None
        raise


def _leftover(
    name: str, region: str, labels: Mapping[str, str], locked: frozenset[str], now: datetime
) -> Leftover | None:
    if labels.get(SUITE_TAG) != SUITE:
        return None
    suffix = labels.get(RUN_TAG, "")
    until = _moment(labels.get(DELETE_AFTER_TAG, ""))
    return Leftover(
        name, suffix, region, labels.get(OWNER_TAG, ""), until, _objection(name, suffix, until, locked, now)
    )


def _objection(name: str, suffix: str, until: datetime | None, locked: frozenset[str], now: datetime) -> Keep:
    if Names(suffix).resource_group.lower() != name.lower():
        return "not ours"
    if until is None:
        return "no time"
    if until > now:
        return "not yet"
    return "locked" if name.lower() in locked else ""


def sweep(run_for: Run, leftover: Leftover) -> Swept:
    """Delete one leftover group and purge its accounts and vaults; `run_for` carries the leftover's names."""
    if leftover.keep:
        return Swept(leftover, leftover.keep)
    try:
        delete_group(run_for)
        purge = purge_deleted(run_for)
    except StepError as error:
        return Swept(leftover, error.reason)
    return Swept(leftover, f"still there: {', '.join(purge.left)}" if purge.left else "", purge.kept_vaults)


def _locked_groups(run: Run) -> Iterator[str]:
    path = f"/subscriptions/{run.clients.subscription_id}/providers/Microsoft.Authorization/locks"
    listed = found(lambda: request(run, "GET", f"{path}?api-version={LOCKS_API_VERSION}")) or {}
    for lock in listed.get("value", []):
        name = _group_of(str(lock.get("id", "")))
        if name:
            yield name.lower()


def _group_of(identity: str) -> str:
    """The resource group in an id, whatever the case of its segments."""
    parts = identity.split("/")
    lower = [part.lower() for part in parts]
    at = lower.index("resourcegroups") + 1 if "resourcegroups" in lower else len(parts)
    return parts[at] if at < len(parts) else ""


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
