"""The lab replayed from its cassettes: offline, and strict about what was recorded."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lab.spec import STEP_IDS
from lab.stages import cassettes
from tests.suite.projects import Project

pytestmark = pytest.mark.server


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one-process", "two-workers"])
def test_the_replay_works(project: Project, workers: tuple[str, ...]) -> None:
    run = project.run(*workers)
    assert run.code == 0, run.output
    assert run.verdict is not None
    assert (run.verdict["mode"], run.verdict["verdict"]) == ("replay", "works")
    assert run.outcomes() == dict.fromkeys(STEP_IDS, "passed")
    assert "mode: replay (default)" in run.output


def test_nothing_of_the_caller_is_read(project: Project, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / ".azure").mkdir(parents=True)
    poison = "11111111-2222-3333-4444-555555555555"
    (home / ".azure" / "azureProfile.json").write_text(poison)
    variables = ("AZURE_SUBSCRIPTION_ID", "AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET")
    environment = dict.fromkeys(variables, poison) | {"OPENAI_API_KEY": poison, "HOME": str(home)}
    run = project.run(**environment)
    assert run.code == 0, run.output
    assert poison not in run.output


def test_the_network_can_be_cut(project: Project, tmp_path: Path) -> None:
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-rn", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine cannot make a network namespace (unshare -rn)")
    command = [unshare, "-rn", sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q"]
    env = {key: value for key, value in os.environ.items() if key != "PYTEST_XDIST_WORKER"} | {"HOME": str(tmp_path)}
    done = subprocess.run(command, cwd=project.root, env=env, text=True, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_changed_prompt_says_how_to_record(project: Project) -> None:
    path = project.root / "data" / "lab.toml"
    path.write_text(path.read_text().replace("What can you do?", "What could you do?"))
    run = project.run()
    assert run.code == 10, run.output
    reason = run.step("4.2")["reason"]
    assert "What could you do?" in reason
    assert "What can you do?" in reason
    assert "pytest --emulator --record" in reason
    assert run.step("3.3")["outcome"] == "passed"
    assert (run.step("4.1")["outcome"], run.step("4.3")["outcome"]) == ("inconclusive", "blocked")


def test_an_unplayed_request_is_noticed(project: Project) -> None:
    path = project.root / "data" / "lab.toml"
    path.write_text(path.read_text().replace("asks = 3", "asks = 1"))
    run = project.run()
    assert run.code == 10, run.output
    assert "pytest --emulator --record" in run.step("4.3")["reason"]


def test_a_missing_cassette_is_refused(project: Project) -> None:
    gone, damaged = cassettes()[3], cassettes()[5]
    (project.root / "cassettes" / f"{gone}.yaml").unlink()
    (project.root / "cassettes" / f"{damaged}.yaml").write_text("version: 1\n  interactions: [\n")
    run = project.run()
    assert run.code == 4, run.output
    assert f"{gone}.yaml is missing" in run.output
    assert f"{damaged}.yaml cannot be used" in run.output
    assert "pytest --emulator --record" in run.output
    assert run.verdict is None
