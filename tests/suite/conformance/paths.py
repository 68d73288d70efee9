"""Azure's addresses taken apart: which of their segments are fixed and which are names."""

from __future__ import annotations

import re
from collections.abc import Callable

Rename = Callable[[str, str], str]
"""From a segment's kind (`storageaccounts`, in lower case) and the name after it to what is to stand there."""

OPAQUE = re.compile(r"\b(file|ftjob|ftevent|ftchkpt)-[0-9a-f]{32}\b")
GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
HEX = re.compile(r"[0-9a-f]{32}")

_DATA_DEPLOYMENT = re.compile(r"(/openai/deployments/)([^/?]+)")


def is_management_path(path: str) -> bool:
    """Whether a string is a path, or an id, of the management plane."""
    return re.match(r"/{1,2}(subscriptions|providers|tenants)\b", path, re.IGNORECASE) is not None


def renamed(path: str, rename: Rename) -> str:
    """A path or id of the management plane with its names replaced; provider namespaces stay."""
    parts, pieces, at = path.split("/"), list[str](), 0
    while at < len(parts):
        here = parts[at]
        if not here or at + 1 == len(parts):
            pieces.append(here)
            at += 1
            continue
        after = parts[at + 1]
        pieces += [here, after if here.lower() == "providers" else rename(here.lower(), after)]
        at += 2
    return "/".join(pieces)


def renamed_in_data_plane(path: str, rename: Rename) -> str:
    """The same for a path of an account's own API: only a deployment's name is one; ids are opaque."""
    return _DATA_DEPLOYMENT.sub(lambda match: match[1] + rename("deployments", match[2]), path)


def nodes(path: str) -> list[str]:
    """The ids that a path goes through, outermost first: its group, then each resource."""
    parts, found, at = path.split("/"), list[str](), 0
    while at + 1 < len(parts):
        if not parts[at]:
            at += 1
            continue
        if parts[at].lower() not in {"providers", "subscriptions"}:
            found.append("/".join(parts[: at + 2]))
        at += 2
    return found


def type_of(resource_id: str) -> str:
    """The type of an id in lower case: `microsoft.storage/storageaccounts`, or `resourcegroups`."""
    before, found, after = resource_id.lower().rpartition("/providers/")
    if not found:
        return before.split("/")[-2] if before else after.split("/")[-2]
    namespace, *rest = after.split("/")
    return "/".join((namespace, *rest[::2]))
