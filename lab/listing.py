"""Lists that come in pages, of Azure Resource Manager and of the SDKs; none is read without end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lab.azure_errors import HalfAnswer
from lab.clients import Clients

# A class's whole subscription fits into less; a list that goes on beyond goes round in a circle.
MOST_PAGES = 500


def everything(clients: Clients, path: str) -> list[dict[str, Any]]:
    """All rows of a list, page after page; raises azure-core's `HttpResponseError` when Azure refuses one.

    Only a missing `nextLink` is the end: a page may be empty and have one (recording keyvault_deleted_list.json).
    """
    from azure.core.rest import HttpRequest

    rows: list[dict[str, Any]] = []
    url: str | None = clients.settings.endpoints.resource_manager + path
    read: set[str] = set()
    while url:
        if url in read:
            raise HalfAnswer("found a list whose next page is one that was read before, expected an end of it")
        read.add(url)
        response = clients.resources.send_request(HttpRequest("GET", url))
        response.raise_for_status()
        page: dict[str, Any] = response.json()
        if "value" not in page:
            raise HalfAnswer("found no value in a list by Azure")
        rows += page["value"] or []
        url = page.get("nextLink")
    return rows


def rows_of(listed: Any) -> list[Any]:
    """All rows of what an SDK's `list` gives; raises `HalfAnswer` where there is always another page."""
    rows: list[Any] = []
    for number, page in enumerate(_pages(listed), start=1):
        if number > MOST_PAGES:
            raise HalfAnswer(f"found a list of more than {MOST_PAGES} pages, expected an end of it")
        rows += page
    return rows


def _pages(listed: Any) -> Iterator[Iterable[Any]]:
    """The pages of azure-core's lists, of openai's, or the one of a plain list."""
    if hasattr(listed, "by_page"):
        yield from listed.by_page()
    elif hasattr(listed, "iter_pages"):
        yield from (page.data or () for page in listed.iter_pages())
    else:
        yield listed
