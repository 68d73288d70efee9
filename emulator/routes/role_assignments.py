"""Who may do what (recordings role_assignments.json, role_assignment_exists.json, permissions_on_group.json)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from emulator.errors import AzureError, resource_not_found
from emulator.routing import Route
from emulator.state.roles import ROLES, Assignment, Role, role_of
from emulator.timestamps import precise
from emulator.wire import Json, Reply, Request

if TYPE_CHECKING:
    from emulator.world import World

PROVIDER = "providers/Microsoft.Authorization"
ROLE_CREATED = "2015-02-02T21:55:09.8806423Z"
ROLE_UPDATED = "2020-12-04T00:34:54.8501087Z"
"""Of the role in recording role_assignment_exists.json; the others say the same here."""

WRITING = timedelta(seconds=0.8)
"""How much later than its creation a new assignment says that it was updated."""

_PRINCIPAL = re.compile(r"(?:principalId|assignedTo)\s*(?:eq\s*|\(\s*)'([^']*)'", re.IGNORECASE)
_ROLE_NAME = re.compile(r"roleName\s+eq\s+'([^']*)'", re.IGNORECASE)
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def put_assignment(world: World, request: Request) -> Reply:
    """201. In this answer alone createdBy is null and createdOn earlier than updatedOn.

    Idempotent under the same name only.
    """
    given = request.json().get("properties") or {}
    scope = _scope(world, request)
    assignment_id = f"{scope}/{PROVIDER}/roleAssignments/{request['name']}"
    definition = str(given.get("roleDefinitionId", ""))
    principal = str(given.get("principalId", ""))
    _check(world, request, scope, definition, principal)
    there = world.roles.find(assignment_id)
    same = world.roles.same(scope, definition, principal)
    if same is not None and same is not there:
        raise AzureError(409, "RoleAssignmentExists", "The role assignment already exists.")
    if there is not None:
        return Reply(document=there.settled)
    assignment = _assignment(world, assignment_id, scope, given)
    world.roles.add(assignment)
    return Reply(201, assignment.answered)


def get_assignment(world: World, request: Request) -> Reply:
    """One assignment."""
    assignment = world.roles.find(f"{_scope(world, request)}/{PROVIDER}/roleAssignments/{request['name']}")
    if assignment is None:
        message = f"The role assignment '{request['name']}' is not found."
        raise AzureError(404, "RoleAssignmentNotFound", message)
    return Reply(document=assignment.settled)


def list_assignments(world: World, request: Request) -> Reply:
    """Those on the scope, above and below it; `$filter` takes atScope() and a principal."""
    scope = _scope(world, request).lower()
    wanted = request.query.get("$filter", "")
    principal = _PRINCIPAL.search(wanted)
    at_scope = "atscope()" in wanted.lower()
    below = [] if at_scope else [a for a in world.roles if a.scope.lower().startswith(f"{scope}/")]
    assignments = [*world.roles.inherited(scope), *below]
    if principal:
        assignments = [a for a in assignments if a.principal_id.lower() == principal[1].lower()]
    return Reply(document={"value": [assignment.settled for assignment in assignments]})


def delete_assignment(world: World, request: Request) -> Reply:
    """200 with the deleted assignment as body; 204 when it was not there."""
    assignment = world.roles.find(f"{_scope(world, request)}/{PROVIDER}/roleAssignments/{request['name']}")
    if assignment is None:
        return Reply(204)
    world.roles.remove(assignment)
    return Reply(document=assignment.settled)


def list_definitions(world: World, request: Request) -> Reply:
    """Built-in roles; `$filter=roleName eq '...'` without regard to case.

    Ids are under the subscription, whatever was asked.
    """
    by_name = _ROLE_NAME.search(request.query.get("$filter", ""))
    roles = [role for role in ROLES if by_name is None or role.name.lower() == by_name[1].lower()]
    return Reply(document={"value": [_definition(world, role) for role in roles]})


def get_definition(world: World, request: Request) -> Reply:
    """One built-in role by its id."""
    role = role_of(request["name"])
    if role is None:
        message = f"The specified role definition with ID '{request['name']}' does not exist."
        raise AzureError(404, "RoleDefinitionDoesNotExist", message)
    return Reply(document=_definition(world, role))


def list_permissions(world: World, request: Request) -> Reply:
    """What the caller may do: it owns the subscription, and has what it was assigned besides."""
    owner = next(role for role in ROLES if role.name == "Owner")
    assigned = world.roles.reaching(_scope(world, request), world.directory.principal_id)
    roles = [owner, *(role for role in (role_of(a.definition_id) for a in assigned) if role is not None)]
    return Reply(document={"value": [role.permission for role in roles]})


def _scope(world: World, request: Request) -> str:
    """The scope as its resource writes its id, when there is such a resource."""
    scope = request["scope"]
    resource = world.resources.find(scope)
    return resource.id if resource else scope


def _check(world: World, request: Request, scope: str, definition: str, principal: str) -> None:
    if not _GUID.fullmatch(request["name"]):
        message = f"The role assignment ID '{request['name']}' is not valid. The role assignment ID must be a GUID."
        raise AzureError(400, "InvalidRoleAssignmentId", message)
    is_resource = scope.lower().startswith("/subscriptions/") and "/providers/" in scope.lower()
    if is_resource and world.resources.find(scope) is None:
        kind, _, name = scope[scope.lower().rindex("/providers/") + len("/providers/") :].rpartition("/")
        raise resource_not_found(f"{kind}/{name}", scope.split("/")[4])
    if role_of(definition) is None:
        message = f"The specified role definition with ID '{definition.rpartition('/')[2]}' does not exist."
        raise AzureError(400, "RoleDefinitionDoesNotExist", message)
    if not _GUID.fullmatch(principal):
        raise AzureError(
            400, "InvalidPrincipalId", f"The principal ID '{principal}' is not valid. Principal ID must be a GUID."
        )


def _assignment(world: World, assignment_id: str, scope: str, given: Json) -> Assignment:
    created, updated = precise(world.now), precise(world.now + WRITING)
    properties: Json = {
        "roleDefinitionId": given["roleDefinitionId"],
        "principalId": given["principalId"],
        "principalType": given.get("principalType", "ServicePrincipal"),
        "scope": scope or "/",
        "condition": given.get("condition"),
        "conditionVersion": given.get("conditionVersion"),
        "createdOn": created,
        "updatedOn": updated,
        "createdBy": None,
        "updatedBy": world.directory.principal_id,
        "delegatedManagedIdentityResourceId": None,
        "description": given.get("description"),
    }
    identity = {
        "id": assignment_id,
        "type": "Microsoft.Authorization/roleAssignments",
        "name": assignment_id.rpartition("/")[2],
    }
    settled = {**properties, "createdOn": updated, "createdBy": world.directory.principal_id}
    return Assignment(
        id=assignment_id,
        scope=scope,
        definition_id=given["roleDefinitionId"],
        principal_id=given["principalId"],
        created=world.now,
        answered={"properties": properties, **identity},
        settled={"properties": settled, **identity},
    )


def _definition(world: World, role: Role) -> Json:
    return {
        "properties": {
            "roleName": role.name,
            "type": "BuiltInRole",
            "description": role.description,
            "assignableScopes": ["/"],
            "permissions": [role.permission],
            "createdOn": ROLE_CREATED,
            "updatedOn": ROLE_UPDATED,
            "createdBy": None,
            "updatedBy": None,
        },
        "id": f"{world.subscription}/{PROVIDER}/roleDefinitions/{role.id}",
        "type": "Microsoft.Authorization/roleDefinitions",
        "name": role.id,
    }


ROUTES = (
    Route("PUT", f"{{scope:path}}/{PROVIDER}/roleAssignments/{{name}}", put_assignment),
    Route("GET", f"{{scope:path}}/{PROVIDER}/roleAssignments/{{name}}", get_assignment),
    Route("DELETE", f"{{scope:path}}/{PROVIDER}/roleAssignments/{{name}}", delete_assignment),
    Route("GET", f"{{scope:path}}/{PROVIDER}/roleAssignments", list_assignments),
    Route("GET", f"{{scope:path}}/{PROVIDER}/roleDefinitions", list_definitions),
    Route("GET", f"{{scope:path}}/{PROVIDER}/roleDefinitions/{{name}}", get_definition),
    Route("GET", f"{{scope:path}}/{PROVIDER}/permissions", list_permissions),
)
