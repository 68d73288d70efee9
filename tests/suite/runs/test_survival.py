"""Regions without room, keys where roles are not given, what is kept, and what a sweep may take."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from lab.names import tags
from lab.spec import STEP_IDS
from tests.suite.projects import Project
from tests.suite.running import RunningEmulator
from tests.suite.runs.azure_calls import ACCOUNTS, call, lock_group, made, make_group, the_account
from tests.suite.runs.plants import SWEPT_AT_ONCE
from tests.suite.runs.test_emulator_run import groups_written

pytestmark = pytest.mark.server
Start = Callable[..., RunningEmulator]
ABLE = ("eastus2", "northcentralus", "swedencentral")
NO_ROOM = """
id = "no-room"
title = "The region has no quota left for the deployment"
source = "by design"
[[rule]]
when = {{ method = "PUT", path = "*/deployments/*"{times} }}
then = {{ status = 400, set = {{ "error.code" = "InsufficientQuota", "error.message" = "needs 5, has 0 left" }} }}
"""
NO_ROLES = """
id = "no-roles"
title = "The caller may not assign roles"
source = "by design"
[[rule]]
when = { method = "PUT", path = "*/roleAssignments/*" }
then = { status = 403, set = { "error.code" = "AuthorizationFailed", "error.message" = "may not assign roles" } }
"""

MAY_NOT = 'then = { status = 403, set = { "error.code" = "AuthorizationFailed", "error.message" = "may not" } }'
NO_PURGE_AT_FIRST = f"""
id = "no-purge-at-first"
title = "The caller may not purge key vaults, and is given the right later"
source = "by design"
[[rule]]
when = {{ method = "POST", path = "*/deletedVaults/*/purge", times = 2 }}
{MAY_NOT}
"""
NO_LIST = f"""
id = "no-list"
title = "The caller may not list soft-deleted key vaults"
source = "by design"
[[rule]]
when = {{ method = "GET", path = "*/providers/Microsoft.KeyVault/deletedVaults" }}
{MAY_NOT}
"""


@pytest.fixture
def misbehaving(start_emulator: Start, tmp_path: Path) -> Start:
    """Start an emulator with a scenario, given as text."""

    def start(text: str, *arguments: str) -> RunningEmulator:
        identity = text.split('"')[1]
        scenario = tmp_path / f"{identity}.toml"
        scenario.write_text(text, encoding="utf-8")
        return start_emulator("--scenario", str(scenario), *arguments)

    return start


def test_a_region_without_quota_is_left_for_the_next_one(project: Project, misbehaving: Start) -> None:
    emulator = misbehaving(NO_ROOM.format(times=", times = 1"))
    run = project.run(*emulator.arguments, **emulator.environment)
    assert run.code == 0, run.output
    assert run.outcomes() == dict.fromkeys(STEP_IDS, "passed")
    assert run.verdict is not None
    moved = [warning["reason"] for warning in run.verdict["warnings"] if "had no room" in warning["reason"]]
    assert len(moved) == 1
    assert "at step 3.2" in moved[0]
    assert "InsufficientQuota: needs 5, has 0 left" in moved[0]
    assert run.verdict["region"] not in moved[0]
    assert groups_written(emulator) == ["PUT", "DELETE", "PUT", "DELETE"]
    assert made(emulator)["job"] == 2
    assert emulator.is_empty()


def test_when_all_regions_are_full_it_is_inconclusive_with_the_words_of_each(
    project: Project, misbehaving: Start
) -> None:
    emulator = misbehaving(NO_ROOM.format(times=""))
    run = project.run(*emulator.arguments, **emulator.environment)
    assert run.code == 10, run.output
    assert run.step("3.2")["outcome"] == "inconclusive"
    reason = run.step("3.2")["reason"]
    assert "no region that was tried has room" in reason
    for region in ABLE:
        assert f"{region}: deploying" in reason
    assert reason.count("InsufficientQuota: needs 5, has 0 left") == len(ABLE)
    assert run.step("3.3")["outcome"] == run.step("4.2")["outcome"] == "blocked"
    assert {run.outcomes()[step] for step in ("1.3", "2.5", "5.1", "5.2")} == {"passed"}
    assert groups_written(emulator) == ["PUT", "DELETE"] * len(ABLE)
    assert emulator.is_empty()


def test_a_region_that_was_asked_for_is_not_left(project: Project, misbehaving: Start) -> None:
    emulator = misbehaving(NO_ROOM.format(times=""))
    run = project.run("--region", "swedencentral", *emulator.arguments, **emulator.environment)
    assert run.code == 10, run.output
    assert "no region that was tried" not in run.step("3.2")["reason"]
    assert groups_written(emulator) == ["PUT", "DELETE"]


@pytest.mark.parametrize("asked", [(), ("--region", "swedencentral")], ids=["any-region", "the-region-asked-for"])
def test_a_resumed_run_moves_where_the_first_one_might(
    project: Project, misbehaving: Start, asked: tuple[str, ...]
) -> None:
    emulator = misbehaving(NO_ROOM.format(times=", times = 1"))
    first = "tests/lab/test_1_hub_and_project.py"
    project.run("--keep", *asked, first, *emulator.arguments, **emulator.environment)
    (journal,) = (project.root / ".lab" / "runs").iterdir()
    run = project.run("--resume", journal.stem, *emulator.arguments, **emulator.environment)
    assert run.verdict is not None, run.output
    moved = [warning["reason"] for warning in run.verdict["warnings"] if "had no room" in warning["reason"]]
    assert (run.code, run.step("3.2")["outcome"]) == ((10, "inconclusive") if asked else (0, "passed")), run.output
    assert len(moved) == (0 if asked else 1)
    assert groups_written(emulator) == ["PUT", "DELETE"] * (1 if asked else 2)
    assert emulator.is_empty()


def test_where_roles_may_not_be_assigned_the_key_is_used_and_kept_nowhere(project: Project, misbehaving: Start) -> None:
    emulator = misbehaving(NO_ROLES)
    run = project.run("--keep", *emulator.arguments, **emulator.environment)
    steps = {name: outcome for name, outcome in run.outcomes().items() if name[0] != "5"}
    assert set(steps.values()) == {"passed"}, run.output
    assert run.step("1.4")["evidence"]["account"]["access"] == "key"
    assert run.verdict is not None
    assert any("its key was used" in warning["reason"] for warning in run.verdict["warnings"])
    keys = call(emulator, "POST", f"{the_account(emulator)}/listKeys", ACCOUNTS)
    written = [path.read_text(encoding="utf-8", errors="replace") for path in project.root.rglob("*") if path.is_file()]
    for key in (keys["key1"], keys["key2"]):
        assert len(key) > 20
        assert key not in run.output
        assert not any(key in text for text in written)


def test_what_is_kept_stays_and_can_be_deleted_by_the_resumed_run(project: Project, start_emulator: Start) -> None:
    emulator = start_emulator()
    kept = project.run("--keep", *emulator.arguments, **emulator.environment)
    (group,) = emulator.get("/_emulator/state")["resource_groups"]
    assert f"kept, as --keep asked: resource group {group}" in kept.output
    assert f"az group delete --name {group}" in kept.output
    assert kept.verdict is not None
    assert kept.verdict["clean_up"] == {"deleted": False, "purged": False, "left": [f"resource group {group}"]}
    (journal,) = (project.root / ".lab" / "runs").iterdir()
    assert f"--resume {journal.stem}" in kept.output
    other = project.run("--resume", journal.stem, "--model", "gpt-4o", *emulator.arguments, **emulator.environment)
    assert other.code == 4, other.output
    assert "found a run with model gpt-35-turbo" in other.output
    others = ("--subscription", "other", "--training-file", "data/travel-finetune.jsonl")
    wrong = project.run("--resume", journal.stem, *others, *emulator.arguments, **emulator.environment)
    assert wrong.code == 4, wrong.output
    assert "found a run in another subscription than --subscription names" in wrong.output
    assert "found a run with the lab's own training file" in wrong.output
    elsewhere = start_emulator()
    refused = project.run("--resume", journal.stem, *elsewhere.arguments, **elsewhere.environment)
    assert refused.code == 4, refused.output
    assert f"found a run made at {emulator.url}, expected {elsewhere.url}" in refused.output
    assert elsewhere.is_empty()
    resumed = project.run("--resume", journal.stem, *emulator.arguments, **emulator.environment)
    assert f"unfinished: {journal.stem}" not in resumed.output, "it is the one that is gone on with"
    assert resumed.code == 0, resumed.output
    assert set(made(emulator).values()) == {1}
    assert emulator.is_empty()


def test_unfinished_runs_are_mentioned_until_they_are_swept(project: Project, start_emulator: Start) -> None:
    emulator = start_emulator()
    project.run("--keep", "--region", "swedencentral", *emulator.arguments, **emulator.environment)
    (group,) = emulator.get("/_emulator/state")["resource_groups"]
    (journal,) = (project.root / ".lab" / "runs").iterdir()
    line = f"unfinished: {journal.stem} left {group}; go on with `--resume {journal.stem}`"
    other = project.run(*emulator.arguments, **emulator.environment)
    assert other.code == 0, other.output
    assert line in other.output
    assert emulator.get("/_emulator/state")["resource_groups"] == [group], "it is not touched"
    listed = project.run("--sweep", *emulator.arguments, **emulator.environment)
    assert f"{group} (" in listed.output
    assert "its time has not come" in listed.output
    suffix = group.removeprefix("rg-ft-travel-")
    make_group(emulator, group, tags(suffix, "somebody", datetime.now(timezone.utc) - timedelta(hours=9)))
    swept = project.run("--sweep", "--yes", *emulator.arguments, **emulator.environment)
    assert swept.code == 0, swept.output
    assert f"{group}: deleted and purged" in swept.output
    assert emulator.is_empty()
    assert line not in project.run("--sweep", *emulator.arguments, **emulator.environment).output


def test_the_sweep_deletes_only_what_may_go(project: Project, start_emulator: Start) -> None:
    emulator = start_emulator()
    now = datetime.now(timezone.utc)
    due, not_due = now - timedelta(hours=9), now
    make_group(emulator, "rg-production", {})
    make_group(emulator, "rg-copied-tags", tags("aaaaaaaa", "somebody", due))
    make_group(emulator, "rg-ft-travel-untagged", {"owner": "somebody"})
    make_group(emulator, "rg-ft-travel-bbbbbbbb", tags("bbbbbbbb", "somebody", not_due))
    make_group(emulator, "rg-ft-travel-cccccccc", tags("cccccccc", "somebody", due))
    lock_group(emulator, "rg-ft-travel-cccccccc")
    make_group(emulator, "rg-ft-travel-dddddddd", tags("dddddddd", "somebody", due))
    before = emulator.get("/_emulator/state")["resource_groups"]
    listed = project.run("--sweep", *emulator.arguments, **emulator.environment)
    assert listed.code == 10, listed.output
    assert "rg-ft-travel-dddddddd (swedencentral): may be deleted" in listed.output
    assert "delete what may be deleted with --sweep --yes" in listed.output
    assert emulator.get("/_emulator/state")["resource_groups"] == before, "it only lists"
    swept = project.run("--sweep", "--yes", *emulator.arguments, **emulator.environment)
    assert swept.code == 0, swept.output
    for words in (
        "rg-ft-travel-dddddddd: deleted and purged",
        "rg-ft-travel-cccccccc: left as it is: it, or something in it, is locked",
        "rg-ft-travel-bbbbbbbb: left as it is: its time has not come",
        "rg-copied-tags: left as it is: its name is not the one",
    ):
        assert words in swept.output
    for name in ("rg-production", "rg-ft-travel-untagged"):
        assert name not in swept.output
    assert emulator.get("/_emulator/state")["resource_groups"] == [
        name for name in before if name != "rg-ft-travel-dddddddd"
    ]
    assert swept.verdict is None


def test_a_vault_that_alone_is_left_is_swept(project: Project, misbehaving: Start) -> None:
    emulator = misbehaving(NO_PURGE_AT_FIRST)
    with (project.root / "conftest.py").open("a") as conftest:
        conftest.write(SWEPT_AT_ONCE)
    run = project.run(*emulator.arguments, **emulator.environment)
    assert run.code == 0, run.output
    state = emulator.get("/_emulator/state")
    (vault,) = state["deleted_vaults"]
    assert {kind for kind, there in state.items() if there} == {"deleted_vaults"}
    group = vault.replace("kv-", "rg-")

    listed = project.run("--sweep", *emulator.arguments, **emulator.environment)
    assert listed.code == 10, listed.output
    assert f"{group} (" in listed.output
    assert "may be deleted" in listed.output

    refused = project.run("--sweep", "--yes", *emulator.arguments, **emulator.environment)
    assert refused.code == 0, refused.output
    stays = f"{group}: gone but for key vault {vault}: found no right to purge it; it costs nothing and goes by itself"
    assert stays in refused.output
    assert "deleted and purged" not in refused.output
    assert emulator.get("/_emulator/state")["deleted_vaults"] == [vault]

    swept = project.run("--sweep", "--yes", *emulator.arguments, **emulator.environment)
    assert swept.code == 0, swept.output
    assert f"{group}: deleted and purged" in swept.output
    assert emulator.is_empty()
    nothing = project.run("--sweep", *emulator.arguments, **emulator.environment)
    assert nothing.code == 0, nothing.output
    assert "no resource group and no soft-deleted account or key vault of this suite is left" in nothing.output


def test_where_deleted_vaults_may_not_be_listed_the_sweep_says_so_and_goes_on(
    project: Project, misbehaving: Start
) -> None:
    emulator = misbehaving(NO_LIST)
    unseen = "soft-deleted key vaults: found no right to list them"
    nothing = project.run("--sweep", *emulator.arguments, **emulator.environment)
    assert nothing.code == 0, nothing.output
    assert unseen in nothing.output
    assert "nothing else of this suite is left" in nothing.output
    make_group(emulator, "rg-ft-travel-dddddddd", tags("dddddddd", "somebody", datetime.now(timezone.utc)))
    listed = project.run("--sweep", *emulator.arguments, **emulator.environment)
    assert listed.code == 0, listed.output
    assert unseen in listed.output
    assert "rg-ft-travel-dddddddd (swedencentral): its time has not come" in listed.output
