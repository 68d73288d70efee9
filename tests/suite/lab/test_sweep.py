"""The sweep: only what has this suite's tags, and of that only what may go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError

from lab.names import tags
from lab.run import Run
from lab.sweep import Left, Leftover, Swept, leftovers, not_seen, sweep
from tests.suite.lab.azure_answers import Answer, azure_error, error_body
from tests.suite.lab.fakes import STARTED, SUBSCRIPTION, SUFFIX, Poller, Scripted, a_run, scripted, settings_of

GROUP = f"rg-ft-travel-{SUFFIX}"
DUE = STARTED + timedelta(hours=8)
TAGS = tags(SUFFIX, "principal-1", STARTED)
NO_VAULTS = Answer(200, {"value": []})
MAY_GO = Leftover(GROUP, SUFFIX, "swedencentral", "principal-1", DUE, "")


def a_group(name: str = GROUP, labels: Mapping[str, str] | None = TAGS) -> Any:
    return SimpleNamespace(name=name, location="swedencentral", tags=labels)


def deleted_account(group: str = GROUP, labels: Mapping[str, str] | None = TAGS) -> Any:
    region = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.CognitiveServices/locations/swedencentral"
    identity = f"{region}/resourceGroups/{group}/deletedAccounts/aoai-1"
    return SimpleNamespace(id=identity, name="aoai-1", location="swedencentral", tags=labels)


def deleted_vault(group: str = GROUP, labels: Mapping[str, str] | None = TAGS) -> dict[str, Any]:
    subscription = f"/subscriptions/{SUBSCRIPTION}"
    was = f"{subscription}/resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/kv-1"
    identity = f"{subscription}/providers/Microsoft.KeyVault/locations/swedencentral/deletedVaults/kv-1"
    told = {"vaultId": was, "location": "swedencentral", **({} if labels is None else {"tags": labels})}
    return {"id": identity, "name": "kv-1", "properties": told}


def vaults_listed(*vaults: Any) -> Answer:
    return Answer(200, {"value": list(vaults)})


def a_lock(scope: str) -> dict[str, Any]:
    return {"id": f"/subscriptions/{SUBSCRIPTION}{scope}/providers/Microsoft.Authorization/locks/stay"}


def subscription_with(
    *groups: Any, accounts: Sequence[Any] = (), vaults: Answer = NO_VAULTS, locks: Answer | None = None
) -> tuple[Run, Scripted]:
    """A run that sees these groups, locks and what is soft-deleted, and the calls by which groups are listed."""
    listed = scripted(list(groups))
    clients = {
        "resources": SimpleNamespace(
            resource_groups=SimpleNamespace(list=listed),
            send_request=scripted(locks or Answer(200, {"value": []}), vaults),
        ),
        "cognitive": SimpleNamespace(deleted_accounts=SimpleNamespace(list=scripted(list(accounts)))),
    }
    return a_run(clients), listed


def test_a_group_whose_time_has_come_may_go() -> None:
    run, listed = subscription_with(a_group())
    assert leftovers(run, DUE).there == (MAY_GO,)
    assert listed.calls == [((), {"filter": "tagName eq 'lab-suite' and tagValue eq 'ft-travel-lab'"})]


def test_one_whose_time_has_not_come_stays() -> None:
    (one,) = leftovers(subscription_with(a_group())[0], DUE - timedelta(seconds=1)).there
    assert one.keep == "not yet"


@pytest.mark.parametrize(
    "labels",
    [None, {}, {"lab-suite": "somebody-elses"}, {**TAGS, "lab-suite": ""}],
    ids=["none", "empty", "another-suite", "no-value"],
)
def test_a_group_without_our_tag_is_not_even_listed(labels: Mapping[str, str] | None) -> None:
    assert leftovers(subscription_with(a_group(labels=labels))[0], DUE).there == ()


@pytest.mark.parametrize(
    ("name", "changed", "why"),
    [
        pytest.param("rg-production", {}, "not ours", id="a-copy-of-our-tags"),
        pytest.param(GROUP, {"lab-run": "other123"}, "not ours", id="another-runs-name"),
        pytest.param(GROUP, {"lab-run": ""}, "not ours", id="no-run"),
        pytest.param(GROUP, {"lab-delete-after": ""}, "no time", id="no-time"),
        pytest.param(GROUP, {"lab-delete-after": "tomorrow"}, "no time", id="not-a-time"),
    ],
)
def test_a_group_that_is_not_wholly_ours_stays(name: str, changed: dict[str, str], why: str) -> None:
    (one,) = leftovers(subscription_with(a_group(name, {**TAGS, **changed}))[0], DUE).there
    assert one.keep == why


@pytest.mark.parametrize("text", ["2024-11-15T17:00:00", "2024-11-15T18:00:00+01:00", "2024-11-15T17:00:00Z"])
def test_a_time_is_read_with_or_without_a_zone(text: str) -> None:
    run, _ = subscription_with(a_group(labels={**TAGS, "lab-delete-after": text}))
    assert leftovers(run, DUE).there == (MAY_GO,)


@pytest.mark.parametrize(
    "scope",
    [
        f"/resourceGroups/{GROUP}",
        f"/resourcegroups/{GROUP.upper()}",
        f"/resourceGroups/{GROUP}/providers/Microsoft.Storage/storageAccounts/st1",
    ],
    ids=["the-group", "in-another-case", "something-in-it"],
)
def test_a_locked_group_stays(scope: str) -> None:
    run, _ = subscription_with(a_group(), locks=Answer(200, {"value": [a_lock(scope)]}))
    (one,) = leftovers(run, DUE).there
    assert one.keep == "locked"


def test_a_lock_on_another_group_is_no_objection() -> None:
    run, _ = subscription_with(
        a_group(), locks=Answer(200, {"value": [a_lock("/resourceGroups/rg-other"), a_lock("")]})
    )
    assert leftovers(run, DUE).there == (MAY_GO,)


def test_where_locks_are_not_known_of_nothing_is_locked() -> None:
    run, _ = subscription_with(a_group(), locks=Answer(404, error_body("NotFound", "no such thing")))
    assert leftovers(run, DUE).there == (MAY_GO,)


def test_a_soft_deleted_account_is_found_without_its_group() -> None:
    accounts = [deleted_account(), deleted_account("rg-other", None), deleted_account("rg-prod")]
    ours, other = leftovers(subscription_with(accounts=accounts)[0], DUE).there
    assert ours == MAY_GO
    assert other.keep == "not ours"


def test_an_account_of_a_group_that_is_there_is_not_listed_twice() -> None:
    run, _ = subscription_with(a_group(), accounts=[deleted_account(GROUP.upper())])
    assert leftovers(run, DUE).there == (MAY_GO,)


def test_a_soft_deleted_vault_is_found_without_its_group() -> None:
    listed = vaults_listed(deleted_vault(), deleted_vault("rg-prod"))
    ours, other = leftovers(subscription_with(vaults=listed)[0], DUE).there
    assert ours == MAY_GO
    assert other.keep == "not ours"


@pytest.mark.parametrize(
    "vault",
    [
        pytest.param(deleted_vault(labels={**TAGS, "lab-suite": "somebody-elses"}), id="tags-of-others"),
        pytest.param(deleted_vault(labels={}), id="empty-tags"),
        pytest.param(deleted_vault(labels=None), id="no-tags"),
        pytest.param({"id": "/subscriptions/1", "properties": None}, id="no-properties"),
        pytest.param({"id": "/subscriptions/1", "properties": {"tags": TAGS}}, id="of-no-group"),
    ],
)
def test_a_vault_that_is_not_known_as_ours_is_not_even_listed(vault: dict[str, Any]) -> None:
    assert leftovers(subscription_with(vaults=vaults_listed(vault))[0], DUE) == Left((), sees_vaults=True)


def test_a_vault_whose_time_has_not_come_stays() -> None:
    run, _ = subscription_with(vaults=vaults_listed(deleted_vault()))
    (one,) = leftovers(run, DUE - timedelta(seconds=1)).there
    assert one.keep == "not yet"


def test_a_group_and_what_of_it_is_soft_deleted_are_one_leftover() -> None:
    earlier = {**TAGS, "lab-delete-after": "2000-01-01T00:00:00Z"}
    soft: dict[str, Any] = {
        "accounts": [deleted_account(labels=earlier)],
        "vaults": vaults_listed(deleted_vault(GROUP.upper(), earlier)),
    }
    assert leftovers(subscription_with(a_group(), **soft)[0], DUE).there == (MAY_GO,)
    (alone,) = leftovers(subscription_with(**soft)[0], DUE).there
    assert (alone.resource_group, alone.keep) == (GROUP, "")


def test_without_the_right_to_list_vaults_the_rest_is_found_and_the_look_says_so() -> None:
    refused = Answer(403, error_body("AuthorizationFailed", "no right to list deleted vaults"))
    assert leftovers(subscription_with(a_group(), vaults=refused)[0], DUE) == Left((MAY_GO,), sees_vaults=False)


def test_a_list_of_vaults_that_fails_in_another_way_ends_the_look() -> None:
    run, _ = subscription_with(a_group(), vaults=Answer(500, error_body("Oops", "a bad moment")))
    with pytest.raises(HttpResponseError, match="a bad moment"):
        leftovers(run, DUE)


def run_that_deletes(delete: Any, *sent: Answer) -> tuple[Run, Scripted, Scripted]:
    """A run, and its deletes of groups and purges of accounts; `sent` answers the calls about vaults."""
    begin, purge = scripted(delete), scripted(Poller())
    groups = SimpleNamespace(begin_delete=begin, check_existence=scripted(False), list=scripted([]))
    deleted = SimpleNamespace(list=scripted([deleted_account()], []), begin_purge=purge)
    clients = {
        "resources": SimpleNamespace(resource_groups=groups, send_request=scripted(*sent or (NO_VAULTS,))),
        "cognitive": SimpleNamespace(deleted_accounts=deleted),
    }
    return a_run(clients), begin, purge


def test_what_may_go_is_deleted_and_purged() -> None:
    run, begin, purge = run_that_deletes(Poller())
    assert sweep(run, MAY_GO) == Swept(MAY_GO, "")
    assert begin.calls == [((GROUP,), {})]
    assert purge.calls == [(("swedencentral", GROUP, "aoai-1"), {})]


def test_a_vault_that_may_not_be_purged_is_named_and_is_no_problem() -> None:
    refused = Answer(403, error_body("AuthorizationFailed", "no right to purge"))
    run, _, _ = run_that_deletes(Poller(), vaults_listed(deleted_vault()), refused)
    assert sweep(run, MAY_GO) == Swept(MAY_GO, "", (deleted_vault()["id"],))


def test_what_is_to_stay_is_not_touched() -> None:
    run, begin, purge = run_that_deletes(Poller())
    stays = Leftover(GROUP, SUFFIX, "x", "", datetime.now(timezone.utc), "locked")
    assert sweep(run, stays) == Swept(stays, stays.keep)
    assert begin.calls == purge.calls == []


def test_what_cannot_be_deleted_is_told_with_azures_words() -> None:
    run, _, purge = run_that_deletes(azure_error(403, "AuthorizationFailed"))
    swept = sweep(run, MAY_GO)
    assert "Azure answered 403 AuthorizationFailed" in swept.problem
    assert purge.calls == []


@pytest.mark.parametrize(
    ("error", "settings", "step", "words"),
    [
        pytest.param(
            ClientAuthenticationError("DefaultAzureCredential failed"),
            {},
            "1.1",
            "sign-in: found no credential that works",
            id="no-credential",
        ),
        pytest.param(
            azure_error(404, "SubscriptionNotFound"), {}, "1.1", "there is none that this account can see", id="no-such"
        ),
        pytest.param(
            azure_error(404, "SubscriptionNotFound"),
            {"sign_in_problem": "subscription: found 2 that are enabled"},
            "1.1",
            "subscription: found 2 that are enabled",
            id="none-chosen",
        ),
        pytest.param(azure_error(500, "Oops"), {}, "5.2", "looking for what earlier runs left: Azure", id="anything"),
    ],
)
def test_why_nothing_can_be_listed_is_told_as_for_a_run(
    error: Exception, settings: dict[str, str], step: str, words: str
) -> None:
    found = not_seen(a_run(settings=settings_of(**settings)), error)
    assert (found.step, found.outcome) == (step, "inconclusive")
    assert words in found.reason
