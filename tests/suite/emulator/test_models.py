from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from emulator.behaviour.catalog import load_catalog, region_name
from tests.suite.emulator import lab
from tests.suite.emulator.clients import Azure

PROVIDER = "providers/Microsoft.CognitiveServices"
IN_2024 = datetime(2024, 11, 15, tzinfo=timezone.utc)
IN_2026 = datetime(2026, 11, 22, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("region", "trains", "deploys"),
    [
        ("eastus2", True, True),
        ("northcentralus", True, True),
        ("swedencentral", True, True),
        ("switzerlandwest", True, False),
        ("switzerlandnorth", False, True),
        ("westeurope", False, True),
        ("polandcentral", False, False),
    ],
)
def test_where_the_labs_model_is_trained_and_deployed(region: str, trains: bool, deploys: bool) -> None:
    model = load_catalog().find("gpt-35-turbo")
    assert model is not None
    assert model.version == "0125"
    assert (model.can_train(region, IN_2024), region in model.standard) == (trains, deploys)


def test_models_are_retired_by_the_emulators_clock() -> None:
    catalog = load_catalog()
    model = catalog.find("gpt-35-turbo", "0125")
    assert model is not None
    assert (model.is_retired(IN_2024), model.is_retired(IN_2026)) == (False, True)
    assert not model.can_train("swedencentral", datetime(2025, 10, 28, tzinfo=timezone.utc))
    assert catalog.find_for_training("gpt-35-turbo-0125") is model
    assert "gpt-4.1" not in {m.name for m in catalog.in_region("swedencentral", IN_2024)}


def test_a_region_is_known_by_either_of_its_names() -> None:
    assert region_name("East US 2") == region_name("EASTUS2") == "eastus2"
    assert load_catalog().title("eastus2") == "East US 2"


def listed(sdk: Azure, region: str) -> dict[str, dict[str, Any]]:
    answer = sdk.call("GET", f"{sdk.subscription}/{PROVIDER}/locations/{region}/models")
    return {entry["name"]: entry for entry in answer.body["value"]}


@pytest.mark.server
def test_a_location_lists_wrapped_models(sdk: Azure) -> None:
    """Recording cogsvc_list_models_location.json."""
    entry = listed(sdk, "westeurope")["OpenAI.gpt-35-turbo.0125"]
    assert list(entry) == ["id", "type", "name", "location", "kind", "skuName", "model"]
    assert (entry["location"], entry["type"]) == ("WestEurope", "Microsoft.CognitiveServices/locations/models")
    model = entry["model"]
    assert (model["isDefaultVersion"], model["lifecycleStatus"]) == (True, "GenerallyAvailable")
    assert "fineTune" not in model["capabilities"]
    assert model["capabilities"]["FineTuneTokensMaxValue"] == "2000000000"


@pytest.mark.server
def test_a_model_that_can_be_trained_says_so_and_has_two_skus_of_one_name(sdk: Azure) -> None:
    """Skus: pull request Azure/azure-dev#6929."""
    model = listed(sdk, "swedencentral")["OpenAI.gpt-35-turbo.0125"]["model"]
    assert model["capabilities"]["fineTune"] == "true"
    assert [(sku["name"], sku["usageName"]) for sku in model["skus"]] == [
        ("Standard", "OpenAI.Standard.gpt-35-turbo"),
        ("Standard", "OpenAI.Standard.gpt-35-turbo-finetune"),
    ]


@pytest.mark.server
def test_an_account_lists_bare_models(sdk: Azure) -> None:
    """Recording cogsvc_account_models.json."""
    account = lab.account(sdk, lab.group(sdk, "rg-models"), "oai-models")
    models = sdk.call("GET", f"{account.id}/models").body["value"]
    assert {"format", "name", "version", "skus"} <= models[0].keys()


@pytest.mark.server
def test_usages_count_what_is_deployed_in_the_region(sdk: Azure) -> None:
    account = lab.account(sdk, lab.group(sdk, "rg-usages"), "oai-usages", "francecentral")
    lab.deploy(sdk, account.id, "base", "gpt-35-turbo", "0125", 7)
    usages = {u.name.value: u for u in sdk.cognitive.usages.list("francecentral") if u.name}
    usage = usages["OpenAI.Standard.gpt-35-turbo"]
    assert (usage.current_value, usage.limit, usage.unit) == (7, 300, "Count")
    assert "OpenAI.Standard.gpt-35-turbo-finetune" not in usages


@pytest.mark.server
def test_an_unknown_location_is_told(sdk: Azure) -> None:
    assert (
        sdk.call("GET", f"{sdk.subscription}/{PROVIDER}/locations/atlantis/models").code == "NoRegisteredProviderFound"
    )
