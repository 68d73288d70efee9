"""Steps 5.1 and 5.2: the group is deleted, its accounts are purged, and what is left is named."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lab.clean_up import DeletedGroup, Purge, command, delete_group, purge_accounts
from lab.errors import Undecided
from lab.journal import read_journal
from lab.run import Run
from tests.suite.lab.azure_answers import azure_error
from tests.suite.lab.fakes import SUBSCRIPTION, SUFFIX, NotedClock, Poller, a_run, scripted

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


def test_a_group_that_stays_beyond_the_deadline_is_undecided() -> None:
    with pytest.raises(Undecided, match=f"deletion of resource group {GROUP}: still not there after 3600 s"):
        delete_group(with_groups(scripted(Poller()), scripted(True)))


def an_account(name: str, group: str = GROUP, location: str = "swedencentral") -> Any:
    """A soft-deleted account as Azure lists it, with the group's name in any case."""
    region = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.CognitiveServices/locations/{location}"
    return SimpleNamespace(id=f"{region}/resourceGroups/{group}/deletedAccounts/{name}", name=name, location=location)


def with_accounts(
    *listed: Any, purge: Any = None, groups: Any = None, journal: Path | None = None
) -> tuple[Run, Any, Any]:
    """A run that sees these lists of soft-deleted accounts one after the other, its purge and its list of groups."""
    purge = purge or scripted(Poller())
    groups = groups or scripted([])
    deleted = SimpleNamespace(list=scripted(*listed), begin_purge=purge)
    clients = {
        "cognitive": SimpleNamespace(deleted_accounts=deleted),
        "resources": SimpleNamespace(resource_groups=SimpleNamespace(list=groups)),
    }
    return a_run(clients, journal=journal), purge, groups


def test_the_groups_accounts_are_purged_each_in_its_own_region(tmp_path: Path) -> None:
    path = tmp_path / "live-1.jsonl"
    other = an_account("somebody-elses", group="rg-other")
    ours = [an_account("aoai-1", GROUP.upper()), an_account("aoai-2", location="eastus2")]
    run, purge, groups = with_accounts([*ours, other], [other], journal=path)
    assert purge_accounts(run) == Purge(("aoai-1", "aoai-2"), ())
    assert purge.calls == [
        (("swedencentral", GROUP, "aoai-1"), {}),
        (("eastus2", GROUP, "aoai-2"), {}),
    ]
    assert groups.calls == [((), {"filter": f"tagName eq 'lab-run' and tagValue eq '{SUFFIX}'"})]
    assert [(entry.event, entry.name) for entry in read_journal(path)] == [("purged", GROUP)]


def test_a_group_whose_name_begins_like_ours_is_left_alone() -> None:
    run, purge, _ = with_accounts([an_account("aoai-1", group=f"{GROUP}-of-somebody-else")])
    assert purge_accounts(run) == Purge((), ())
    assert purge.calls == []


def test_an_account_that_is_gone_already_is_as_good_as_purged() -> None:
    purge = scripted(azure_error(404, "ResourceNotFound"))
    run, _, _ = with_accounts([an_account("aoai-1")], [], purge=purge)
    assert purge_accounts(run).left == ()


def test_an_account_that_is_busy_is_purged_a_little_later() -> None:
    purge = scripted(azure_error(409, "RequestConflict"), Poller())
    run, _, _ = with_accounts([an_account("aoai-1")], [], purge=purge)
    assert purge_accounts(run).purged == ("aoai-1",)
    assert isinstance(run.clock, NotedClock)
    assert run.clock.sleeps == [run.spec.waits.clean_up_s]


def test_an_account_that_may_not_be_purged_is_undecided() -> None:
    run, _, _ = with_accounts([an_account("aoai-1")], purge=scripted(azure_error(403, "AuthorizationFailed")))
    with pytest.raises(Undecided, match=f"purging the accounts of {GROUP}: Azure answered 403 AuthorizationFailed"):
        purge_accounts(run)


def test_all_that_is_left_is_named(tmp_path: Path) -> None:
    path = tmp_path / "live-1.jsonl"
    groups = scripted([SimpleNamespace(name=GROUP), SimpleNamespace(name="rg-managed")])
    run, _, _ = with_accounts([an_account("aoai-1")], groups=groups, journal=path)
    with pytest.raises(Undecided) as raised:
        purge_accounts(run)
    assert raised.value.step == "5.2"
    for left in (f"resource group {GROUP}", "resource group rg-managed", "soft-deleted account aoai-1"):
        assert left in raised.value.reason
    assert read_journal(path) == ()
