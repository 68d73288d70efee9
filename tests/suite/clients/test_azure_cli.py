"""The Azure CLI against the emulator: the whole lab, the registration of a provider, and what is refused."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.suite.clients import az_lab
from tests.suite.clients.az_lab import REGION, Names, Walk
from tests.suite.clients.azure_cli import AzureCli
from tests.suite.clients.emulator_process import RunningEmulator

pytestmark = pytest.mark.server

EXAMPLES = Path(__file__).parents[3] / "data" / "travel-finetune.jsonl"
NOT_FOUND = 3
"""What `az` ends with for a 404."""


@pytest.fixture
def walk(az: AzureCli, running: RunningEmulator, tmp_path: Path) -> Walk:
    names = Names(group="rg-az", account="oai-az-lab", storage="stazlab", vault="kv-az-lab")
    settings = running.control("settings")
    return Walk(az, names, settings["subscription_id"], settings["principal_id"], tmp_path)


def sign_in_and_group(walk: Walk) -> None:
    """1.1 and 1.2."""
    account = walk.az("account", "show")
    assert (account["id"], account["state"], account["environmentName"]) == (
        walk.subscription,
        "Enabled",
        "AzureEmulator",
    )
    group = walk.az("group", "create", "-n", walk.names.group, "-l", REGION, "--tags", "run=az")
    assert group["properties"]["provisioningState"] == "Succeeded"
    assert walk.az("group", "exists", "-n", walk.names.group) is True
    assert [found["name"] for found in walk.az("group", "list", "--tag", "run=az")] == [walk.names.group]


def account(walk: Walk) -> Any:
    """The account, its keys, models and usages; returns what `show` prints."""
    made = walk.on_account(
        *("create", "--kind", "OpenAI", "--sku", "S0", "-l", REGION, "--yes"),
        *("--custom-domain", walk.names.account),
    )
    shown = walk.on_account("show")
    assert made == shown
    assert (shown["kind"], shown["sku"]["name"], shown["location"]) == ("OpenAI", "S0", REGION)
    assert shown["properties"]["provisioningState"] == "Succeeded"
    keys = walk.on_account("keys", "list")
    assert sorted(keys) == ["key1", "key2"]
    assert keys["key1"] != keys["key2"]
    models = [(model["name"], model["version"]) for model in walk.on_account("list-models")]
    assert ("gpt-35-turbo", "0125") in models
    assert walk.on_account("list-usage") == []
    return shown


def base_deployment(walk: Walk) -> None:
    """A deployment of the base model: made, listed, counted in the quota, deleted."""
    made = walk.on_account(
        *("deployment", "create", "--deployment-name", "base", "--sku-name", "Standard", "--sku-capacity", "5"),
        *("--model-format", "OpenAI", "--model-name", "gpt-35-turbo", "--model-version", "0125"),
    )
    assert (made["properties"]["provisioningState"], made["sku"]["capacity"]) == ("Succeeded", 5)
    assert [found["name"] for found in walk.on_account("deployment", "list")] == ["base"]
    usages = walk.az("cognitiveservices", "usage", "list", "-l", REGION)
    used = {usage["name"]["value"]: usage["currentValue"] for usage in usages}
    assert used["OpenAI.Standard.gpt-35-turbo"] == 5
    assert walk.on_account("deployment", "delete", "--deployment-name", "base") is None
    assert walk.on_account("deployment", "list") == []


def workspaces(walk: Walk, account: Any, tenant: str) -> None:
    """1.3, 1.4 and 1.6."""
    hub = az_lab.make_hub(walk, tenant)
    assert (hub["kind"], hub["location"]) == ("Hub", REGION)
    connection = az_lab.make_connection(walk, account["properties"]["endpoint"])
    assert connection["properties"]["category"] == "AzureOpenAI"
    assert connection["properties"]["metadata"]["ResourceId"] == account["id"]
    project = az_lab.make_project(walk)
    assert (project["kind"], project["properties"]["hubResourceId"]) == ("Project", hub["id"])


def tuned_model(walk: Walk, endpoint: str) -> str:
    """2.3 to 3.1: returns the name of the tuned model."""
    assignment = az_lab.may_use_data(walk)
    assert (assignment["scope"], assignment["principalId"]) == (walk.account_id, walk.principal)
    examples = EXAMPLES.read_text(encoding="utf-8")
    job = az_lab.train(walk, endpoint, examples)
    assert (job["model"], job["suffix"]) == ("gpt-35-turbo-0125", "ft-travel")
    rows = list(csv.DictReader(io.StringIO(az_lab.download(walk, endpoint, job["result_files"][0]))))
    assert float(rows[-1]["train_loss"]) < float(rows[0]["train_loss"])
    return str(job["fine_tuned_model"])


def chat(walk: Walk, endpoint: str, model: str) -> None:
    """3.2 to 4.2."""
    deployed = az_lab.deploy(walk, "ft-travel", model)
    assert (deployed["sku"]["name"], deployed["sku"]["capacity"]) == ("Standard", 5)
    assert deployed["properties"]["model"]["name"] == model
    question = {"messages": [{"role": "user", "content": "What can you do?"}]}
    answer = az_lab.data(walk, endpoint, "deployments/ft-travel/chat/completions", question)
    learned = [json.loads(line)["messages"][-1]["content"] for line in EXAMPLES.read_text("utf-8").splitlines()]
    assert answer["choices"][0]["message"]["content"] in learned


def clean_up(walk: Walk) -> None:
    """5.1 and 5.2."""
    assert walk.az("group", "delete", "-n", walk.names.group, "--yes") is None
    assert walk.az("group", "exists", "-n", walk.names.group) is False
    deleted = walk.az("cognitiveservices", "account", "list-deleted")
    assert [found["name"] for found in deleted] == [walk.names.account]
    purge = ("cognitiveservices", "account", "purge", "-n", walk.names.account, "-g", walk.names.group, "-l", REGION)
    assert walk.az(*purge) is None
    assert walk.az("cognitiveservices", "account", "list-deleted") == []
    again = walk.az.refused(*purge)
    assert again.exit_code == NOT_FOUND
    assert "ResourceNotFound" in again.message


def test_the_whole_lab_by_the_azure_cli(walk: Walk, running: RunningEmulator) -> None:
    sign_in_and_group(walk)
    made = account(walk)
    endpoint = str(made["properties"]["endpoint"])
    base_deployment(walk)
    workspaces(walk, made, running.control("settings")["tenant_id"])
    chat(walk, endpoint, tuned_model(walk, endpoint))
    state = running.control("state")
    assert (state["accounts"], state["deployments"]) == ([walk.names.account], ["ft-travel"])
    assert (state["workspaces"], state["connections"]) == (["hub1", "project1"], ["openai"])
    clean_up(walk)
    left = running.control("state")
    assert left.pop("deleted_vaults") == [walk.names.vault]
    assert not any(left.values()), left


def test_a_provider_is_registered_and_unregistered(az: AzureCli) -> None:
    search = ("-n", "Microsoft.Search")
    assert az("provider", "show", *search)["registrationState"] == "Unregistered"
    az("provider", "register", *search)
    registered = az.until(lambda found: found["registrationState"] == "Registered", "provider", "show", *search)
    assert registered["namespace"] == "Microsoft.Search"
    az("provider", "unregister", *search)
    az.until(lambda found: found["registrationState"] == "Unregistered", "provider", "show", *search)
    listed = {found["namespace"]: found["registrationState"] for found in az("provider", "list")}
    assert listed["Microsoft.CognitiveServices"] == "Registered"


def test_what_is_not_there_ends_the_cli_with_its_own_code(az: AzureCli) -> None:
    missing = az.refused("group", "show", "-n", "rg-missing")
    assert (missing.exit_code, "ResourceGroupNotFound" in missing.message) == (NOT_FOUND, True)


def test_a_wrong_secret_does_not_sign_in(az: AzureCli, running: RunningEmulator, tmp_path: Path) -> None:
    other = AzureCli(az.program, {**az.environment, "AZURE_CONFIG_DIR": str(tmp_path)})
    register, select, login = running.az_commands
    other(*register)
    other(*select)
    given = ["wrong-secret" if word == running.exports["AZURE_CLIENT_SECRET"] else word for word in login]
    refusal = other.refused(*given)
    assert refusal.exit_code == 1
    assert "AADSTS7000215" in refusal.message
