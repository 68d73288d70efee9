"""Step 2.2: what the regions offer of the base model, and what the run makes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import pytest
from azure.mgmt.cognitiveservices.models import Usage

from lab.errors import Broken, Undecided
from lab.quota import Sku
from lab.settings import Setting
from lab.survey import BaseModel, ModelVersion, RegionModels, base_model, describe, model_version, survey
from tests.suite.lab.azure_answers import azure_error
from tests.suite.lab.fakes import STARTED, SUFFIX, a_run
from tests.suite.lab.offers import END, REGIONS, TODAY, TUNABLE, TUNED, a_model, offering, surveyed


def a_usage(name: str, limit: float, used: float) -> Any:
    return Usage.deserialize({"name": {"value": name}, "limit": limit, "currentValue": used, "unit": "Count"})


@pytest.mark.parametrize(
    ("left", "chosen"),
    [
        pytest.param({"eastus2": 5, "swedencentral": 4}, {"eastus2"}, id="one-has-room"),
        pytest.param({"eastus2": 0, "swedencentral": 4}, {"eastus2", "swedencentral"}, id="none-has-room"),
        pytest.param(None, {"eastus2", "swedencentral"}, id="not-to-be-read"),
    ],
)
def test_a_region_with_quota_for_the_deployment_is_preferred(left: dict[str, int] | None, chosen: set[str]) -> None:
    able = {"eastus2": [a_model()], "swedencentral": [a_model()]}
    rows = {region: [a_usage(TUNED.usage_name, 250, 250 - room)] for region, room in left.items()} if left else None
    found = [survey(offering(able, quotas=rows, suffix=f"suffix{n}")) for n in range(20)]
    assert {one.region for one in found} == chosen
    quota = found[0].regions[0].quota
    assert (quota.left if quota else None) == (left["eastus2"] if left else None)


def test_a_lost_connection_while_reading_quota_is_not_taken_for_an_answer() -> None:
    run = offering({"eastus2": [a_model()]}, quotas={})
    run.clients.cognitive.usages.list = raising(RuntimeError("surprise"))  # type: ignore[method-assign]
    with pytest.raises(RuntimeError, match="surprise"):
        survey(run)


def raising(error: Exception) -> Any:
    def call(region: str) -> Any:
        raise error

    return call


def test_a_version_is_read_from_azures_row() -> None:
    assert model_version(a_model()) == ModelVersion(
        version="0125",
        is_default=True,
        can_fine_tune=True,
        fine_tuning_until=END,
        inference_until=datetime(2025, 11, 11, tzinfo=timezone.utc),
        skus=(Sku("Standard", "OpenAI.Standard.gpt-35-turbo"), TUNED, Sku("GlobalBatch", "")),
        lifecycle_status="GenerallyAvailable",
    )


def test_what_azure_leaves_out_of_a_row_is_empty() -> None:
    row = a_model(skus=None, capabilities=None, deprecation=None, lifecycleStatus=None, isDefaultVersion=None)
    assert model_version(row) == ModelVersion("0125", False, False, None, None, (), "")


@pytest.mark.parametrize(
    ("capabilities", "can"),
    [
        pytest.param({"fineTune": "true"}, True, id="as-recorded"),
        pytest.param({"FineTune": "True"}, True, id="any-case"),
        pytest.param({"fineTune": "false"}, False, id="false"),
        pytest.param({"FineTuneTokensMaxValue": "2000000000"}, False, id="limits-are-no-capability"),
    ],
)
def test_whether_a_version_can_be_fine_tuned(capabilities: dict[str, str], can: bool) -> None:
    assert model_version(a_model(capabilities=capabilities)).can_fine_tune is can


@pytest.mark.parametrize(
    ("today", "can"),
    [
        pytest.param(datetime(2025, 10, 27, 23, 59, tzinfo=timezone.utc), True, id="the-day-before"),
        pytest.param(END, False, id="the-day-it-ends"),
    ],
)
def test_fine_tuning_ends_on_the_day_azure_names(today: datetime, can: bool) -> None:
    assert RegionModels("eastus2", (TUNABLE,)).can_fine_tune(today) is can


def test_only_the_default_version_counts() -> None:
    region = RegionModels("eastus2", (replace(TUNABLE, is_default=False), replace(TUNABLE, can_fine_tune=False)))
    assert not region.can_fine_tune(TODAY)


def test_every_listed_region_is_asked_and_azures_date_is_today() -> None:
    run = offering({"swedencentral": [a_model()], "eastus2": [a_model(capabilities={})]})
    found = survey(run)
    assert tuple(region.region for region in found.regions) == REGIONS
    assert found.today == TODAY
    assert found.fine_tuning_regions() == ("swedencentral",)
    assert found.region == "swedencentral"


def test_without_a_date_of_azures_it_is_the_clocks() -> None:
    assert survey(offering({}, date=None)).today == STARTED


def test_other_models_and_formats_are_left_out() -> None:
    rows = [a_model(name="gpt-4o"), a_model(format="Meta"), None, a_model(version="1106")]
    found = survey(offering({"eastus2": rows}))
    assert [version.version for version in found.regions[0].versions] == ["1106"]


def test_the_choice_is_among_the_able_and_the_same_for_the_same_seed() -> None:
    able = {"eastus2": [a_model()], "swedencentral": [a_model()]}
    chosen = [survey(offering(able, suffix=f"suffix{n}")).region for n in range(20)]
    assert set(chosen) == {"eastus2", "swedencentral"}
    assert chosen == [survey(offering(able, choice=f"suffix{n}", suffix=SUFFIX)).region for n in range(20)]


def test_where_no_region_is_able_one_of_the_lab_is_chosen_all_the_same() -> None:
    assert survey(offering({})).region in REGIONS


def test_a_region_that_was_asked_for_is_taken_even_when_the_lab_does_not_list_it() -> None:
    run = offering({"eastus2": [a_model()], "westeurope": [a_model()]}, region=Setting("westeurope", "--region"))
    found = survey(run)
    assert found.region == "westeurope"
    assert base_model(run, found).region == "westeurope"


def test_a_region_that_cannot_be_asked_is_kept_with_its_problem() -> None:
    found = survey(offering({"eastus2": azure_error(403, "AuthorizationFailed"), "swedencentral": [a_model()]}))
    assert "listing the models of eastus2: Azure answered 403 AuthorizationFailed" in found.regions[0].problem
    assert found.region == "swedencentral"


def test_the_base_model_is_the_default_version_of_the_chosen_region() -> None:
    older = replace(TUNABLE, version="0613", is_default=False)
    found = base_model(a_run(), surveyed(RegionModels("swedencentral", (older, TUNABLE))))
    assert found == BaseModel("gpt-35-turbo", "0125", True, "swedencentral", (TUNED,))
    assert found.job_name == "gpt-35-turbo-0125"


def test_a_model_that_can_be_fine_tuned_nowhere_is_broken() -> None:
    regions = [RegionModels(name, (replace(TUNABLE, fine_tuning_until=TODAY),)) for name in REGIONS]
    with pytest.raises(Broken) as raised:
        base_model(a_run(), surveyed(*regions))
    assert raised.value.step == "2.2"
    assert "fine-tuning gpt-35-turbo, default version, in eastus2: not possible on 2025-06-01" in raised.value.reason
    assert f"{', '.join(REGIONS)}: fine-tuning of 0125 ended on 2025-06-01)" in raised.value.reason
    assert "no other model that these regions list can be fine-tuned and deployed today" in raised.value.reason


def test_while_a_region_could_not_be_asked_nothing_is_known_for_sure() -> None:
    with pytest.raises(Undecided, match="throttled"):
        base_model(a_run(), surveyed(RegionModels("eastus2"), RegionModels("swedencentral", problem="throttled")))


def test_a_chosen_region_that_could_not_be_asked_is_undecided_with_its_problem() -> None:
    with pytest.raises(Undecided) as raised:
        base_model(a_run(), surveyed(RegionModels("eastus2", problem="throttled")))
    assert raised.value.reason == "throttled"


@pytest.mark.parametrize(
    ("region", "words"),
    [
        pytest.param(RegionModels("r", (TUNABLE,)), "can be fine-tuned", id="able"),
        pytest.param(RegionModels("r", problem="throttled"), "throttled", id="problem"),
        pytest.param(RegionModels("r"), "no default version of gpt-35-turbo is listed", id="not-listed"),
        pytest.param(
            RegionModels("r", (replace(TUNABLE, fine_tuning_until=TODAY),)),
            "fine-tuning of 0125 ended on 2025-06-01",
            id="ended",
        ),
        pytest.param(
            RegionModels("r", (replace(TUNABLE, fine_tuning_until=TODAY, inference_until=TODAY),)),
            "fine-tuning of 0125 ended on 2025-06-01, and it was retired on 2025-06-01",
            id="ended-and-retired",
        ),
        pytest.param(
            RegionModels("r", (replace(TUNABLE, can_fine_tune=False, inference_until=TODAY),)),
            "0125 was retired on 2025-06-01",
            id="retired",
        ),
        pytest.param(
            RegionModels("r", (replace(TUNABLE, can_fine_tune=False),)), "0125 cannot be fine-tuned here", id="never"
        ),
    ],
)
def test_a_region_is_described_in_a_few_words(region: RegionModels, words: str) -> None:
    assert describe(surveyed(region), region) == words
