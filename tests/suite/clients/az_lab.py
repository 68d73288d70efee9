"""The lab, done by hand with the Azure CLI: each function is some of its steps, and returns what they made."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.suite.clients.azure_cli import AzureCli

REGION = "swedencentral"
DATA_RESOURCE = "https://cognitiveservices.azure.com"
DATA_VERSION = "2024-10-21"
OPENAI_CONTRIBUTOR = "a001fd3d-188f-4b5d-821b-7da978bf7442"
BOUNDARY = "boundary-of-the-form"


@dataclass(frozen=True)
class Names:
    """What one walk's resources are called."""

    group: str
    account: str
    storage: str
    vault: str
    hub: str = "hub1"
    project: str = "project1"


@dataclass(frozen=True)
class Walk:
    """One walk through the lab."""

    az: AzureCli
    names: Names
    subscription: str
    principal: str
    folder: Path

    @property
    def scope(self) -> str:
        return f"/subscriptions/{self.subscription}/resourceGroups/{self.names.group}/providers"

    @property
    def account_id(self) -> str:
        return f"{self.scope}/Microsoft.CognitiveServices/accounts/{self.names.account}"

    def workspace_id(self, name: str) -> str:
        return f"{self.scope}/Microsoft.MachineLearningServices/workspaces/{name}"

    def on_account(self, *command: str) -> Any:
        """`az cognitiveservices account ...` for this walk's account."""
        group, account = self.names.group, self.names.account
        return self.az("cognitiveservices", "account", *command, "-g", group, "-n", account)

    def ready(self, resource_id: str, api_version: str) -> Any:
        """Wait until a resource made by `az rest` is there."""
        url = f"{resource_id}?api-version={api_version}"
        return self.az.until(lambda found: _state(found) == "Succeeded", "rest", "--url", url)


def make_hub(walk: Walk, tenant: str) -> Any:
    """1.3: the storage account, the vault and the hub."""
    storage = f"{walk.scope}/Microsoft.Storage/storageAccounts/{walk.names.storage}"
    vault = f"{walk.scope}/Microsoft.KeyVault/vaults/{walk.names.vault}"
    sku = {"family": "A", "name": "standard"}
    walk.az.put(storage, "2022-09-01", {"location": REGION, "kind": "StorageV2", "sku": {"name": "Standard_LRS"}})
    walk.az.put(vault, "2023-02-01", {"location": REGION, "properties": {"tenantId": tenant, "sku": sku}})
    hub = walk.workspace_id(walk.names.hub)
    properties = {"storageAccount": storage, "keyVault": vault}
    walk.az.put(hub, "2024-04-01", {"location": REGION, "kind": "Hub", "properties": properties})
    return walk.ready(hub, "2024-04-01")


def make_connection(walk: Walk, endpoint: str) -> Any:
    """1.4: the connection of the hub to the account."""
    properties = {
        "authType": "AAD",
        "category": "AzureOpenAI",
        "target": endpoint,
        "isSharedToAll": True,
        "metadata": {"ResourceId": walk.account_id},
    }
    hub = walk.workspace_id(walk.names.hub)
    return walk.az.put(f"{hub}/connections/openai", "2024-04-01", {"properties": properties})


def make_project(walk: Walk) -> Any:
    """1.6: the project under the hub."""
    project = walk.workspace_id(walk.names.project)
    properties = {"hubResourceId": walk.workspace_id(walk.names.hub)}
    walk.az.put(project, "2024-04-01", {"location": REGION, "kind": "Project", "properties": properties})
    return walk.ready(project, "2024-04-01")


def may_use_data(walk: Walk) -> Any:
    """Give the caller the role for files, jobs and chats."""
    who = ("--assignee-object-id", walk.principal, "--assignee-principal-type", "ServicePrincipal")
    role = ("--role", OPENAI_CONTRIBUTOR, "--scope", walk.account_id)
    return walk.az("role", "assignment", "create", *who, *role)


def train(walk: Walk, endpoint: str, examples: str) -> Any:
    """2.3 to 2.5: upload the examples, wait for them, run a job to its end."""
    file_id = _upload(walk, endpoint, examples)
    data(walk, endpoint, f"files/{file_id}", until=("status", "processed"))
    wanted = {"model": "gpt-35-turbo-0125", "training_file": file_id, "suffix": "ft-travel"}
    job = data(walk, endpoint, "fine_tuning/jobs", wanted)
    return data(walk, endpoint, f"fine_tuning/jobs/{job['id']}", until=("status", "succeeded"))


def deploy(walk: Walk, name: str, model: str) -> Any:
    """3.2 and 3.3: deploy the tuned model. By `az rest`, since the CLI's own command would poll after 30 s only."""
    properties = {"model": {"format": "OpenAI", "name": model, "version": "1"}}
    deployment = f"{walk.account_id}/deployments/{name}"
    walk.az.put(deployment, "2024-10-01", {"sku": {"name": "Standard", "capacity": 5}, "properties": properties})
    return walk.az.until(
        lambda found: _state(found) == "Succeeded",
        *("cognitiveservices", "account", "deployment", "show"),
        *("-g", walk.names.group, "-n", walk.names.account, "--deployment-name", name),
    )


def data(
    walk: Walk, endpoint: str, path: str, body: dict[str, Any] | None = None, until: tuple[str, str] | None = None
) -> Any:
    """A call to the account's own API by `az rest`: a GET, or a POST when there is a body."""
    url = f"{endpoint}openai/{path}?api-version={DATA_VERSION}"
    command = ["rest", "--resource", DATA_RESOURCE, "--url", url]
    if body is not None:
        command += ["--method", "post", "--body", json.dumps(body)]
    if until is None:
        return walk.az(*command)
    name, wanted = until
    return walk.az.until(lambda found: found[name] == wanted, *command)


def download(walk: Walk, endpoint: str, file_id: str) -> str:
    """The content of a file, by `az rest --output-file`."""
    target = walk.folder / "content"
    url = f"{endpoint}openai/files/{file_id}/content?api-version={DATA_VERSION}"
    walk.az("rest", "--resource", DATA_RESOURCE, "--url", url, "--output-file", str(target))
    return target.read_text(encoding="utf-8")


def _upload(walk: Walk, endpoint: str, examples: str) -> str:
    answer = walk.az(
        *("rest", "--method", "post", "--resource", DATA_RESOURCE),
        *("--url", f"{endpoint}openai/files?api-version={DATA_VERSION}", "--body", _form(examples)),
        *("--headers", f"Content-Type=multipart/form-data; boundary={BOUNDARY}"),
    )
    assert answer["status"] == "pending"
    return str(answer["id"])


def _form(examples: str) -> str:
    """A multipart body. As an argument, since `az` makes LF of the CRLF in a file; not `--` first: it is no option."""
    file = 'Content-Disposition: form-data; name="file"; filename="travel.jsonl"\r\nContent-Type: text/plain'
    parts = ('Content-Disposition: form-data; name="purpose"\r\n\r\nfine-tune', f"{file}\r\n\r\n{examples}")
    return "".join(f"\r\n--{BOUNDARY}\r\n{part}" for part in parts) + f"\r\n--{BOUNDARY}--\r\n"


def _state(found: Any) -> Any:
    return found["properties"]["provisioningState"]
