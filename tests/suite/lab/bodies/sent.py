"""Every body that the suite sends to Azure Resource Manager, with the model that Microsoft has of it."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lab import clients
from lab.build.account import account_body, role_assignment_body
from lab.build.connection import connection_body
from lab.build.deployment import deployment_body
from lab.build.hub import hub_body, key_vault_body, storage_account_body
from lab.build.project import project_body
from lab.build.resource_group import resource_group_body
from lab.names import tags
from tests.suite.lab.bodies.api_versions import TYPES_2024_04_01
from tests.suite.lab.bodies.forms import TEXT, TRUE_OR_FALSE, Choice, Table
from tests.suite.lab.bodies.typed_models import Newer
from tests.suite.lab.fakes import ACCOUNT, CALLER, GROUP_ID, STARTED, SUBSCRIPTION, SUFFIX, a_job, a_run

REGION = "swedencentral"
WORKSPACES = "Microsoft.MachineLearningServices/workspaces"
HUB_ID = f"{GROUP_ID}/providers/{WORKSPACES}/hub"
STORAGE_ID = f"{GROUP_ID}/providers/Microsoft.Storage/storageAccounts/storage"
VAULT_ID = f"{GROUP_ID}/providers/Microsoft.KeyVault/vaults/vault"

# The newest azure-mgmt-machinelearningservices is of 2023-04-01: before hubs, and connections to Azure OpenAI.
NEWER_HUB = (Newer("kind", Choice(("Hub",)), f"ml_hub_and_project.json; {TYPES_2024_04_01}"),)
NEWER_PROJECT = (
    Newer("kind", Choice(("Project",)), f"ml_hub_and_project.json; {TYPES_2024_04_01}"),
    Newer("properties.hubResourceId", TEXT, f"ml_hub_and_project.json; {TYPES_2024_04_01}"),
)
NEWER_CONNECTION = tuple(
    Newer(f"properties.{name}", form, f"ml_connection_azure_openai_aad.json; {TYPES_2024_04_01}")
    for name, form in (
        ("authType", Choice(("AAD",))),
        ("category", Choice(("AzureOpenAI",))),
        ("isSharedToAll", TRUE_OR_FALSE),
        ("metadata", Table(TEXT)),
    )
)


@dataclass(frozen=True)
class Sent:
    """A body as one of the lab's functions makes it, and `package:class` of the model that it is held to.

    Without an `api_version` a typed client of that very package sends the body, with the package's own.
    """

    id: str
    body: Callable[[], Any]
    made_by: Callable[..., Any]
    resource_type: str
    package: str
    model_name: str
    api_version: str | None = None
    newer: tuple[Newer, ...] = ()

    @property
    def model(self) -> type:
        """The model class, imported when asked for: the packages take a second together."""
        model = pkgutil.resolve_name(self.model_name)
        assert isinstance(model, type)
        return model


SENT = (
    Sent(
        "resource-group",
        lambda: resource_group_body(REGION, tags(SUFFIX, CALLER.principal_id, STARTED)),
        resource_group_body,
        "Microsoft.Resources/resourceGroups",
        "azure.mgmt.resource.resources",
        "azure.mgmt.resource.resources.models:ResourceGroup",
    ),
    Sent(
        "storage-account",
        lambda: storage_account_body(REGION),
        storage_account_body,
        "Microsoft.Storage/storageAccounts",
        "azure.mgmt.storage",
        "azure.mgmt.storage.models:StorageAccountCreateParameters",
        clients.STORAGE_API_VERSION,
    ),
    Sent(
        "key-vault",
        lambda: key_vault_body(REGION, CALLER.tenant_id, tags(SUFFIX, CALLER.principal_id, STARTED)),
        key_vault_body,
        "Microsoft.KeyVault/vaults",
        "azure.mgmt.keyvault",
        "azure.mgmt.keyvault.models:VaultCreateOrUpdateParameters",
        clients.KEY_VAULT_API_VERSION,
    ),
    Sent(
        "hub",
        lambda: hub_body(REGION, "hub", STORAGE_ID, VAULT_ID),
        hub_body,
        WORKSPACES,
        "azure.mgmt.machinelearningservices",
        "azure.mgmt.machinelearningservices.models:Workspace",
        clients.MACHINE_LEARNING_API_VERSION,
        NEWER_HUB,
    ),
    Sent(
        "project",
        lambda: project_body(REGION, "project", HUB_ID),
        project_body,
        WORKSPACES,
        "azure.mgmt.machinelearningservices",
        "azure.mgmt.machinelearningservices.models:Workspace",
        clients.MACHINE_LEARNING_API_VERSION,
        NEWER_PROJECT,
    ),
    Sent(
        "connection",
        lambda: connection_body(ACCOUNT),
        connection_body,
        f"{WORKSPACES}/connections",
        "azure.mgmt.machinelearningservices",
        "azure.mgmt.machinelearningservices.models:WorkspaceConnectionPropertiesV2BasicResource",
        clients.MACHINE_LEARNING_API_VERSION,
        NEWER_CONNECTION,
    ),
    # The same document as the connection of an account, in a package new enough to need no exceptions.
    Sent(
        "connection-as-of-an-account",
        lambda: connection_body(ACCOUNT),
        connection_body,
        f"{WORKSPACES}/connections",
        "azure.mgmt.machinelearningservices",
        "azure.mgmt.cognitiveservices.models:ConnectionPropertiesV2BasicResource",
        clients.MACHINE_LEARNING_API_VERSION,
    ),
    Sent(
        "account",
        lambda: account_body(REGION, "account", {"lab-run": "ab12cd34"}),
        account_body,
        "Microsoft.CognitiveServices/accounts",
        "azure.mgmt.cognitiveservices",
        "azure.mgmt.cognitiveservices.models:Account",
    ),
    Sent(
        "role-assignment",
        lambda: role_assignment_body(SUBSCRIPTION, CALLER),
        role_assignment_body,
        "Microsoft.Authorization/roleAssignments",
        "azure.mgmt.authorization",
        "azure.mgmt.authorization.v2022_04_01.models:RoleAssignmentCreateParameters",
        clients.ROLE_ASSIGNMENT_API_VERSION,
    ),
    Sent(
        "deployment",
        lambda: deployment_body(a_run(), a_job()),
        deployment_body,
        "Microsoft.CognitiveServices/accounts/deployments",
        "azure.mgmt.cognitiveservices",
        "azure.mgmt.cognitiveservices.models:Deployment",
    ),
)
