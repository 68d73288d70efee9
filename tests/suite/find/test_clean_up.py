"""Section 5 of a student: the group is gone, and so is its account; what cannot be seen is not taken for gone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from azure.mgmt.resource.resources.models import ResourceGroup

from lab.clean_up import DeletedGroup
from lab.errors import Blocked, Undecided
from lab.find.environment import CLEANED, find_all
from lab.find.look import Seen
from lab.purge import Purge
from tests.suite.find.environments import DROPPED, GROUP, NO_RIGHT, Environment, look_at
from tests.suite.lab.azure_answers import azure_error
from tests.suite.lab.fakes import SUBSCRIPTION

GONE = azure_error(404, "ResourceGroupNotFound")


def cleaned(**there: Any) -> dict[str, Any]:
    return dict(find_all(look_at(Environment(**there)), CLEANED))


def deleted(group: str, name: str = "aoai-1") -> Any:
    """A soft-deleted account as the management SDK gives it."""
    plane = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.CognitiveServices/locations/swedencentral"
    return SimpleNamespace(id=f"{plane}/resourceGroups/{group}/deletedAccounts/{name}", name=name)


def test_a_group_that_is_gone_with_all_that_was_in_it() -> None:
    found = cleaned(group=GONE, deleted=[deleted("rg-s0012"), deleted("rg-s00")])
    assert found["deleted_group"] == Seen(DeletedGroup(GROUP, exists=False))
    assert found["purge"] == Seen(Purge((), ()))


def test_an_account_that_waits_to_be_purged_is_left() -> None:
    found = cleaned(group=GONE, deleted=[deleted("other", "theirs"), deleted("RG-S001")])
    assert found["purge"] == Seen(Purge((), ("soft-deleted account aoai-1",)))


def test_a_group_that_is_there_blocks_what_comes_after() -> None:
    found = cleaned()
    assert found["deleted_group"] == Seen(DeletedGroup(GROUP, exists=True))
    assert isinstance(found["purge"], Blocked)
    assert "resource group rg-s001 is still there, the lab asks to delete it" in found["purge"].reason


def test_a_group_that_is_being_deleted_is_neither_there_nor_gone() -> None:
    group = ResourceGroup({"id": "x", "name": GROUP, "location": "x", "properties": {"provisioningState": "Deleting"}})
    found = cleaned(group=group)
    assert isinstance(found["deleted_group"], Undecided)
    assert "found it being deleted" in found["deleted_group"].reason
    assert isinstance(found["purge"], Blocked)


@pytest.mark.parametrize(
    "refused", [NO_RIGHT, DROPPED, azure_error(404, "SubscriptionNotFound"), azure_error(404), azure_error(429)]
)
def test_what_cannot_be_read_is_not_gone(refused: Exception) -> None:
    outcome = cleaned(group=refused)["deleted_group"]
    assert isinstance(outcome, Undecided)
    assert outcome.step == "5.1"
    outcome = cleaned(group=GONE, deleted=refused)["purge"]
    assert isinstance(outcome, Undecided)
    assert outcome.step == "5.2"


def test_who_looks_is_known_so_that_it_can_be_left_out() -> None:
    assert cleaned()["signed_in"].value.subscription_id == SUBSCRIPTION
