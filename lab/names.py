"""The names of what a run makes: one suffix in all of them, within Azure's limits for each type."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

SUITE_TAG = "lab-suite"
SUITE = "ft-travel-lab"
RUN_TAG = "lab-run"
OWNER_TAG = "lab-owner"
DELETE_AFTER_TAG = "lab-delete-after"
LONGEST_RUN = timedelta(hours=8)


@dataclass(frozen=True)
class Names:
    """The names of one run's resources, all ending in the same eight characters."""

    suffix: str

    @property
    def resource_group(self) -> str:
        return f"rg-ft-travel-{self.suffix}"

    @property
    def storage_account(self) -> str:
        return f"stfttravel{self.suffix}"

    @property
    def key_vault(self) -> str:
        return f"kv-ft-travel-{self.suffix}"

    @property
    def account(self) -> str:
        return f"aoai-ft-travel-{self.suffix}"

    @property
    def hub(self) -> str:
        return f"hub-ft-travel-{self.suffix}"

    @property
    def project(self) -> str:
        return f"project-ft-travel-{self.suffix}"

    @property
    def connection(self) -> str:
        return f"aoai-ft-travel-{self.suffix}"

    @property
    def role_assignment(self) -> str:
        """The same for every try of one run: only under the same name is the assignment's PUT idempotent."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{SUITE}/{self.suffix}"))

    @property
    def deployment(self) -> str:
        return f"ft-travel-{self.suffix}"


def tags(suffix: str, owner: str, started: datetime) -> dict[str, str]:
    """The tags by which a later sweep knows a group as this suite's, whose it is, and when it may go (UTC)."""
    return {
        SUITE_TAG: SUITE,
        RUN_TAG: suffix,
        OWNER_TAG: owner,
        DELETE_AFTER_TAG: (started + LONGEST_RUN).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
