from __future__ import annotations

from typing import Any

import pytest

from tests.suite.emulator import lab
from tests.suite.emulator.clients import Azure

pytestmark = pytest.mark.server

STORAGE: dict[str, Any] = {
    "location": "swedencentral",
    "kind": "StorageV2",
    "sku": {"name": "Standard_LRS"},
    "properties": {},
}


def resource(sdk: Azure, group: str, resource_type: str, name: str) -> str:
    return f"{sdk.subscription}/resourceGroups/{lab.group(sdk, group)}/providers/{resource_type}/{name}"


def vault_body(sdk: Azure, **properties: Any) -> dict[str, Any]:
    given = {"tenantId": sdk.connection.tenant_id, "sku": {"family": "A", "name": "standard"}, **properties}
    return {"location": "eastus2", "properties": given}


def test_a_storage_account_is_polled_by_status_code(sdk: Azure, later: lab.Later) -> None:
    """Recording storage_account_create_delete.json."""
    account = resource(sdk, "rg-storage", "Microsoft.Storage/storageAccounts", "ststorage")
    made = sdk.call("PUT", account, STORAGE)
    assert (made.status, made.raw, made.headers["content-type"]) == (202, b"", "text/plain; charset=utf-8")
    assert "azure-asyncoperation" not in made.headers
    working = sdk.poll(made.headers["location"])
    assert (working.status, working.headers["content-type"]) == (202, "text/plain; charset=utf-8")
    assert working.headers["location"].split("&t=")[0] == made.headers["location"].split("&t=")[0]
    assert working.headers["location"] != made.headers["location"]
    assert "retry-after" in working.headers
    later(17)
    done = sdk.poll(working.headers["location"])
    assert (done.status, done.headers["content-type"]) == (200, "application/json")
    assert done.body["properties"]["provisioningState"] == "Succeeded"
    assert done.body == sdk.call("GET", account).body
    assert sdk.call("PUT", account, STORAGE).status == 200
    assert [sdk.call("DELETE", account).status for _ in range(2)] == [200, 204]
    assert sdk.call("GET", account).code == "ResourceNotFound"


def test_a_storage_name_is_taken_for_everybody(sdk: Azure) -> None:
    first = resource(sdk, "rg-one", "Microsoft.Storage/storageAccounts", "sttaken")
    sdk.call("PUT", first, STORAGE)
    second = sdk.call("PUT", resource(sdk, "rg-two", "Microsoft.Storage/storageAccounts", "sttaken"), STORAGE)
    assert (second.status, second.code) == (409, "StorageAccountAlreadyTaken")
    check = sdk.call(
        "POST", f"{sdk.subscription}/providers/Microsoft.Storage/checkNameAvailability", {"name": "sttaken"}
    )
    assert (check.status, check.body["nameAvailable"], check.body["reason"]) == (200, False, "AlreadyExists")


@pytest.mark.parametrize("name", ["ab", "Upper", "with-dash", "a" * 25])
def test_a_storage_name_that_is_not_valid(sdk: Azure, name: str) -> None:
    answer = sdk.call("PUT", resource(sdk, "rg-one", "Microsoft.Storage/storageAccounts", name), STORAGE)
    assert (answer.status, answer.code) == (400, "AccountNameInvalid")


def test_a_vault_is_polled_itself(sdk: Azure, later: lab.Later) -> None:
    """Recording keyvault_create_update_delete.json."""
    vault = resource(sdk, "rg-vault", "Microsoft.KeyVault/vaults", "kv-one")
    made = sdk.call("PUT", vault, vault_body(sdk))
    assert made.status == 200
    assert not {"location", "azure-asyncoperation", "retry-after"} & made.headers.keys()
    assert made.body["properties"]["provisioningState"] == "RegisteringDns"
    assert made.body["properties"]["vaultUri"] == "https://kv-one.vault.azure.net"
    assert sdk.call("GET", vault).body["properties"]["vaultUri"] == "https://kv-one.vault.azure.net/"
    later(19)
    assert sdk.call("GET", vault).body["properties"]["provisioningState"] == "Succeeded"
    updated = sdk.call("PUT", vault, vault_body(sdk, enabledForDeployment=True)).body["properties"]
    assert (updated["provisioningState"], updated["enabledForDeployment"]) == ("Succeeded", True)


def test_an_update_during_registration_does_not_hold_a_vault_up(sdk: Azure, later: lab.Later) -> None:
    vault = resource(sdk, "rg-vault", "Microsoft.KeyVault/vaults", "kv-early")
    sdk.call("PUT", vault, vault_body(sdk))
    assert sdk.call("PUT", vault, vault_body(sdk)).body["properties"]["provisioningState"] == "RegisteringDns"
    later(19)
    assert sdk.call("GET", vault).body["properties"]["provisioningState"] == "Succeeded"


def test_a_deleted_vault_holds_its_name_until_it_is_purged(sdk: Azure, later: lab.Later) -> None:
    """Recordings keyvault_softdelete_recover_purge.json and keyvault_deleted_list.json."""
    vault = resource(sdk, "rg-vault", "Microsoft.KeyVault/vaults", "kv-soft")
    sdk.call("PUT", vault, vault_body(sdk, softDeleteRetentionInDays=7))
    later(19)
    assert sdk.call("DELETE", vault).status == 200
    assert sdk.call("PUT", vault, vault_body(sdk)).code == "ConflictError"
    page = sdk.call("GET", f"{sdk.subscription}/providers/Microsoft.KeyVault/deletedVaults").body
    assert [deleted["name"] for deleted in page["value"]] == ["kv-soft"]
    assert sdk.poll(page["nextLink"]).body == {"value": []}
    recovered = sdk.call("PUT", vault, vault_body(sdk, createMode="recover")).body["properties"]
    assert (recovered["provisioningState"], recovered["softDeleteRetentionInDays"]) == ("Succeeded", 7)
    sdk.call("DELETE", vault)
    deleted = f"{sdk.subscription}/providers/Microsoft.KeyVault/locations/eastus2/deletedVaults/kv-soft"
    purged = sdk.call("POST", f"{deleted}/purge")
    assert (purged.status, purged.raw) == (202, b"")
    later(3)
    assert sdk.poll(purged.headers["location"]).body["status"] == "Succeeded"
    assert sdk.call("GET", deleted).status == 404
    assert sdk.call("PUT", vault, vault_body(sdk)).status == 200


def test_a_deleted_vault_goes_by_itself_after_its_days(sdk: Azure, later: lab.Later) -> None:
    vault = resource(sdk, "rg-vault", "Microsoft.KeyVault/vaults", "kv-expiring")
    sdk.call("PUT", vault, vault_body(sdk, softDeleteRetentionInDays=7))
    sdk.call("DELETE", vault)
    later(7 * 86_400)
    address = f"{sdk.subscription}/providers/Microsoft.KeyVault/locations/eastus2/deletedVaults/kv-expiring"
    assert sdk.call("GET", address).status == 404


def test_a_storage_accounts_tags_are_changed_by_a_patch(sdk: Azure, later: lab.Later) -> None:
    account = resource(sdk, "rg-storage", "Microsoft.Storage/storageAccounts", "sttags")
    sdk.call("PUT", account, STORAGE)
    later(17)
    changed = sdk.call("PATCH", account, {"tags": {"a": "b"}})
    assert (changed.status, changed.body["tags"]) == (200, {"a": "b"})
    assert sdk.call("GET", account).body == changed.body
    assert sdk.call("PATCH", f"{account}x", {"tags": {}}).code == "ResourceNotFound"
