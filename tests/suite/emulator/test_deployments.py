from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest
from azure.mgmt.cognitiveservices.models import PatchResourceTagsAndSku, Sku
from openai import BadRequestError

from emulator.options import Options
from emulator.server import Emulator, serve_in_thread
from tests.suite.emulator import lab
from tests.suite.emulator.clients import Azure, azure
from tests.suite.emulator.settings import settings_of

pytestmark = pytest.mark.server


def body(
    name: str = "gpt-35-turbo", version: str | None = "0125", capacity: Any = 1, sku: str = "Standard"
) -> dict[str, Any]:
    model = {"format": "OpenAI", "name": name, **({"version": version} if version else {})}
    return {"sku": {"name": sku, "capacity": capacity}, "properties": {"model": model}}


@pytest.fixture(scope="module")
def tuned(sdk: Azure, emulator: Emulator) -> tuple[Any, str]:
    """An account and the name of a model that was tuned in it."""
    account = lab.account(sdk, lab.group(sdk, "rg-tuned"), "oai-tuned")
    lab.grant(sdk, account.id)
    key = sdk.cognitive.accounts.list_keys("rg-tuned", "oai-tuned").key1
    client = sdk.openai(account.properties.endpoint, key=key)
    file = client.files.create(file=("data.jsonl", lab.chats("tea")), purpose="fine-tune")
    job = client.fine_tuning.jobs.create(model=lab.TUNABLE, training_file=file.id, suffix="tea")
    lab.pass_by(emulator, 2_000)
    return account, str(client.fine_tuning.jobs.retrieve(job.id).fine_tuned_model)


@pytest.fixture
def account(sdk: Azure, request: pytest.FixtureRequest) -> Iterator[Any]:
    """An account of the test's own, in a region where nothing else is deployed for long."""
    name = f"oai-{abs(hash(request.node.name)) % 10_000_000}"
    made = lab.account(sdk, lab.group(sdk, f"rg-{name}"), name)
    yield made
    sdk.call("DELETE", made.id)


def test_a_base_model_is_deployed_at_once(sdk: Azure, account: Any) -> None:
    """Recording cogsvc_openai_account_and_deployment.json."""
    made = sdk.call("PUT", f"{account.id}/deployments/dpy", body(capacity="5"))
    assert (made.status, "azure-asyncoperation" in made.headers, "location" in made.headers) == (201, False, False)
    assert list(made.body) == ["id", "type", "name", "sku", "properties", "systemData", "etag"]
    assert made.body["sku"] == {"name": "Standard", "capacity": 5}
    properties = made.body["properties"]
    assert (properties["provisioningState"], properties["versionUpgradeOption"]) == (
        "Succeeded",
        "OnceNewDefaultVersionAvailable",
    )
    assert properties["rateLimits"] == [
        {"key": "request", "renewalPeriod": 10, "count": 5},
        {"key": "token", "renewalPeriod": 60, "count": 5000},
    ]
    assert sdk.call("PUT", f"{account.id}/deployments/dpy", body(capacity=2)).status == 200
    assert [sdk.call("DELETE", f"{account.id}/deployments/dpy").status for _ in range(2)] == [200, 204]


def test_a_deployments_tags_and_capacity_are_changed_by_a_patch(sdk: Azure, account: Any) -> None:
    sdk.call("PUT", f"{account.id}/deployments/dpy", body(capacity=5))
    group, name = account.id.split("/")[4], account.id.split("/")[-1]
    change = PatchResourceTagsAndSku(tags={"a": "b"}, sku=Sku(name="Standard", capacity=3))
    changed = sdk.cognitive.deployments.begin_update(group, name, "dpy", change).result()
    assert (changed.tags, changed.sku and changed.sku.capacity) == ({"a": "b"}, 3)
    document = sdk.call("GET", f"{account.id}/deployments/dpy").body
    assert document["properties"]["rateLimits"][1]["count"] == 3_000
    assert document["properties"]["model"]["version"] == "0125"
    refused = sdk.call("PATCH", f"{account.id}/deployments/dpy", {"sku": {"name": "Standard", "capacity": 10_000}})
    assert refused.code == "InsufficientQuota"
    assert sdk.call("PATCH", f"{account.id}/deployments/none", {"tags": {}}).status == 404


def test_without_a_version_the_default_one_is_deployed(sdk: Azure, account: Any) -> None:
    made = sdk.call("PUT", f"{account.id}/deployments/dpy", body(version=None, sku="standard"))
    assert (made.body["properties"]["model"]["version"], made.body["sku"]["name"]) == ("0125", "standard")


def test_a_tuned_model_takes_eleven_minutes(sdk: Azure, later: lab.Later, tuned: tuple[Any, str]) -> None:
    """Recording openai_deploy_and_chat_2024_05_01_preview.json."""
    account, model = tuned
    address = f"{account.id}/deployments/slow"
    made = sdk.call("PUT", f"{address}?api-version=2025-09-01", body(model, "1", 5))
    assert (made.status, made.body["properties"]["provisioningState"]) == (201, "Creating")
    assert made.body["properties"]["versionUpgradeOption"] == "NoAutoUpgrade"
    by_state, by_code = made.headers["azure-asyncoperation"], made.headers["location"]
    assert "operationResultResponseType=Location" in by_code
    assert "api-version=2025-09-01" in by_state
    assert sdk.poll(by_code).status == 202
    second = sdk.call("PUT", f"{account.id}/deployments/other", body())
    assert (second.status, second.code) == (409, "RequestConflict")
    assert sdk.call("DELETE", address).code == "RequestConflict"
    whole = {"location": "swedencentral", "kind": "OpenAI", "sku": {"name": "S0"}, "properties": {}}
    for method in ("PUT", "PATCH", "DELETE"):
        assert sdk.call(method, account.id, whole).code == "RequestConflict"
    later(660)
    assert sdk.poll(by_state).body["status"] == "Succeeded"
    assert sdk.poll(by_code).body["name"] == "slow"
    assert sdk.call("GET", address).body["properties"]["provisioningState"] == "Succeeded"
    assert sdk.call("DELETE", address).status == 200


