"""Reading an emulator's settings the way any client would."""

from __future__ import annotations

import ssl
from typing import Any

import httpx2

from emulator.server import Emulator


def settings_of(emulator: Emulator) -> dict[str, Any]:
    """What `GET /_emulator/settings` answers."""
    return fetch(f"{emulator.url}/_emulator/settings", str(emulator.ca_file))


def fetch(url: str, ca_file: str) -> dict[str, Any]:
    """A JSON object from an address of the emulator."""
    with httpx2.Client(verify=ssl.create_default_context(cafile=ca_file), trust_env=False) as client:
        document: dict[str, Any] = client.get(url).raise_for_status().json()
        return document
