"""What somebody else does in the subscription while runs come and go, and what a run asked of it."""

from __future__ import annotations

import json
import ssl
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

from tests.suite.running import RunningEmulator

GROUPS = "2025-04-01"
LOCKS = "2016-09-01"
ACCOUNTS = "2025-09-01"


def call(emulator: RunningEmulator, method: str, path: str, api_version: str, body: Any = None) -> dict[str, Any]:
    """One call to Azure Resource Manager below the subscription, with a token of its own."""
    told = emulator.get("/_emulator/settings")
    secret = {
        "grant_type": "client_credentials",
        "client_id": told["client_id"],
        "client_secret": told["client_secret"],
        "scope": "https://management.azure.com/.default",
    }
    form = urllib.parse.urlencode(secret).encode()
    token = _answer(emulator, f"/{told['tenant_id']}/oauth2/v2.0/token", "POST", form, {})["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    content = None if body is None else json.dumps(body).encode()
    return _answer(
        emulator, f"/subscriptions/{told['subscription_id']}{path}?api-version={api_version}", method, content, headers
    )


def _answer(
    emulator: RunningEmulator, path: str, method: str, content: bytes | None, headers: Mapping[str, str]
) -> dict[str, Any]:
    request = urllib.request.Request(f"{emulator.url}{path}", content, dict(headers), method=method)
    context = ssl.create_default_context(cafile=emulator.ca_file)
    with urllib.request.urlopen(request, timeout=10, context=context) as answer:
        document: dict[str, Any] = json.load(answer)
    return document


def make_group(emulator: RunningEmulator, name: str, tags: Mapping[str, str]) -> None:
    """Create a resource group, or give one other tags."""
    body = {"location": "swedencentral", "tags": dict(tags)}
    call(emulator, "PUT", f"/resourcegroups/{name}", GROUPS, body)


def lock_group(emulator: RunningEmulator, name: str) -> None:
    """Forbid the deletion of a resource group."""
    path = f"/resourceGroups/{name}/providers/Microsoft.Authorization/locks/stay"
    call(emulator, "PUT", path, LOCKS, {"properties": {"level": "CanNotDelete"}})


def the_account(emulator: RunningEmulator) -> str:
    """The path of the only account, below the subscription."""
    state = emulator.get("/_emulator/state")
    (group,), (account,) = state["resource_groups"], state["accounts"]
    return f"/resourceGroups/{group}/providers/Microsoft.CognitiveServices/accounts/{account}"


def made(emulator: RunningEmulator) -> dict[str, int]:
    """How often each thing that must not be made twice was made: every such request that was not refused."""
    kinds: dict[str, tuple[str, Callable[[list[str]], bool]]] = {
        "group": ("PUT", lambda parts: parts[-2:-1] == ["resourcegroups"]),
        "account": ("PUT", lambda parts: parts[-2:-1] == ["accounts"]),
        "hub": ("PUT", lambda parts: parts[-2:-1] == ["workspaces"] and parts[-1].startswith("hub-")),
        "project": ("PUT", lambda parts: parts[-2:-1] == ["workspaces"] and parts[-1].startswith("project-")),
        "file": ("POST", lambda parts: parts[-2:] == ["openai", "files"]),
        "job": ("POST", lambda parts: parts[-2:] == ["fine_tuning", "jobs"]),
        "deployment": ("PUT", lambda parts: parts[-2:-1] == ["deployments"]),
    }
    rows = [(verb, path.lower().split("/")) for verb, path, status in emulator.requests() if status < 400]
    return {kind: sum(verb == method and fits(parts) for verb, parts in rows) for kind, (method, fits) in kinds.items()}
