"""How much of a model's quota is left in a region, in thousands of tokens a minute over all accounts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

TUNED = "-finetune"
"""How the name of a quota for tuned models ends (pull request Azure/azure-dev#6929)."""


@dataclass(frozen=True)
class Sku:
    """A way to deploy a model version, and the name under which its quota is counted."""

    name: str
    usage_name: str


@dataclass(frozen=True)
class Quota:
    """One row of a region's usages: `limit` and `used` in thousands of tokens a minute."""

    name: str
    limit: int
    used: int

    @property
    def left(self) -> int:
        return max(0, self.limit - self.used)


def tuned_usage_name(skus: Iterable[Sku], sku: str) -> str:
    """The quota that a deployment of a tuned model counts against; empty when the model has no such sku.

    Tuned models have a quota of their own; where there are two skus of one name, that is the one.
    """
    names = [item.usage_name for item in skus if item.name.lower() == sku.lower()]
    return next((name for name in names if name.endswith(TUNED)), names[0] if names else "")


def deploys_tuned(skus: Iterable[Sku], sku: str, *, tells_tuned: bool) -> bool:
    """Whether a tuned model of these skus can be deployed as that one.

    A list that `tells_tuned` has a sku of its own for that; an older one has the base model's alone.
    """
    name = tuned_usage_name(skus, sku)
    return name.endswith(TUNED) if tells_tuned else bool(name)


def find_quota(usages: Iterable[Any], name: str) -> Quota | None:
    """The row of that name from the management SDK's list of usages."""
    for usage in usages:
        if usage.name is not None and usage.name.value == name:
            return Quota(name, int(usage.limit or 0), int(usage.current_value or 0))
    return None
