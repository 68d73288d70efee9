"""The addresses that the emulator hands out: of operations to poll, of accounts, of the training data set."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from emulator.timestamps import ticks

ACCOUNT_PREFIX = "/_account/"
REGION_PREFIX = "/_region/"
# The path at which the lab's page has its data set, on another host.
DATASET_FOLDER = "/MicrosoftLearning/mslearn-ai-studio/main/data/"
# Together some 3,500 characters, as the poll addresses have had since 2024.
CERTIFICATE_CHARACTERS = 3_080
SIGNATURE_CHARACTERS = 342
HASH_CHARACTERS = 43


@dataclass(frozen=True)
class Addresses:
    """Addresses below `url`, the emulator's own."""

    url: str

    def operation(self, path: str, now: datetime, **query: str) -> str:
        """An address to poll. It ends in the signed parts t, c, s and h, made for this moment."""
        pairs = "&".join(f"{name.replace('_', '-')}={quote(value)}" for name, value in query.items())
        address = f"{self.url}{path}?{pairs}"
        return f"{address}&t={ticks(now)}&{_signed_parts(f'{address}{now.isoformat()}')}"

    def account(self, sub_domain: str | None, region: str) -> str:
        """Where an account is reached: at its own sub-domain, or at the address that its region's accounts share."""
        return f"{self.url}{ACCOUNT_PREFIX}{sub_domain}/" if sub_domain else f"{self.url}{REGION_PREFIX}{region}/"

    def dataset(self, name: str) -> str:
        """Where the training data set is served."""
        return f"{self.url}{DATASET_FOLDER}{quote(name)}"


def spellings(*paths: str) -> set[str]:
    """The paths as they are, and as Azure's own hosts would have them: without the emulator's prefixes."""
    written = set(paths)
    for path in paths:
        for prefix in (ACCOUNT_PREFIX, REGION_PREFIX):
            if path.startswith(prefix):
                written.add(f"/{path.removeprefix(prefix).partition('/')[2]}")
    return written


def job_id(group: str, location: str, now: datetime) -> str:
    """The last part of a group delete's address: base64 of the job's JSON (recording resource_group.json)."""
    unique = hashlib.sha256(f"{group}/{location}/{now.isoformat()}".encode()).hexdigest()[:16].upper()
    name = group.upper().replace("-", ":2D").replace("_", ":5F")
    job = {"jobId": f"RESOURCEGROUPDELETIONJOB-{name}-{unique}-{location.upper()}", "jobLocation": location}
    return base64.urlsafe_b64encode(json.dumps(job, separators=(",", ":")).encode()).rstrip(b"=").decode()


def _signed_parts(address: str) -> str:
    certificate = _characters("certificate", CERTIFICATE_CHARACTERS - 3)
    signature = _characters(f"signature {address}", SIGNATURE_CHARACTERS)
    digest = _characters(f"hash {address}", HASH_CHARACTERS)
    return f"c=MII{certificate}&s={signature}&h={digest}"


def _characters(seed: str, count: int) -> str:
    raw = hashlib.shake_256(seed.encode()).digest(count)
    return base64.urlsafe_b64encode(raw).decode()[:count]
