"""Section 5: nothing is left that could cost money."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lab.clean_up import DeletedGroup
from lab.errors import mismatch
from lab.purge import Purge


@pytest.mark.step("5.1")
def test_resource_group_is_gone(deleted_group: DeletedGroup) -> None:
    assert not deleted_group.exists, mismatch(deleted_group.name, "a group that is still there", "none")


@pytest.mark.step("5.2")
def test_nothing_is_left(purge: Purge, warning: Callable[[str], None]) -> None:
    for vault in purge.kept_vaults:
        warning(f"key vault {vault.rpartition('/')[2]}: found no right to purge it; its name is free again in a week")
    assert not purge.left, mismatch("what is left of the run", ", ".join(purge.left), "nothing")
