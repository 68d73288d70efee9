"""Step 5.2: what the deleted group leaves soft-deleted is purged, and what is left is named."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lab.errors import Undecided
from lab.journal import Journal, read_journal
from lab.names import Names
from lab.purge import Purge, purge_deleted
from lab.run import Run
from tests.suite.lab.azure_answers import Answer, azure_error, error_body
from tests.suite.lab.fakes import SUBSCRIPTION, SUFFIX, NotedClock, Poller, Scripted, a_run, scripted

GROUP = f"rg-ft-travel-{SUFFIX}"
VAULTS = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.KeyVault"
NO_VAULTS = Answer(200, {"value": []})
GONE = Answer(404, error_body("ResourceNotFound", "no such vault"))


def a_vault(name: str = "kv-1", group: str = GROUP) -> dict[str, Any]:
    """A soft-deleted vault as Azure lists it."""
    vault = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/{name}"
    return {"id": f"{VAULTS}/locations/eastus2/deletedVaults/{name}", "properties": {"vaultId": vault}}


def an_account(name: str, group: str = GROUP, location: str = "swedencentral") -> Any:
    """A soft-deleted account as Azure lists it, with the group's name in any case."""
    region = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.CognitiveServices/locations/{location}"
    return SimpleNamespace(id=f"{region}/resourceGroups/{group}/deletedAccounts/{name}", name=name, location=location)


def with_accounts(
    *listed: Any, purge: Any = None, groups: Any = None, journal: Path | None = None, sent: Scripted | None = None
) -> tuple[Run, Any, Any]:
    """A run that sees these lists of soft-deleted accounts one after the other, its purge and its list of groups.

    `sent` answers the calls about vaults.
    """
    purge = purge or scripted(Poller())
    groups = groups or scripted([])
    deleted = SimpleNamespace(list=scripted(*listed), begin_purge=purge)
    clients = {
        "cognitive": SimpleNamespace(deleted_accounts=deleted),
        "resources": SimpleNamespace(
            resource_groups=SimpleNamespace(list=groups), send_request=sent or scripted(NO_VAULTS)
        ),
    }
    return a_run(clients, journal=journal), purge, groups


def test_the_groups_accounts_are_purged_each_in_its_own_region(tmp_path: Path) -> None:
    path = tmp_path / "live-1.jsonl"
    other = an_account("somebody-elses", group="rg-other")
    ours = [an_account("aoai-1", GROUP.upper()), an_account("aoai-2", location="eastus2")]
    run, purge, groups = with_accounts([*ours, other], [other], journal=path)
    assert purge_deleted(run) == Purge(("aoai-1", "aoai-2"), ())
    assert purge.calls == [
        (("swedencentral", GROUP, "aoai-1"), {}),
        (("eastus2", GROUP, "aoai-2"), {}),
    ]
    assert groups.calls == [((), {"filter": f"tagName eq 'lab-run' and tagValue eq '{SUFFIX}'"})]
    assert [(entry.event, entry.name) for entry in read_journal(path)] == [
        ("purged", "aoai-1"),
        ("purged", "aoai-2"),
        ("purged", GROUP),
    ]


def test_a_group_whose_name_begins_like_ours_is_left_alone() -> None:
    run, purge, _ = with_accounts([an_account("aoai-1", group=f"{GROUP}-of-somebody-else")])
    assert purge_deleted(run) == Purge((), ())
    assert purge.calls == []


def test_an_account_that_is_gone_already_is_as_good_as_purged() -> None:
    purge = scripted(azure_error(404, "ResourceNotFound"))
    run, _, _ = with_accounts([an_account("aoai-1")], [], purge=purge)
    assert purge_deleted(run).left == ()


def test_an_account_that_is_busy_is_purged_a_little_later() -> None:
    purge = scripted(azure_error(409, "RequestConflict"), Poller())
    run, _, _ = with_accounts([an_account("aoai-1")], [], purge=purge)
    assert purge_deleted(run).purged == ("aoai-1",)
    assert isinstance(run.clock, NotedClock)
    assert run.clock.sleeps == [run.spec.waits.clean_up_s]


def test_an_account_that_may_not_be_purged_is_undecided_and_the_command_is_named() -> None:
    run, _, _ = with_accounts([an_account("aoai-1")], purge=scripted(azure_error(403, "AuthorizationFailed")))
    with pytest.raises(Undecided, match=f"purging what {GROUP} left; .*: Azure answered 403 AuthorizationFailed") as it:
        purge_deleted(run)
    assert it.value.step == "5.2"
    command = f"az cognitiveservices account purge --name aoai-ft-travel-{SUFFIX} -g {GROUP} -l swedencentral"
    assert f"purge it with `{command}`" in it.value.reason


