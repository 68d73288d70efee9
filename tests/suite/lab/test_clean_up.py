"""Step 5.1: the group is deleted, and one that stays is told."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lab.clean_up import DeletedGroup, command, delete_group
from lab.errors import Undecided
from lab.journal import read_journal
from lab.run import Run
from tests.suite.lab.azure_answers import azure_error
from tests.suite.lab.fakes import SUFFIX, Poller, a_run, scripted

GROUP = f"rg-ft-travel-{SUFFIX}"


def with_groups(begin_delete: Any, check_existence: Any, journal: Path | None = None) -> Run:
    groups = SimpleNamespace(begin_delete=begin_delete, check_existence=check_existence)
    return a_run({"resources": SimpleNamespace(resource_groups=groups)}, journal=journal)


def test_the_group_is_deleted_and_waited_for_until_it_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "live-1.jsonl"
    begin, check = scripted(Poller()), scripted(True, False)
    run = with_groups(begin, check, path)
    assert delete_group(run) == DeletedGroup(GROUP, exists=False)
    assert begin.calls == [((GROUP,), {})]
    assert len(check.calls) == 2
    assert [(entry.event, entry.kind, entry.name) for entry in read_journal(path)] == [
        ("deleting", "resource group", GROUP),
        ("deleted", "resource group", GROUP),
    ]


@pytest.mark.parametrize(
    "begin",
    [
        pytest.param(scripted(azure_error(404, "ResourceGroupNotFound")), id="before"),
        pytest.param(scripted(Poller(azure_error(404, "ResourceGroupNotFound"))), id="meanwhile"),
    ],
)
def test_a_group_that_is_gone_already_is_as_good_as_deleted(begin: Any) -> None:
    assert not delete_group(with_groups(begin, scripted(False))).exists


def test_a_locked_group_stays_and_the_command_to_delete_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / "live-1.jsonl"
    run = with_groups(scripted(azure_error(409, "ScopeLocked")), scripted(True), path)
    with pytest.raises(Undecided) as raised:
        delete_group(run)
    assert raised.value.step == "5.1"
    assert "Azure answered 409 ScopeLocked" in raised.value.reason
    assert f"`az group delete --name {GROUP}`" in raised.value.reason
    assert command(GROUP) in raised.value.reason
    assert [entry.event for entry in read_journal(path)] == ["deleting"], "what stayed is still to be deleted"


def endless() -> Undecided:
    return Undecided("5.1", f"deletion of resource group {GROUP}: still InProgress after 3600 s, its deadline")


def test_a_group_that_is_gone_is_deleted_even_if_the_operation_never_says_so() -> None:
    assert delete_group(with_groups(scripted(endless()), scripted(False))) == DeletedGroup(GROUP, exists=False)


def test_a_delete_that_has_not_ended_at_its_deadline_is_undecided_while_the_group_is_there() -> None:
    with pytest.raises(Undecided, match="still InProgress after 3600 s"):
        delete_group(with_groups(scripted(endless()), scripted(True)))


def test_a_group_that_outlives_its_delete_is_told_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "live-1.jsonl"
    assert delete_group(with_groups(scripted(Poller()), scripted(True), path)) == DeletedGroup(GROUP, exists=True)
    assert [entry.event for entry in read_journal(path)] == ["deleting"], "what stayed is still to be deleted"
