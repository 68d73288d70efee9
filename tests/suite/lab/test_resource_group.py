"""Step 1.2: the run's resource group is made once, and waited for until it is in an end state."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from lab.build.resource_group import make_resource_group
from lab.errors import Undecided
from tests.suite.lab.azure_answers import azure_error
from tests.suite.lab.fakes import CALLER, SUFFIX, Scripted, a_run, scripted

GROUP = f"rg-ft-travel-{SUFFIX}"
NOT_THERE = azure_error(404, "ResourceGroupNotFound")


def a_group(state: str) -> Any:
    """A resource group as the management SDK gives it."""
    properties = SimpleNamespace(provisioning_state=state)
    return SimpleNamespace(name=GROUP, location="swedencentral", tags={"lab-run": SUFFIX}, properties=properties)


def state_after(made: Any, *looks: Any) -> tuple[str, Scripted]:
    """The state of the group that a run ends up with, and the looks it took, the one before the PUT included."""
    get = scripted(NOT_THERE, *looks)
    groups = SimpleNamespace(get=get, create_or_update=scripted(made))
    run = a_run({"resources": SimpleNamespace(resource_groups=groups)})
    return make_resource_group(run, CALLER, "swedencentral").provisioning_state, get


@pytest.mark.parametrize("state", ["Succeeded", "Failed"])
def test_a_group_in_an_end_state_is_not_looked_at_again(state: str) -> None:
    found, get = state_after(a_group(state))
    assert found == state
    assert len(get.calls) == 1


def test_a_group_that_is_still_being_made_is_waited_for() -> None:
    found, get = state_after(a_group("Creating"), NOT_THERE, a_group("Creating"), a_group("Succeeded"))
    assert found == "Succeeded"
    assert len(get.calls) == 4


def test_a_group_that_never_comes_to_an_end_state_says_nothing_of_the_lab() -> None:
    with pytest.raises(Undecided, match=f"resource group {GROUP}: still not there after 120 s; last seen: Updating"):
        state_after(a_group("Updating"), a_group("Updating"))


def test_a_group_found_again_is_read_until_the_answer_is_whole() -> None:
    get = scripted(a_group("Succeeded"), SimpleNamespace(name=GROUP, properties=None), a_group("Succeeded"))
    run = a_run({"resources": SimpleNamespace(resource_groups=SimpleNamespace(get=get))})
    assert make_resource_group(run, CALLER, "swedencentral").name == GROUP
    assert len(get.calls) == 3


def test_a_group_that_somebody_deletes_is_told_as_that() -> None:
    with pytest.raises(Undecided, match=f"resource group {GROUP}: found it Deleting"):
        state_after(a_group("Creating"), a_group("Deleting"))
