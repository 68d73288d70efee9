"""Taking things away: what is deleted softly, what is gone, and what goes with it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from emulator.state.resources import Resource
from emulator.state.soft_deleted import SoftDeleted

if TYPE_CHECKING:
    from emulator.world import World

ACCOUNT = "Microsoft.CognitiveServices/accounts"
VAULT = "Microsoft.KeyVault/vaults"
DAY_S = 86_400


def remove(world: World, resource: Resource) -> None:
    """Delete a resource and what is under it, softly where Azure does so."""
    kind = resource.type.lower()
    if kind == ACCOUNT.lower():
        soft_delete_account(world, resource)
    elif kind == VAULT.lower():
        soft_delete_vault(world, resource)
    else:
        _take_away(world, resource)


def remove_group(world: World, group: Resource) -> None:
    """Delete a group and all in it; accounts and vaults end up soft-deleted."""
    for resource in world.resources.below(group.id):
        if world.resources.holds(resource):
            remove(world, resource)
    _take_away(world, group)


def soft_delete_account(world: World, account: Resource) -> None:
    """Delete an account: it holds its name and sub-domain for 48 hours or until it is purged.

    Its deployments are gone.
    """
    kept = SoftDeleted(
        resource=account,
        children=(),
        deleted=world.now,
        purge_due=world.now + timedelta(seconds=world.durations.account_retention),
        data_plane=world.data_planes.pop(account.id.lower(), None),
    )
    _take_away(world, account)
    world.deleted_accounts.put(kept)
    world.after(world.durations.account_retention, lambda: _expire_account(world, kept))


def soft_delete_vault(world: World, vault: Resource) -> None:
    """Delete a vault: it holds its name for its days of retention, or until it is purged."""
    days = int(vault.properties["softDeleteRetentionInDays"])
    kept = SoftDeleted(vault, (), world.now, world.now + timedelta(days=days))
    _take_away(world, vault)
    world.deleted_vaults.put(kept)
    world.after(days * DAY_S, lambda: _expire_vault(world, kept))


def _take_away(world: World, resource: Resource) -> None:
    world.resources.remove(resource)
    world.roles.remove_below(resource.id)


def _expire_account(world: World, kept: SoftDeleted) -> None:
    if world.deleted_accounts.holds(kept):
        world.deleted_accounts.remove(kept)


def _expire_vault(world: World, kept: SoftDeleted) -> None:
    if world.deleted_vaults.holds(kept):
        world.deleted_vaults.remove(kept)
