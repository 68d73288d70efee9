"""Role assignments, and what the built-in roles that the lab meets allow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatch
from typing import Any


@dataclass(frozen=True)
class Role:
    """A built-in role. Its id is the same in every subscription."""

    id: str
    name: str
    description: str
    actions: tuple[str, ...]
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()

    def allows_data(self, action: str) -> bool:
        """Whether the role has a data action; a `*` in a role stands for any characters."""
        return any(fnmatch(action.lower(), pattern.lower()) for pattern in self.data_actions)

    @property
    def permission(self) -> dict[str, list[str]]:
        return {
            "actions": list(self.actions),
            "notActions": list(self.not_actions),
            "dataActions": list(self.data_actions),
            "notDataActions": [],
        }


_CONTRIBUTOR_NOT = (
    "Microsoft.Authorization/*/Delete",
    "Microsoft.Authorization/*/Write",
    "Microsoft.Authorization/elevateAccess/Action",
    "Microsoft.Blueprint/blueprintAssignments/write",
    "Microsoft.Blueprint/blueprintAssignments/delete",
    "Microsoft.Compute/galleries/share/action",
)
# The Microsoft page of built-in roles for AI and machine learning; Owner, Contributor and Reader also from recordings.
ROLES = (
    Role("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "Owner", "Full access, also to assign roles.", ("*",)),
    Role("b24988ac-6180-42a0-ab88-20f7382dd24c", "Contributor", "Full access but to roles.", ("*",), _CONTRIBUTOR_NOT),
    Role("acdd72a7-3385-48ef-bd42-f606fba81ae7", "Reader", "View all resources.", ("*/read",)),
    Role(
        "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
        "User Access Administrator",
        "Manage access to Azure resources.",
        ("*/read", "Microsoft.Authorization/*"),
    ),
    Role(
        "a001fd3d-188f-4b5d-821b-7da978bf7442",
        "Cognitive Services OpenAI Contributor",
        "Full access to files, fine-tuning, deployments and models.",
        (
            "Microsoft.CognitiveServices/*/read",
            "Microsoft.CognitiveServices/accounts/deployments/write",
            "Microsoft.CognitiveServices/accounts/deployments/delete",
            "Microsoft.Authorization/roleAssignments/read",
            "Microsoft.Authorization/roleDefinitions/read",
        ),
        (),
        ("Microsoft.CognitiveServices/accounts/OpenAI/*",),
    ),
    Role(
        "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd",
        "Cognitive Services OpenAI User",
        "View files and models, and call models; no upload and no fine-tuning.",
        ("Microsoft.CognitiveServices/*/read",),
        (),
        (
            "Microsoft.CognitiveServices/accounts/OpenAI/*/read",
            "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action",
        ),
    ),
    Role(
        "a97b65f3-24c7-4388-baec-2e87135dc908",
        "Cognitive Services User",
        "Read and list keys of Cognitive Services.",
        ("Microsoft.CognitiveServices/*/read", "Microsoft.CognitiveServices/accounts/listkeys/action"),
        (),
        ("Microsoft.CognitiveServices/*",),
    ),
    Role(
        "25fbc0a9-bd7c-42a3-aa1a-3b75d497ee68",
        "Cognitive Services Contributor",
        "Create, read, update, delete and manage keys of Cognitive Services.",
        ("Microsoft.CognitiveServices/*",),
    ),
    Role(
        "bba48692-92b0-4667-a9ad-c31c7b334ac2",
        "Cognitive Services Usages Reader",
        "See quota usages.",
        ("Microsoft.CognitiveServices/locations/usages/read",),
    ),
    Role(
        "64702f94-c441-49e6-a78b-ef80e0188fee",
        "Azure AI Developer",
        "All actions within an AI project but managing it.",
        ("Microsoft.MachineLearningServices/workspaces/*/read", "Microsoft.CognitiveServices/*/read"),
        (),
        ("Microsoft.CognitiveServices/accounts/OpenAI/*",),
    ),
)


def role_of(definition_id: str) -> Role | None:
    """The built-in role that a definition's id ends in."""
    name = definition_id.rpartition("/")[2].lower()
    return next((role for role in ROLES if role.id == name), None)


def covers(scope: str, resource_id: str) -> bool:
    """Whether what is assigned on `scope` holds for a resource. The one subscription is in every management group."""
    is_above_all = scope.lower().startswith("/providers/microsoft.management/managementgroups/")
    return is_above_all or f"{resource_id.lower()}/".startswith(f"{scope.lower().rstrip('/')}/")


@dataclass(frozen=True)
class Assignment:
    """Who has which role where. `answered` is how the creating answer shows it, `settled` any later one."""

    id: str
    scope: str
    definition_id: str
    principal_id: str
    created: datetime
    answered: dict[str, Any]
    settled: dict[str, Any]


class Assignments:
    """Role assignments by id, compared without regard to case."""

    def __init__(self) -> None:
        self._by_id: dict[str, Assignment] = {}

    def add(self, assignment: Assignment) -> None:
        self._by_id[assignment.id.lower()] = assignment

    def find(self, assignment_id: str) -> Assignment | None:
        return self._by_id.get(assignment_id.lower())

    def remove(self, assignment: Assignment) -> None:
        self._by_id.pop(assignment.id.lower(), None)

    def remove_below(self, scope: str) -> None:
        """Forget the assignments on a scope that is gone, and on all under it."""
        gone = scope.lower()
        for assignment in list(self):
            if assignment.scope.lower() == gone or assignment.scope.lower().startswith(f"{gone}/"):
                self.remove(assignment)

    def same(self, scope: str, definition_id: str, principal_id: str) -> Assignment | None:
        """An assignment of the same role to the same principal on the same scope, whatever its name."""
        role = definition_id.rpartition("/")[2].lower()
        wanted = (scope.lower(), role, principal_id.lower())
        return next((a for a in self if (a.scope.lower(), _role_name(a), a.principal_id.lower()) == wanted), None)

    def inherited(self, scope: str) -> list[Assignment]:
        """Those on a scope and above it: on its parents, on management groups and on the root."""
        return [a for a in self if covers(a.scope, scope)]

    def reaching(self, resource_id: str, principal_id: str) -> list[Assignment]:
        """What a principal has on a resource, inherited or its own."""
        return [a for a in self.inherited(resource_id) if a.principal_id.lower() == principal_id.lower()]

    def __iter__(self) -> Iterator[Assignment]:
        return iter(list(self._by_id.values()))


def _role_name(assignment: Assignment) -> str:
    return assignment.definition_id.rpartition("/")[2].lower()