def test_where_no_region_is_known_the_command_that_tells_it_is_named() -> None:
    run, _, _ = with_accounts(azure_error(403, "AuthorizationFailed"))
    with pytest.raises(
        Undecided, match="see its REGION with `az cognitiveservices account list-deleted`, then purge it"
    ):
        purge_deleted(run)


@pytest.mark.parametrize(("listed", "purged"), [([], ("aoai-1",)), ([an_account("aoai-1")], None)])
def test_a_purge_that_never_says_that_it_ended_is_looked_at_itself(listed: Any, purged: Any) -> None:
    endless = scripted(Undecided("5.2", "purge of account aoai-1: still InProgress after 3600 s, its deadline"))
    run, _, _ = with_accounts([an_account("aoai-1")], listed, purge=endless)
    if purged is None:
        with pytest.raises(Undecided, match="still InProgress after 3600 s"):
            purge_deleted(run)
    else:
        assert purge_deleted(run) == Purge(purged, ())


def test_all_that_is_left_is_named(tmp_path: Path) -> None:
    path = tmp_path / "live-1.jsonl"
    groups = scripted([SimpleNamespace(name=GROUP), SimpleNamespace(name="rg-managed")])
    run, _, _ = with_accounts([an_account("aoai-1")], groups=groups, journal=path)
    left = (f"resource group {GROUP}", "resource group rg-managed", "soft-deleted account aoai-1")
    assert purge_deleted(run).left == left
    assert GROUP not in [entry.name for entry in read_journal(path)], "what is left is still to be purged"


def a_journal(path: Path) -> Path:
    """The journal of a run whose account was there."""
    Journal(path).write("making", "role assignment", Names(SUFFIX).role_assignment)
    return path


def test_the_runs_own_account_is_waited_for_and_so_is_its_end(tmp_path: Path) -> None:
    path = a_journal(tmp_path / "live-1.jsonl")
    ours, other = an_account(Names(SUFFIX).account), an_account("aoai-other")
    run, purge, _ = with_accounts([], [other], [other, ours], [ours], [], journal=path)
    assert purge_deleted(run) == Purge((other.name, ours.name), ())
    assert len(purge.calls) == 2


def test_one_that_an_earlier_try_purged_is_not_waited_for(tmp_path: Path) -> None:
    path = a_journal(tmp_path / "live-1.jsonl")
    Journal(path).write("purged", "account", Names(SUFFIX).account)
    run, purge, _ = with_accounts([], journal=path)
    assert purge_deleted(run) == Purge((), ())
    assert purge.calls == []


def test_an_account_that_never_shows_is_undecided(tmp_path: Path) -> None:
    run, _, _ = with_accounts([], journal=a_journal(tmp_path / "live-1.jsonl"))
    with pytest.raises(Undecided, match=f"account {Names(SUFFIX).account} in the list of soft-deleted accounts: still"):
        purge_deleted(run)


def paths(sent: Scripted) -> list[tuple[str, str]]:
    """The methods and paths, without the api-version, of the calls about vaults."""
    requests = [call[0][0] for call in sent.calls]
    return [(one.method, one.url.partition("?")[0].partition("azure.com")[2]) for one in requests]


def test_the_groups_vaults_are_purged_and_waited_for_on_every_page() -> None:
    following = f"https://management.azure.com{VAULTS}/deletedVaults?api-version=2023-02-01&%24skiptoken=x"
    first = Answer(200, {"value": [a_vault("theirs", "rg-other")], "nextLink": following})
    sent = scripted(first, Answer(200, {"value": [a_vault()]}), Answer(202, None), Answer(200, a_vault()), GONE)
    run, _, _ = with_accounts([], sent=sent)
    assert purge_deleted(run) == Purge((), ())
    ours = f"{VAULTS}/locations/eastus2/deletedVaults/kv-1"
    assert paths(sent) == [
        ("GET", f"{VAULTS}/deletedVaults"),
        ("GET", f"{VAULTS}/deletedVaults"),
        ("POST", f"{ours}/purge"),
        ("GET", ours),
        ("GET", ours),
    ]


def test_a_vault_that_may_not_be_purged_is_kept_and_named() -> None:
    refused = Answer(403, error_body("AuthorizationFailed", "no right to purge"))
    run, _, _ = with_accounts([], sent=scripted(Answer(200, {"value": [a_vault()]}), refused))
    assert purge_deleted(run) == Purge((), (), (f"{VAULTS}/locations/eastus2/deletedVaults/kv-1",))


def test_a_vault_that_is_gone_already_is_as_good_as_purged() -> None:
    run, _, _ = with_accounts([], sent=scripted(Answer(200, {"value": [a_vault()]}), GONE, GONE))
    assert purge_deleted(run) == Purge((), ())
