"""Steps 1.4 and 1.5: the connection from the hub to the account, and no connection to AI Search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lab.arm import request, whole
from lab.azure_errors import explained
from lab.build.account import Account
from lab.build.hub import Workspace
from lab.clients import MACHINE_LEARNING_API_VERSION
from lab.listing import everything
from lab.run import Run
from lab.waiting import retried

STEP = "1.4"
# What must be told of a connection before anything can be said of it.
TOLD = ("name", "properties.category")


@dataclass(frozen=True)
class Connection:
    """A connection of a hub; `account_id` is the resource that it leads to, empty when it names none."""

    name: str
    category: str
    auth_type: str
    target: str
    account_id: str


@dataclass(frozen=True)
class Connections:
    """The connection to the account (None where there is none to any model), and all that the hub has."""

    made: Connection | None
    all: tuple[Connection, ...]


def make_connection(run: Run, hub: Workspace, account: Account) -> Connections:
    """Connect the hub to the account without storing a key, and list all connections of the hub."""
    name = run.names.connection
    wait = run.wait(STEP, f"connection {name}", run.spec.waits.resource_s)
    path = f"{hub.id}/connections/{name}?api-version={MACHINE_LEARNING_API_VERSION}"
    of_hub = f"{hub.id}/connections?api-version={MACHINE_LEARNING_API_VERSION}"
    body = connection_body(account)
    run.journal.write("making", "connection", name, hub=hub.name)
    try:
        made = retried(wait, run.clock, lambda: connection(whole(request(run, "PUT", path, body), TOLD)))
        listed = retried(wait, run.clock, lambda: tuple(connection(item) for item in everything(run.clients, of_hub)))
    except Exception as error:
        raise explained(STEP, f"connecting hub {hub.name} to account {account.name}", error) from error
    return Connections(made, listed)


def connection_body(account: Account) -> dict[str, Any]:
    """A connection without credentials (recording ml_connection_azure_openai_aad.json)."""
    return {
        "properties": {
            "authType": "AAD",
            "category": "AzureOpenAI",
            "target": account.endpoint,
            "isSharedToAll": True,
            "metadata": {"ApiType": "Azure", "ResourceId": account.id},
        }
    }


def connection(body: dict[str, Any]) -> Connection:
    """A connection from Azure's description of it."""
    properties = body.get("properties") or {}
    metadata = properties.get("metadata") or {}
    return Connection(
        name=str(body.get("name", "")),
        category=str(properties.get("category", "")),
        auth_type=str(properties.get("authType", "")),
        target=str(properties.get("target", "")),
        account_id=next((str(value) for key, value in metadata.items() if key.lower() == "resourceid"), ""),
    )