def test_a_tuned_model_cannot_be_deleted_while_it_is_deployed(
    sdk: Azure, later: lab.Later, tuned: tuple[Any, str]
) -> None:
    account, model = tuned
    sdk.call("PUT", f"{account.id}/deployments/kept", body(model, "1"))
    later(660)
    address = f"{account.properties.endpoint}openai/models/{model}?api-version=2024-10-21"
    refused = sdk.data("DELETE", address)
    assert (refused.status, refused.code) == (409, "conflict")
    sdk.call("DELETE", f"{account.id}/deployments/kept")
    assert [entry["id"] for entry in sdk.data("GET", address.replace(f"/{model}", "")).body["data"]][-1] == model


def test_a_tuned_model_belongs_to_its_account(sdk: Azure, account: Any, tuned: tuple[Any, str]) -> None:
    refused = sdk.call("PUT", f"{account.id}/deployments/stolen", body(tuned[1], "1"))
    assert (refused.status, refused.code) == (400, "DeploymentModelNotSupported")


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (body("gpt-99"), "DeploymentModelNotSupported"),
        (body(version="9999"), "DeploymentModelNotSupported"),
        (body("gpt-4.1", "2025-04-14"), "DeploymentModelNotSupported"),
        (body(sku="Provisioned"), "InvalidResourceProperties"),
        (body(capacity=0), "InvalidCapacity"),
        (body(capacity=301), "InsufficientQuota"),
    ],
    ids=["unknown model", "unknown version", "not published yet", "sku", "no capacity", "quota"],
)
def test_deployments_that_cannot_be_made(sdk: Azure, account: Any, wanted: dict[str, Any], code: str) -> None:
    refused = sdk.call("PUT", f"{account.id}/deployments/bad", wanted)
    assert (refused.status, refused.code) == (400, code)
    assert sdk.call("GET", f"{account.id}/deployments").body == {"value": []}


def test_the_accounts_of_a_region_share_its_quota(sdk: Azure) -> None:
    lab.group(sdk, "rg-quota")
    first, second = (lab.account(sdk, "rg-quota", f"oai-quota{n}", "uksouth") for n in (1, 2))
    elsewhere = lab.account(sdk, "rg-quota", "oai-quota3", "francecentral")
    assert sdk.call("PUT", f"{first.id}/deployments/big", body(capacity=296)).status == 201
    refused = sdk.call("PUT", f"{second.id}/deployments/more", body(capacity=5))
    assert refused.code == "InsufficientQuota"
    for number in (5, 4, 296, 300):
        assert str(number) in refused.body["error"]["message"]
    assert sdk.call("PUT", f"{elsewhere.id}/deployments/more", body(capacity=5)).status == 201
    assert sdk.call("PUT", f"{first.id}/deployments/big", body(capacity=300)).status == 200


def test_five_tuned_deployments_are_the_limit_of_an_account(
    sdk: Azure, later: lab.Later, tuned: tuple[Any, str]
) -> None:
    account, model = tuned
    for number in range(5):
        assert sdk.call("PUT", f"{account.id}/deployments/t{number}", body(model, "1")).status == 201
        later(660)
    assert sdk.call("PUT", f"{account.id}/deployments/t5", body(model, "1")).code == "DeploymentLimitReached"
    for number in range(5):
        sdk.call("DELETE", f"{account.id}/deployments/t{number}")


def test_an_account_in_the_making_takes_no_deployments(sdk: Azure) -> None:
    group = lab.group(sdk, "rg-making")
    address = f"{sdk.subscription}/resourceGroups/{group}/providers/Microsoft.CognitiveServices/accounts/oai-making"
    sdk.call("PUT", address, {"location": "swedencentral", "kind": "OpenAI", "sku": {"name": "S0"}, "properties": {}})
    refused = sdk.call("PUT", f"{address}/deployments/early", body())
    assert (refused.status, refused.code) == (409, "AccountProvisioningStateInvalid")


def test_a_retired_model_is_neither_deployed_nor_trained() -> None:
    late = datetime(2025, 11, 12, tzinfo=timezone.utc)
    with serve_in_thread(Options(step=1.0, start=late)) as emulator, azure(settings_of(emulator)) as sdk:
        account = lab.account(sdk, lab.group(sdk, "rg-late"), "oai-late")
        refused = sdk.call("PUT", f"{account.id}/deployments/late", body())
        assert (refused.status, refused.code) == (400, "ServiceModelDeprecated")
        assert "2025-11-11" in refused.body["error"]["message"]
        client = sdk.openai(
            account.properties.endpoint, key=sdk.cognitive.accounts.list_keys("rg-late", "oai-late").key1
        )
        file = client.files.create(file=("data.jsonl", lab.chats("tea")), purpose="fine-tune")
        with pytest.raises(BadRequestError, match="does not support fine-tuning"):
            client.fine_tuning.jobs.create(model=lab.TUNABLE, training_file=file.id)
