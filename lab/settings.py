"""Where a run's settings come from; the only module of the library that reads the environment."""

from __future__ import annotations

import json
import os
import random
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Generic, Literal, TypeVar

Mode = Literal["replay", "live", "emulator"]
T = TypeVar("T")

AZURE_RESOURCE_MANAGER = "https://management.azure.com"
SUFFIX_LENGTH = 8
# What seeds the random picks of a recording, so that its replay picks the same.
RECORDING_CHOICE = "recorded"


@dataclass(frozen=True)
class Setting(Generic[T]):
    """A value and where it was taken from, as the header of a run shows it."""

    value: T
    source: str


@dataclass(frozen=True)
class Endpoints:
    """The addresses that differ between Azure and a stand-in; `ca_file` is trusted beside the usual authorities."""

    resource_manager: str = AZURE_RESOURCE_MANAGER
    authority: str | None = None
    dataset_url: str | None = None
    ca_file: Path | None = None


@dataclass(frozen=True)
class ClientSecret:
    """A service principal to sign in with; `secret` is never shown."""

    tenant_id: str
    client_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Settings:
    """All that a run was told or found out before it starts; `speed` divides Azure's durations (1 on Azure).

    `choice` seeds what is picked at random; empty, the suffix does. `one_after_another` forbids stages side by side.
    `sign_in_problem` says why no subscription could be chosen: step 1.1 ends with it. `may_move`: `region` is only
    where an interrupted run was, and may be left when it is full.
    """

    mode: Mode
    run: str
    suffix: str
    started: datetime
    subscription_id: Setting[str]
    endpoints: Endpoints = Endpoints()
    sign_in: ClientSecret | None = None
    region: Setting[str] | None = None
    may_move: bool = False
    training_file: Path | None = None
    speed: float = 1.0
    polling_interval: float = 30.0
    one_after_another: bool = False
    choice: str = ""
    sign_in_problem: str = ""


def subscription(option: str | None, environ: Mapping[str, str] | None = None) -> Setting[str] | None:
    """The subscription that was named: by the option, AZURE_SUBSCRIPTION_ID or the Azure CLI's default; else None."""
    if option:
        return Setting(option, "--subscription")
    variables = os.environ if environ is None else environ
    value = variables.get("AZURE_SUBSCRIPTION_ID", "")
    if value:
        return Setting(value, "AZURE_SUBSCRIPTION_ID")
    directory = _azure_config_dir(variables)
    default = cli_default(directory / "azureProfile.json") if directory else ""
    return Setting(default, "the Azure CLI's default") if default else None


def _azure_config_dir(variables: Mapping[str, str]) -> Path | None:
    """Where the Azure CLI keeps its profile: AZURE_CONFIG_DIR, else `.azure` in the home directory."""
    named = variables.get("AZURE_CONFIG_DIR")
    home = variables.get("HOME") or variables.get("USERPROFILE")
    return Path(named) if named else Path(home) / ".azure" if home else None


def cli_default(profile: Path) -> str:
    """The id of the subscription that `az account set` made the default; empty without one.

    A profile that is damaged or of another cloud than Azure's public one names none: whoever is signed in otherwise
    needs none. The Azure CLI writes the file with a byte-order mark.
    """
    try:
        rows = json.loads(profile.read_text(encoding="utf-8-sig"))["subscriptions"]
        default = [row for row in rows if row["isDefault"] and row.get("environmentName", "AzureCloud") == "AzureCloud"]
        return str(default[0]["id"]) if default else ""
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def trusted_authorities(environ: Mapping[str, str] | None = None) -> Path | None:
    """The CA file that SSL_CERT_FILE names: how a running emulator's certificate is trusted."""
    value = (os.environ if environ is None else environ).get("SSL_CERT_FILE", "")
    return Path(value) if value else None


def new_suffix(source: random.Random | None = None) -> str:
    """Eight lower-case letters and digits that make this run's names unique in the world."""
    pick = source or random.SystemRandom()
    return "".join(pick.choice(string.ascii_lowercase + string.digits) for _ in range(SUFFIX_LENGTH))
