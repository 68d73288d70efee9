"""The main job: the lab built, checked and deleted against the stand-in for Azure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lab.spec import STEP_IDS
from tests.suite.projects import Project
from tests.suite.running import RunningEmulator

pytestmark = pytest.mark.server
COOKING = Path(__file__).parents[1] / "data" / "cooking-finetune.jsonl"


def groups_written(emulator: RunningEmulator) -> list[str]:
    """The methods of all writes to resource groups themselves, in order."""
    return [
        method
        for method, path, _ in emulator.requests()
        if method in ("PUT", "DELETE") and path.lower().split("/")[3:4] == ["resourcegroups"] and path.count("/") == 4
    ]


def test_the_lab_works(project: Project) -> None:
    run = project.run("--emulator")
    assert run.code == 0, run.output
    assert set(run.outcomes()) == set(STEP_IDS)
    assert set(run.outcomes().values()) == {"passed"}
    assert run.verdict is not None
    assert run.verdict["verdict"] == "works"
    assert run.verdict["clean_up"] == {"deleted": True, "purged": True, "left": []}
    assert run.verdict["region"] in ("eastus2", "northcentralus", "swedencentral")
    assert [warning["step"] for warning in run.verdict["warnings"]] == ["1.3"]
    assert "switzerlandnorth" in run.verdict["warnings"][0]["reason"]


def test_four_workers_build_one_environment(project: Project, start_emulator: Callable[..., RunningEmulator]) -> None:
    emulator = start_emulator()
    run = project.run("-n", "4", *emulator.arguments, **emulator.environment)
    assert run.code == 0, run.output
    assert groups_written(emulator) == ["PUT", "DELETE"]
    assert emulator.is_empty()


def test_other_training_data_is_found_out(project: Project) -> None:
    run = project.run("--emulator", "--training-file", str(COOKING))
    assert run.code == 1, run.output
    assert run.verdict is not None
    assert run.verdict["verdict"] == "broken"
    first = next(step for step in run.verdict["steps"] if step["outcome"] != "passed")
    assert (first["id"], first["outcome"]) == ("4.2", "failed")
    assert run.verdict["clean_up"] == {"deleted": True, "purged": True, "left": []}


def test_only_the_labs_checks_run(project: Project) -> None:
    (project.root / "tests" / "suite").mkdir()
    (project.root / "tests" / "suite" / "test_other.py").write_text("def test_other(): assert False\n")
    run = project.run("--emulator", "--collect-only", "-q")
    assert run.code == 0, run.output
    assert "test_other" not in run.output
    assert "test_hub_is_a_hub" in run.output


def test_secrets_stay_out_of_the_report(project: Project, start_emulator: Callable[..., RunningEmulator]) -> None:
    emulator = start_emulator()
    told = emulator.get("/_emulator/settings")
    run = project.run(*emulator.arguments, **emulator.environment)
    assert run.code == 0, run.output
    shown = run.output + (project.root / "report" / "verdict.json").read_text(encoding="utf-8")
    for name in ("subscription_id", "tenant_id", "client_id", "client_secret", "principal_id"):
        assert told[name] not in shown, name


def test_a_part_of_the_lab_is_not_the_lab(project: Project) -> None:
    run = project.run("--emulator", "-k", "test_resource_group_is_there")
    assert run.code == 10, run.output
    assert run.verdict is not None
    assert run.verdict["verdict"] == "inconclusive"
    assert run.outcomes()["1.2"] == "passed"
    assert run.outcomes()["1.3"] == "skipped"
    assert run.verdict["clean_up"] == {"deleted": True, "purged": True, "left": []}
