"""The whole lab through azure-identity, azure-mgmt and openai, against an emulator in a process of its own."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.suite.emulator import lab
from tests.suite.emulator.clients import Azure, azure
from tests.suite.emulator.settings import fetch

ROOT = Path(__file__).parents[3]
REGION = "swedencentral"
COOKING = lab.DATA / "cooking-finetune.jsonl"

pytestmark = pytest.mark.server


@contextmanager
def process(*arguments: str) -> Iterator[dict[str, str]]:
    """An emulator in a process, for as long as the block lasts; yields the settings that it exports."""
    command = [sys.executable, "-m", "emulator", "--port", "0", "--exit-with-stdin", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        lines = []
        for line in iter(running.stdout.readline, ""):
            lines.append(line.strip())
            if lines[-1] == "ready":
                break
        try:
            yield dict(re.findall(r"^export (\w+)=(.*)$", "\n".join(lines), re.MULTILINE))
        finally:
            running.communicate(timeout=10)
    assert running.returncode == 0


@pytest.fixture(scope="module")
def sdk() -> Iterator[Azure]:
    with process("--dataset", str(COOKING), "--speed", "20000") as exported:
        settings = fetch(f"{exported['EMULATOR_URL']}/_emulator/settings", exported["SSL_CERT_FILE"])
        with azure(settings) as clients:
            yield clients


def put(sdk: Azure, resource_id: str, api_version: str, **body: Any) -> None:
    sdk.resources.resources.begin_create_or_update_by_id(resource_id, body, api_version=api_version).result()


def build_workspaces(sdk: Azure, group: str, account: Any) -> str:
    """The hub with what it needs, its connection to the account, and the project, whose id is returned."""
    scope = f"{sdk.subscription}/resourceGroups/{group}/providers"
    storage = f"{scope}/Microsoft.Storage/storageAccounts/stlab1"
    vault = f"{scope}/Microsoft.KeyVault/vaults/kv-lab1"
    hub = f"{scope}/Microsoft.MachineLearningServices/workspaces/hub1"
    project = f"{scope}/Microsoft.MachineLearningServices/workspaces/project1"
    put(sdk, storage, "2022-09-01", location=REGION, kind="StorageV2", sku={"name": "Standard_LRS"}, properties={})
    vault_sku = {"family": "A", "name": "standard"}
    put(sdk, vault, "2023-02-01", location=REGION, properties={"tenantId": sdk.connection.tenant_id, "sku": vault_sku})
    put(sdk, hub, "2024-04-01", location=REGION, kind="Hub", properties={"storageAccount": storage, "keyVault": vault})
    connection = {
        "authType": "AAD",
        "category": "AzureOpenAI",
        "target": account.properties.endpoint,
        "isSharedToAll": True,
        "metadata": {"ResourceId": account.id},
    }
    put(sdk, f"{hub}/connections/openai", "2024-04-01", properties=connection)
    put(sdk, project, "2024-04-01", location=REGION, kind="Project", properties={"hubResourceId": hub})
    return project


def test_the_lab_runs_from_sign_in_to_nothing_left(sdk: Azure) -> None:
    group = lab.group(sdk, "rg-lab")
    account = lab.account(sdk, group, "oai-lab1")
    lab.grant(sdk, account.id)
    project = sdk.resources.resources.get_by_id(build_workspaces(sdk, group, account), api_version="2024-04-01")
    assert project.as_dict()["properties"]["provisioningState"] == "Succeeded"

    client = sdk.openai(account.properties.endpoint)
    dataset = sdk.http.get(str(sdk.connection.dataset_url)).content
    assert dataset == COOKING.read_bytes()
    job = lab.train(client, lab.upload(client, dataset).id, suffix="ft-lab")
    assert job.status == "succeeded"
    assert job.fine_tuned_model == f"gpt-35-turbo-0125.ft-{job.id.removeprefix('ftjob-')}-ft-lab"
    rows = list(csv.DictReader(io.StringIO(client.files.content(job.result_files[0]).text)))
    assert len(rows) == job.hyperparameters.n_epochs * len(dataset.splitlines())
    assert float(rows[-1]["train_loss"]) < float(rows[0]["train_loss"])

    deployment = lab.deploy(sdk, account.id, "tuned", job.fine_tuned_model, "1")
    assert deployment.properties.provisioning_state == "Succeeded"
    answer = lab.ask_when_ready(client, "tuned", "What can you do?")
    assert answer in [json.loads(line)["messages"][-1]["content"] for line in dataset.splitlines()]

    sdk.resources.resource_groups.begin_delete(group).result()
    assert not sdk.resources.resource_groups.check_existence(group)
    assert [deleted.name for deleted in sdk.cognitive.deleted_accounts.list()] == ["oai-lab1"]
    sdk.cognitive.deleted_accounts.begin_purge(REGION, group, "oai-lab1").result()
    assert list(sdk.cognitive.deleted_accounts.list()) == []
    assert list(sdk.resources.resource_groups.list(filter=f"tagName eq 'run' and tagValue eq '{group}'")) == []


def test_requests_are_listed_in_order_without_their_queries(sdk: Azure) -> None:
    sdk.call("GET", "/subscriptions")  # so that a token is there already
    sdk.call("GET", "/subscriptions")
    sdk.raw("POST", "/_emulator/reset")
    sdk.call("GET", f"{sdk.subscription}/resourcegroups?$top=1")
    sdk.call("GET", f"{sdk.subscription}/resourceGroups/Missing%20One")
    listed = sdk.raw("GET", "/_emulator/requests")
    assert listed.body == [
        {"method": "GET", "path": f"{sdk.subscription}/resourcegroups", "status": 200},
        {"method": "GET", "path": f"{sdk.subscription}/resourceGroups/Missing%20One", "status": 404},
    ]
    assert listed.headers["x-emulator-dropped"] == "0"
