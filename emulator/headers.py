"""Headers that every answer of a plane carries."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

from emulator.wire import Request

if TYPE_CHECKING:
    from emulator.world import World

# What is left of the limits: the small numbers and the large global ones that Azure has had since 2024
# (recordings role_assignments.json and ml_workspace_put.json). A client hardly ever sees them fall.
READS = ("reads", 249, 3_749)
WRITES = ("writes", 199, 2_999)
DELETES = ("deletes", 199, 2_999)

LIMITS = "x-ms-ratelimit-"
_READING_POST = re.compile(r".*/providers/Microsoft\.Storage/checkNameAvailability", re.IGNORECASE)
"""A POST that counts as a read (recordings storage_account_create_delete.json and storage_account_create_2025.json)."""


def management_headers(request: Request, world: World) -> dict[str, str]:
    """Request ids and what is left of the subscription's (or the tenant's) limits."""
    request_id = str(uuid.uuid4())
    kind, left, left_globally = _limit(request)
    headers = {
        "Cache-Control": "no-cache",
        "x-ms-request-id": request_id,
        "x-ms-correlation-request-id": request.headers.get("x-ms-correlation-request-id", request_id),
        "x-ms-routing-request-id": f"EMULATOR:{world.now:%Y%m%dT%H%M%SZ}:{request_id}",
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
    }
    client_id = request.headers.get("x-ms-client-request-id")
    if client_id and request.headers.get("x-ms-return-client-request-id", "").lower() == "true":
        headers["x-ms-client-request-id"] = client_id
    if request.path.lower().startswith("/subscriptions/"):
        headers[f"x-ms-ratelimit-remaining-subscription-{kind}"] = str(left)
        headers[f"x-ms-ratelimit-remaining-subscription-global-{kind}"] = str(left_globally)
    else:
        headers[f"x-ms-ratelimit-remaining-tenant-{kind}"] = "11999"
    return headers


def without_limits(headers: dict[str, str]) -> dict[str, str]:
    """Headers of an answer of the gateway itself, which counts nothing (the 404s of ml_hub_and_project.json)."""
    return {name: value for name, value in headers.items() if not name.startswith(LIMITS)}


def _limit(request: Request) -> tuple[str, int, int]:
    if _READING_POST.fullmatch(request.path):
        return READS
    return {"GET": READS, "HEAD": READS, "DELETE": DELETES}.get(request.method, WRITES)


def data_plane_headers(region_title: str | None) -> dict[str, str]:
    """An answer of an account; the gateway before it, which refuses keys, does not name a region."""
    headers = {"apim-request-id": str(uuid.uuid4()), "X-Content-Type-Options": "nosniff"}
    if region_title is not None:
        headers["x-ms-region"] = region_title
    return headers
