"""A class at work: environments that were built before the emulator was started."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from emulator.options import Options, OptionsError
from emulator.server import serve_in_thread
from tests.suite.emulator import lab
from tests.suite.emulator.clients import Azure

pytestmark = pytest.mark.server

COOKING = lab.DATA / "cooking-finetune.jsonl"
CLASS = """
[[student]]
id = "s001"
resource_group = "rg-s001"

[[student]]
id = "Kim_Min-jun.0002"
resource_group = "rg-s002"
region = "westeurope"
answers = "base"
set = [ { resource = "deployment", path = "sku.capacity", value = 10 }, { resource = "connection", value = "absent" } ]

[[student]]
id = "s003"
resource_group = "rg-s003"
answers = "tea.jsonl"
set = [
    { resource = "job", path = "suffix", value = "mine" },
    { resource = "result_file", path = "content", value = "step,train_loss\\n1,2.0\\n" },
    { resource = "training_file", path = "filename", value = "tea.jsonl" },
    { resource = "hub", path = "location", value = "northeurope" },
    { resource = "project", path = "properties.hubResourceId", value = "absent" },
]

[[student]]
id = "s004"
resource_group = "rg-s004"
set = [
    { resource = "deployment", path = "properties.provisioningState", value = "Creating" },
    { resource = "result_file", value = "absent" },
    { resource = "training_file", value = "absent" },
    { resource = "project", value = "absent" },
]

