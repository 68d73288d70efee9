"""`--preflight` alone: it says what stands in the way and what a run costs, and creates nothing."""

from __future__ import annotations

import hashlib
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.suite.projects import Project
from tests.suite.running import RunningEmulator

pytestmark = pytest.mark.server

RETIRED = ("--start", "2026-06-01T00:00:00Z")
SCENARIO = """
id = "preflight"
title = "A subscription that lacks what the lab needs"
source = "by design"
[[rule]]
when = { method = "GET", path = "*/providers/Microsoft.KeyVault", times = 1 }
then = { set = { "registrationState" = "NotRegistered" } }
[[rule]]
when = { method = "GET", path = "*/providers/Microsoft.Authorization/permissions" }
then = { body = { value = [ { actions = ["*/read"], notActions = [] } ] } }
[[rule]]
when = { method = "GET", path = "/subscriptions/*", times = 1 }
then = { set = { "subscriptionPolicies.quotaId" = "FreeTrial_2014-09-01" } }
[expect]
verdict = "inconclusive"
step = "1.2"
"""

ENDLESS = """
id = "endless"
title = "A registration without an end"
source = "by design"
[[rule]]
when = { method = "GET", path = "*/providers/Microsoft.Storage" }
then = { set = { "registrationState" = "Registering" } }
[expect]
verdict = "inconclusive"
step = "1.3"
"""


def writes(emulator: RunningEmulator) -> set[tuple[str, str]]:
    """Everything but reads that was asked: the method, and the last part of the path."""
    return {
        (method, path.rpartition("/")[2]) for method, path, _ in emulator.requests() if method not in ("GET", "HEAD")
    }


def test_a_lab_that_can_be_done_ends_with_0(project: Project, start_emulator: Callable[..., RunningEmulator]) -> None:
    emulator = start_emulator()
    run = project.run("--preflight", *emulator.arguments, **emulator.environment)
    assert run.code == 0, run.output
    assert writes(emulator) == {("POST", "token")}
    assert emulator.is_empty()
    assert run.verdict is None
    assert not (project.root / ".lab").exists()
    said = " ".join(run.output.split())
    assert "region switzerlandnorth, which the lab lists: 0125 cannot be fine-tuned here" in said
    assert "unknown whether it is the original" in said
    for words in (
        "gpt-35-turbo (2024-11-15): nothing stands in the way",
        "East US 2          yes   yes     0125     2025-10-28  2025-11-11  250 of 250",
        "list prices as of 2026-08-11 (USD)",
    ):
        assert words in run.output, words
    told = emulator.get("/_emulator/settings")
    for name in ("subscription_id", "tenant_id", "client_id", "client_secret", "principal_id"):
        assert told[name] not in run.output, name


def test_a_model_that_is_retired_everywhere_is_broken_and_others_are_named(
    project: Project, start_emulator: Callable[..., RunningEmulator]
) -> None:
    emulator = start_emulator(*RETIRED)
    run = project.run("--preflight", *emulator.arguments, **emulator.environment)
    assert run.code == 1, run.output
    assert writes(emulator) == {("POST", "token")}
    said = " ".join(run.output.split())
    assert "problem 2.2 Base model" in said
    assert "ended on 2025-10-28, and it was retired on 2025-11-11" in said
    assert "gpt-4o-mini 2024-07-18 (northcentralus, swedencentral)" in said
    assert "verify the rest of the lab with `--model" in said


def test_a_model_that_stands_in_is_looked_at_in_its_place(
    project: Project, start_emulator: Callable[..., RunningEmulator]
) -> None:
    emulator = start_emulator(*RETIRED)
    run = project.run("--preflight", "--model", "gpt-4o-mini", *emulator.arguments, **emulator.environment)
    assert run.code == 0, run.output
    assert "gpt-4o-mini (2026-06-01): nothing stands in the way" in run.output


def test_what_a_subscription_lacks_is_listed_and_a_provider_registered(project: Project) -> None:
    (project.root / "preflight.toml").write_text(SCENARIO)
    run = project.run("--preflight", "--emulator", "--scenario", "preflight.toml")
    assert run.code == 10, run.output
    said = " ".join(run.output.split())
    assert "it cannot be decided whether the lab works" in said
    assert "resource provider Microsoft.KeyVault was NotRegistered, and is registered now" in said
    assert "found no Microsoft.Resources/subscriptions/resourceGroups/write, the lab needs it" in said
    assert "is of the offer FreeTrial" in said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
def test_it_can_be_interrupted(
    project: Project, start_emulator: Callable[..., RunningEmulator], tmp_path: Path, number: signal.Signals
) -> None:
    scenario = tmp_path / "preflight.toml"
    scenario.write_text(ENDLESS)
    emulator = start_emulator("--scenario", str(scenario))
    process = project.start("--preflight", *emulator.arguments, **emulator.environment)
    emulator.wait_for("GET", "/providers/Microsoft.Storage")
    os.kill(process.pid, number)
    run = project.ended(process)
    assert run.code == 2, run.output
    assert "the preflight was interrupted; nothing was created" in run.output
    assert "Traceback" not in run.output


def test_a_file_that_has_changed_is_a_warning(project: Project) -> None:
    path = project.root / "data" / "lab.toml"
    digest = hashlib.sha256((project.root / "data" / "travel-finetune.jsonl").read_bytes()).hexdigest()
    original = path.read_text(encoding="utf-8")
    path.write_text(original.replace("sha256 = []", f'sha256 = ["{"0" * 64}"]'), encoding="utf-8")
    run = project.run("--preflight", "--emulator", "--lang", "ko")
    assert run.code == 0, run.output
    assert f"found the digest {digest}" in " ".join(run.output.split())
    path.write_text(original.replace("sha256 = []", f'sha256 = ["{digest}"]'), encoding="utf-8")
    assert "the known file" in " ".join(project.run("--preflight", "--emulator").output.split())


def test_a_replay_has_nothing_to_look_at(project: Project) -> None:
    run = project.run("--preflight")
    assert run.code == 4, run.output
    assert "--preflight: found it in a replay, expected --live or --emulator with it" in run.output


def test_without_a_credential_it_is_undecided(project: Project, tmp_path: Path) -> None:
    # Only what a developer has signed in with is looked for: an answer of the machine's own network would take time.
    nobody = {"HOME": str(tmp_path), "AZURE_CONFIG_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"}
    unset = dict.fromkeys(("AZURE_SUBSCRIPTION_ID", "AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_CLIENT_SECRET"), "")
    run = project.run("--preflight", "--live", AZURE_TOKEN_CREDENTIALS="dev", **nobody, **unset)
    assert run.code == 10, run.output
    said = " ".join(run.output.split())
    assert "problem 1.1 Sign in sign-in: found no credential that works" in said
    assert "sign in with `az login`" in said
