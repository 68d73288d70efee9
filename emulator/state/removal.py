"""Taking things away: what is deleted softly, what is gone, and what goes with it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from emulator.state.resources import Resource
from emulator.state.soft_deleted import RecycleBin, SoftDeleted

if TYPE_CHECKING:
    from emulator.state.data_plane import DataPlane
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
    data_plane = world.data_planes.pop(account.id.lower(), None)
    _soft_delete(world, world.deleted_accounts, account, world.durations.account_retention, data_plane)


def soft_delete_vault(world: World, vault: Resource) -> None:
    """Delete a vault: it holds its name for its days of retention, or until it is purged."""
    _soft_delete(world, world.deleted_vaults, vault, int(vault.properties["softDeleteRetentionInDays"]) * DAY_S)


def _soft_delete(
    world: World, recycle_bin: RecycleBin, resource: Resource, kept_s: float, data_plane: DataPlane | None = None
) -> None:
    kept = SoftDeleted(resource, world.now, world.now + timedelta(seconds=kept_s), data_plane)
    _take_away(world, resource)
    recycle_bin.put(kept)
    world.after(kept_s, partial(recycle_bin.remove, kept))


def _take_away(world: World, resource: Resource) -> None:
    world.resources.remove(resource)
    world.roles.remove_below(resource.id)