[[student]]
id = "s005"
resource_group = "rg-s005"
set = [ { resource = "account", value = "absent" }, { resource = "hub", value = "absent" } ]
"""


@pytest.fixture(scope="module")
def emulator_options(tmp_path_factory: pytest.TempPathFactory) -> Options:
    folder = tmp_path_factory.mktemp("class")
    (folder / "class.toml").write_text(CLASS, encoding="utf-8")
    (folder / "tea.jsonl").write_bytes(lab.chats("tea"))
    return Options(step=1.0, class_file=folder / "class.toml", dataset=COOKING)


def accounts(sdk: Azure, group: str) -> list[Any]:
    return list(sdk.cognitive.accounts.list_by_resource_group(group))


def deployments(sdk: Azure, group: str) -> list[Any]:
    return [d for account in accounts(sdk, group) for d in sdk.cognitive.deployments.list(group, account.name)]


def workspaces(sdk: Azure, group: str) -> dict[str, dict[str, Any]]:
    path = f"{sdk.subscription}/resourceGroups/{group}/providers/Microsoft.MachineLearningServices/workspaces"
    return {workspace["kind"]: workspace for workspace in sdk.call("GET", path).body["value"]}


def test_every_student_has_an_environment_from_before_the_start(sdk: Azure) -> None:
    assert [group.name for group in sdk.resources.resource_groups.list()] == [f"rg-s00{n}" for n in range(1, 6)]
    made = workspaces(sdk, "rg-s001")
    assert made["Project"]["properties"]["hubResourceId"] == made["Hub"]["id"]
    assert {w["properties"]["provisioningState"] for w in made.values()} == {"Succeeded"}
    start = sdk.raw("GET", "/_emulator/settings").body["start"]
    assert made["Hub"]["systemData"]["createdAt"] < start
    connections = sdk.call("GET", f"{made['Hub']['id']}/connections").body["value"]
    assert [c["properties"]["metadata"]["ResourceId"] for c in connections] == [accounts(sdk, "rg-s001")[0].id]


def test_a_student_who_followed_the_lab_has_a_tuned_model_that_answers(sdk: Azure) -> None:
    (account,) = accounts(sdk, "rg-s001")
    client = sdk.openai(account.properties.endpoint)
    (job,) = client.fine_tuning.jobs.list()
    assert (job.status, job.model) == ("succeeded", "gpt-35-turbo-0125")
    assert client.files.content(job.result_files[0]).text.startswith("step,train_loss")
    (deployment,) = deployments(sdk, "rg-s001")
    assert (deployment.sku.name, deployment.sku.capacity) == ("Standard", 5)
    assert deployment.properties.model.name == job.fine_tuned_model
    assert lab.ask(client, deployment.name, "What can you do?") in COOKING.read_text(encoding="utf-8")


def test_a_student_may_have_deployed_the_base_model_with_another_capacity(sdk: Azure) -> None:
    (account,) = accounts(sdk, "rg-s002")
    assert account.location == "westeurope"
    (deployment,) = deployments(sdk, "rg-s002")
    assert (deployment.properties.model.name, deployment.sku.capacity) == ("gpt-35-turbo", 10)
    assert deployment.properties.rate_limits[1].count == 10_000
    assert "general-purpose" in lab.ask(sdk.openai(account.properties.endpoint), deployment.name, "What can you do?")
    assert sdk.call("GET", f"{workspaces(sdk, 'rg-s002')['Hub']['id']}/connections").body == {"value": []}


def test_what_a_student_did_otherwise_is_what_the_api_shows(sdk: Azure) -> None:
    (account,) = accounts(sdk, "rg-s003")
    client = sdk.openai(account.properties.endpoint)
    (job,) = client.fine_tuning.jobs.list()
    assert str(job.fine_tuned_model).endswith("-mine")
    assert client.files.content(job.result_files[0]).text == "step,train_loss\n1,2.0\n"
    assert client.files.retrieve(job.training_file).filename == "tea.jsonl"
    assert lab.ask(client, deployments(sdk, "rg-s003")[0].name, "What is the tea number 3?").startswith(
        "The tea number 3"
    )
    made = workspaces(sdk, "rg-s003")
    assert made["Hub"]["location"] == "northeurope"
    assert "hubResourceId" not in made["Project"]["properties"]


def test_what_a_student_did_not_do_is_not_there(sdk: Azure) -> None:
    (account,) = accounts(sdk, "rg-s004")
    client = sdk.openai(account.properties.endpoint)
    assert list(client.files.list()) == []
    assert list(workspaces(sdk, "rg-s004")) == ["Hub"]
    (deployment,) = deployments(sdk, "rg-s004")
    answer = sdk.data(
        "POST",
        f"{account.properties.endpoint}openai/deployments/{deployment.name}/chat/completions?api-version=2024-10-21",
        {"messages": [{"role": "user", "content": "Hello"}]},
    )
    assert (answer.status, answer.code) == (404, "DeploymentNotFound")
    assert accounts(sdk, "rg-s005") == []
    assert list(workspaces(sdk, "rg-s005")) == ["Project"]


def test_whoever_grades_may_read_and_ask_but_not_upload(sdk: Azure) -> None:
    (account,) = accounts(sdk, "rg-s001")
    answer = sdk.data("POST", f"{account.properties.endpoint}openai/files?api-version=2024-10-21", {})
    assert (answer.status, answer.code) == (401, "PermissionDenied")


def test_a_large_class_is_ready_soon(tmp_path: Path) -> None:
    file = tmp_path / "class.toml"
    students = [f'[[student]]\nid = "s{n}"\nresource_group = "rg-{n}"\n' for n in range(120)]
    file.write_text("\n".join(students), encoding="utf-8")
    with serve_in_thread(Options(class_file=file, dataset=COOKING)) as emulator, lab.http(emulator) as client:
        state = client.get("/_emulator/state").json()
    assert (len(state["accounts"]), len(state["deployments"])) == (120, 120)


def test_a_class_that_cannot_be_used_starts_nothing(tmp_path: Path) -> None:
    file = tmp_path / "class.toml"
    file.write_text("[[student]]\n", encoding="utf-8")
    with pytest.raises(OptionsError, match=r"--class .*class\.toml:1: id"), serve_in_thread(Options(class_file=file)):
        pass
