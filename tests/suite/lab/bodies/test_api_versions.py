"""An api-version is known when its package or a recording shows it, for that resource type."""

from __future__ import annotations

from tests.suite.lab.bodies.api_versions import package_versions, unknown_version


def test_an_api_version_that_nothing_shows_is_found() -> None:
    assert unknown_version("2022-09-02", "Microsoft.Storage/storageAccounts", "azure.mgmt.cognitiveservices") == (
        "Microsoft.Storage/storageAccounts: found api-version 2022-09-02, "
        "expected one of 2022-09-01, 2025-06-01, 2025-09-01"
    )


def test_an_api_version_seen_for_another_resource_type_is_not_known() -> None:
    assert unknown_version("2022-09-01", "Microsoft.KeyVault/vaults", "azure.mgmt.keyvault") is not None


def test_a_package_of_one_version_knows_its_client_s_own() -> None:
    assert package_versions("azure.mgmt.cognitiveservices") == {"2025-09-01"}


def test_a_package_of_many_versions_knows_each_of_its_folders() -> None:
    assert {"2022-04-01", "2020-04-01-preview"} <= package_versions("azure.mgmt.authorization")
