"""Lists of Azure Resource Manager that come in pages."""

from __future__ import annotations

from typing import Any

from lab.clients import Clients


def everything(clients: Clients, path: str) -> list[dict[str, Any]]:
    """All rows of a list, page after page; raises azure-core's `HttpResponseError` when Azure refuses one.

    Only a missing `nextLink` is the end: a page may be empty and have one (recording keyvault_deleted_list.json).
    """
    from azure.core.rest import HttpRequest

    rows: list[dict[str, Any]] = []
    url: str | None = clients.settings.endpoints.resource_manager + path
    while url:
        response = clients.resources.send_request(HttpRequest("GET", url))
        response.raise_for_status()
        page: dict[str, Any] = response.json()
        rows += page.get("value") or []
        url = page.get("nextLink")
    return rows
