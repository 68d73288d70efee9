"""Step 1.4 of a student: the account that the hub is connected to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from lab.arm import found
from lab.build.account import Account, account_from
from lab.build.connection import Connection
from lab.errors import Broken, Undecided
from lab.find.look import Look, Seen
from lab.find.workspaces import LEADS_TO_A_MODEL
from lab.listing import rows_of
from lab.moments import moment

OPENAI_KINDS = ("openai", "aiservices")
ACCOUNT_ID = re.compile(
    r"/subscriptions/(?P<subscription>[^/]+)/resourceGroups/(?P<group>[^/]+)"
    r"/providers/Microsoft\.CognitiveServices/accounts/(?P<name>[^/]+)",
    re.IGNORECASE,
)


def group_of(account: Account, otherwise: str) -> str:
    """The resource group that an account is in: a hub may be connected to one in another group."""
    where = ACCOUNT_ID.fullmatch(account.id)
    return where["group"] if where else otherwise


def account(look: Look, listed: Sequence[Connection] | None) -> Seen:
    """The account that the hub is connected to, else the one in the group with most in it.

    Raises `Broken` for step 1.4 when there is none.
    """
    group = look.resource_group
    accounts = look.clients.cognitive.accounts
    there = look.read(
        "1.4", f"listing the accounts of {group}", lambda: rows_of(accounts.list_by_resource_group(group))
    )
    connected = [one.account_id for one in listed or () if one.category.lower() in LEADS_TO_A_MODEL]
    able = _able(there) or _able(_elsewhere(look, connected))
    if not able:
        asked = "the lab asks for an Azure OpenAI or AI services account"
        raise Broken("1.4", f"resource group {group}: found no account, {asked}")
    leads_to = [identity.lower() for identity in connected]
    able = [one for one in able if str(one.id).lower() in leads_to] or able
    able = [one for one in able if account_from(one).provisioning_state.lower() == "succeeded"] or able
    best = max(able, key=lambda one: _tuned(look, one, able))
    value = account_from(best)
    if look.allow_keys:
        _use_key(look, value)
    return Seen(value, value.id, moment(getattr(best.system_data, "created_at", None)))


def _able(accounts: Sequence[Any]) -> list[Any]:
    return [one for one in accounts if str(one.kind or "").lower() in OPENAI_KINDS and one.properties]


def _elsewhere(look: Look, connected: Sequence[str]) -> list[Any]:
    """The accounts of other groups of the subscription that the hub is connected to, such as one for a whole class."""
    return [there for identity in dict.fromkeys(connected) for there in _read(look, identity)]


def _read(look: Look, identity: str) -> Iterator[Any]:
    where = ACCOUNT_ID.fullmatch(identity)
    if where is None or where["subscription"].lower() != look.clients.subscription_id.lower():
        return
    if where["group"].lower() == look.resource_group.lower():
        return
    accounts = look.clients.cognitive.accounts
    what = f"reading account {where['name']} of resource group {where['group']}"
    there = look.read("1.4", what, lambda: found(lambda: accounts.get(where["group"], where["name"])))
    if there is not None:
        yield there


def _tuned(look: Look, one: Any, among: Sequence[Any]) -> int:
    """How many deployments of tuned models an account has; not asked where there is nothing to choose."""
    if len(among) < 2:
        return 0
    name, deployments = str(one.name), look.clients.cognitive.deployments
    group = group_of(account_from(one), look.resource_group)
    listed = look.read("1.4", f"listing the deployments of {name}", lambda: rows_of(deployments.list(group, name)))
    return sum(".ft-" in str(getattr(each.properties.model, "name", "")) for each in listed if each.properties)


def _use_key(look: Look, account: Account) -> None:
    """Have the account called with its key, which stays in this process's memory.

    Where the key cannot be had a role may do, so that the caller's token is used as without `allow_keys`.
    """
    accounts = look.clients.cognitive.accounts
    what, group = f"reading the key of {account.name}", group_of(account, look.resource_group)
    with suppress(Undecided):
        keys = look.read("1.4", what, lambda: accounts.list_keys(group, account.name))
        if keys.key1:
            look.clients.use_key(account.endpoint, keys.key1)
