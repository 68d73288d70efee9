"""Which subscription to use when none was named: the only enabled one that the caller sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lab.azure_errors import explained
from lab.clients import SUBSCRIPTION_API_VERSION, Clients
from lab.errors import StepError, Undecided, shown
from lab.listing import everything
from lab.settings import Setting
from lab.sign_in_words import LIST, cut_ids, no_token, not_read
from lab.waiting import Wait, retried

STEP = "1.1"
SOURCE = "the only enabled one that this account sees"
# Names of more candidates than this nobody reads.
MOST_LISTED = 10
DEADLINE_S = 60.0


@dataclass(frozen=True)
class Candidate:
    """A subscription that the caller sees, in Azure's words for its state."""

    id: str
    name: str
    state: str

    def __str__(self) -> str:
        state = "" if self.state == "Enabled" else f", {self.state}"
        return f"{shown(self.name)} ({cut_ids(self.id)}{state})"


def the_only_subscription(clients: Clients) -> Setting[str]:
    """The one subscription that is enabled among all that the caller sees; raises `Undecided` for step 1.1."""
    return choose(candidates(clients))


def candidates(clients: Clients) -> tuple[Candidate, ...]:
    """Every subscription that the caller sees, of whatever state."""
    path = f"/subscriptions?api-version={SUBSCRIPTION_API_VERSION}"
    wait = Wait(STEP, "list of subscriptions", 5.0, DEADLINE_S)
    try:
        rows = retried(wait, clients.clock, lambda: everything(clients, path))
    except Exception as error:
        raise not_listed(error) from error
    return tuple(_candidate(row) for row in rows)


def not_listed(error: Exception) -> StepError:
    """Why the subscriptions could not be listed, as the outcome of step 1.1."""
    from azure.core.exceptions import ClientAuthenticationError

    # What was survived until the deadline is told as what was not.
    words = not_read(Setting("", "any that this account sees"), error.__cause__ or error)
    if words is None and isinstance(error, ClientAuthenticationError):
        words = no_token(error)
    return Undecided(STEP, words) if words else explained(STEP, "listing the subscriptions", error)


def _candidate(row: dict[str, Any]) -> Candidate:
    return Candidate(str(row.get("subscriptionId", "")), str(row.get("displayName", "")), str(row.get("state", "")))


def choose(seen: Sequence[Candidate]) -> Setting[str]:
    """The only enabled one of these; raises `Undecided` with all of them when there is none or more than one."""
    enabled = [candidate for candidate in seen if candidate.state == "Enabled"]
    if len(enabled) == 1:
        return Setting(enabled[0].id, SOURCE)
    if enabled:
        found = f"found {len(enabled)} that are enabled: {_listed(enabled)}; expected one to be named"
        raise Undecided(STEP, f"subscription: {found}; run again with `--subscription ID` (ids: {LIST})")
    if seen:
        found = f"found none that is enabled: {_listed(seen)}; expected one"
        raise Undecided(STEP, f"subscription: {found}; reactivate it in the portal under Subscriptions, or use another")
    raise Undecided(
        STEP,
        "subscription: signed in, but found none that this account sees, expected one; sign in to its tenant with "
        "`az login --tenant TENANT` and run again",
    )


def _listed(seen: Sequence[Candidate]) -> str:
    shown_ones = ", ".join(map(str, seen[:MOST_LISTED]))
    return shown_ones if len(seen) <= MOST_LISTED else f"{shown_ones} and {len(seen) - MOST_LISTED} more"
