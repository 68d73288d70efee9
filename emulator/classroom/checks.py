"""What a student can have done otherwise: the members that each resource's answer can have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.classroom.students import ABSENT
from emulator.edits import json_problem, path_problem

_RESOURCE = ("id", "name", "type", "location", "kind", "sku", "tags", "identity", "properties", "systemData", "etag")
_FILE = (
    *("id", "object", "filename", "purpose", "status", "status_details", "bytes", "created_at", "updated_at"),
    *("expires_at", "statistics", "error", "content"),
)
_JOB = (
    *("id", "object", "model", "suffix", "status", "training_file", "validation_file", "result_files", "error"),
    *("hyperparameters", "method", "seed", "fine_tuned_model", "trained_tokens", "integrations", "metadata"),
    *("created_at", "updated_at", "finished_at", "estimated_finish", "organization_id"),
)
MEMBERS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("hub", "project", "connection", "account", "deployment"), _RESOURCE),
    **dict.fromkeys(("training_file", "result_file"), _FILE),
    "job": _JOB,
}
SKU_MEMBERS = ("name", "tier", "size", "family", "capacity")


def change_problem(resource: str, path: str) -> str | None:
    """What was expected of the path of a change; None when the resource's answer can have such a member."""
    malformed = path_problem(path)
    if malformed:
        return malformed
    head, *rest = path.split(".")
    if head not in MEMBERS[resource]:
        return f"a path in the answer about this resource, which has {', '.join(MEMBERS[resource])}"
    if head == "sku" and rest and (rest[0] not in SKU_MEMBERS or len(rest) > 1):
        return f"a member of sku: {', '.join(SKU_MEMBERS)}"
    return None


def value_problem(path: str, value: Any) -> str | None:
    """What was expected of a value at a path; None when it can stand there."""
    if value == ABSENT:
        return None
    if path == "sku":
        if not isinstance(value, dict):
            return 'a table such as { name = "Standard", capacity = 5 }'
        return next((found for name in value if (found := value_problem(f"sku.{name}", value[name]))), None)
    if path == "sku.capacity" and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        return "a capacity, which is a whole number without quotes, such as 5"
    if path == "sku.name" and not isinstance(value, str):
        return "a name in quotes"
    return json_problem(value)
