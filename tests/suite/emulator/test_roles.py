from __future__ import annotations

import uuid

import pytest

from tests.suite.emulator import lab
from tests.suite.emulator.clients import Azure

pytestmark = pytest.mark.server

ASSIGNMENTS = "providers/Microsoft.Authorization/roleAssignments"
DEFINITIONS = "providers/Microsoft.Authorization/roleDefinitions"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
OTHER = "11111111-0000-4000-8000-000000000001"


def assign(sdk: Azure, scope: str, role: str = READER, principal: str = OTHER) -> tuple[str, dict[str, object]]:
    name = f"{scope}/{ASSIGNMENTS}/{uuid.uuid4()}"
    definition = f"{sdk.subscription}/{DEFINITIONS}/{role}"
    return name, {"properties": {"roleDefinitionId": definition, "principalId": principal}}


def test_an_assignment_is_mended_a_moment_after_it_was_made(sdk: Azure) -> None:
    """Recording role_assignments.json."""
    scope = f"{sdk.subscription}/resourceGroups/{lab.group(sdk, 'rg-assign')}"
    name, body = assign(sdk, scope)
    made = sdk.call("PUT", name, body)
    first = made.body["properties"]
    assert (made.status, first["createdBy"], first["principalType"], first["scope"]) == (
        201,
        None,
        "ServicePrincipal",
        scope,
    )
    assert first["createdOn"] < first["updatedOn"]
    settled = sdk.call("GET", name).body["properties"]
    assert (settled["createdBy"], settled["createdOn"]) == (sdk.connection.principal_id, settled["updatedOn"])
    listed = sdk.call("GET", f"{sdk.subscription}/{ASSIGNMENTS}?$filter=principalId%20eq%20'{OTHER}'").body["value"]
    assert [assignment["id"] for assignment in listed] == [name]
    gone = sdk.call("DELETE", name)
    assert (gone.status, gone.body["id"]) == (200, name)
    assert sdk.call("DELETE", name).status == 204


def test_the_same_assignment_under_another_name_is_a_conflict(sdk: Azure) -> None:
    """Recording role_assignment_exists.json."""
    scope = f"{sdk.subscription}/resourceGroups/{lab.group(sdk, 'rg-assigned')}"
    name, body = assign(sdk, scope)
    sdk.call("PUT", name, body)
    again, _ = assign(sdk, scope)
    refused = sdk.call("PUT", again, body)
    assert (refused.status, refused.code) == (409, "RoleAssignmentExists")
    assert sdk.call("PUT", name, body).status in {200, 201}


def test_a_group_shows_what_it_inherits_and_not_what_another_has(sdk: Azure) -> None:
    for group in ("rg-a", "rg-a2"):
        lab.group(sdk, group)
    inherited, body = assign(sdk, sdk.subscription)
    sdk.call("PUT", inherited, body)
    other, body = assign(sdk, f"{sdk.subscription}/resourceGroups/rg-a2")
    sdk.call("PUT", other, body)
    listed = sdk.call("GET", f"{sdk.subscription}/resourceGroups/rg-a/{ASSIGNMENTS}?$filter=atScope()").body["value"]
    ids = {assignment["id"] for assignment in listed}
    assert inherited in ids
    assert other not in ids
    sdk.call("DELETE", inherited)


def test_assignments_go_with_what_they_are_on(sdk: Azure, later: lab.Later) -> None:
    scope = f"{sdk.subscription}/resourceGroups/{lab.group(sdk, 'rg-with-role')}"
    name, body = assign(sdk, scope)
    sdk.call("PUT", name, body)
    sdk.call("DELETE", scope)
    later(75)
    lab.group(sdk, "rg-with-role")
    assert sdk.call("GET", name).code == "RoleAssignmentNotFound"


def test_a_role_is_found_by_its_name_in_any_case(sdk: Azure) -> None:
    scope = f"{sdk.subscription}/resourceGroups/{lab.group(sdk, 'rg-roles-by-name')}"
    found = sdk.call("GET", f"{scope}/{DEFINITIONS}?$filter=roleName%20eq%20'contributor'").body["value"]
    assert [role["properties"]["roleName"] for role in found] == ["Contributor"]
    assert found[0]["id"] == f"{sdk.subscription}/{DEFINITIONS}/b24988ac-6180-42a0-ab88-20f7382dd24c"


@pytest.mark.parametrize(
    ("scope", "role", "principal", "code"),
    [
        ("resourceGroups/rg-a", str(uuid.UUID(int=1)), OTHER, "RoleDefinitionDoesNotExist"),
        ("resourceGroups/rg-a", READER, "me", "InvalidPrincipalId"),
        ("resourceGroups/rg-missing", READER, OTHER, "ResourceGroupNotFound"),
        ("resourceGroups/rg-a/providers/Microsoft.KeyVault/vaults/none", READER, OTHER, "ResourceNotFound"),
    ],
)
def test_assignments_that_cannot_be_made(sdk: Azure, scope: str, role: str, principal: str, code: str) -> None:
    lab.group(sdk, "rg-a")
    name, body = assign(sdk, f"{sdk.subscription}/{scope}", role, principal)
    assert sdk.call("PUT", name, body).code == code


def test_the_caller_owns_the_subscription(sdk: Azure) -> None:
    entries = sdk.call("GET", f"{sdk.subscription}/providers/Microsoft.Authorization/permissions").body["value"]
    assert entries[0] == {"actions": ["*"], "notActions": [], "dataActions": [], "notDataActions": []}
