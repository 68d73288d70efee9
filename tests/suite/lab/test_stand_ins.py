"""Step 2.2: which models could stand in for one that is retired, and where a tuned one can be deployed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

import pytest

from lab.errors import Broken
from lab.quota import Sku
from lab.stand_ins import OtherModel
from lab.survey import ModelVersion, RegionModels, base_model, survey
from tests.suite.lab.fakes import a_run
from tests.suite.lab.offers import END, TODAY, TUNABLE, a_model, offering, surveyed


def test_the_models_that_could_stand_in_are_named_the_cheapest_first() -> None:
    mini = OtherModel("gpt-4o-mini", "2024-07-18", None)
    large, over = OtherModel("gpt-4o", "2024-08-06", END), OtherModel("gpt-4.1-nano", "2025-04-14", TODAY)
    regions = [
        RegionModels("eastus2", others=(large, over)),
        RegionModels("swedencentral", others=(OtherModel("odd", "1", None), large, mini)),
    ]
    with pytest.raises(Broken) as raised:
        base_model(a_run(), surveyed(*regions))
    words = (
        "could stand in there: gpt-4o-mini 2024-07-18 (swedencentral), gpt-4o 2024-08-06 (eastus2, swedencentral), "
        "odd 1 (swedencentral); verify the rest of the lab with `--model gpt-4o-mini`"
    )
    assert raised.value.reason.endswith(words)
    assert raised.value.evidence["could_stand_in"] == [
        "gpt-4o-mini 2024-07-18 (swedencentral)",
        "gpt-4o 2024-08-06 (eastus2, swedencentral)",
        "odd 1 (swedencentral)",
    ]


def test_only_what_can_be_tuned_and_deployed_when_tuned_could_stand_in() -> None:
    plain = [{"name": "Standard", "usageName": "OpenAI.Standard.x"}]
    rows = [
        a_model(),
        a_model(name="gpt-4o", deprecation={"fineTune": "2026-10-01T00:00:00Z", "inference": "2026-09-01T00:00:00Z"}),
        a_model(name="untrainable", capabilities={}),
        a_model(name="old-version", isDefaultVersion=False),
        a_model(name="never-deployed-tuned", skus=plain),
    ]
    found = survey(offering({"eastus2": rows})).regions[0]
    assert found.others == (OtherModel("gpt-4o", "0125", datetime(2026, 9, 1, tzinfo=timezone.utc)),)
    assert found.tells_tuned


PLAIN = Sku("Standard", "OpenAI.Standard.gpt-35-turbo")


@pytest.mark.parametrize(
    ("version", "tells_tuned", "can"),
    [
        pytest.param(TUNABLE, True, True, id="a-sku-of-its-own"),
        pytest.param(replace(TUNABLE, skus=(PLAIN,)), True, False, id="none-where-others-have-one"),
        pytest.param(replace(TUNABLE, skus=(PLAIN,)), False, True, id="a-list-that-does-not-tell"),
        pytest.param(replace(TUNABLE, skus=()), False, False, id="no-sku"),
        pytest.param(replace(TUNABLE, can_fine_tune=False), True, False, id="not-trained-there"),
        pytest.param(replace(TUNABLE, inference_until=TODAY), True, False, id="retired"),
    ],
)
def test_whether_the_tuned_model_can_be_deployed(version: ModelVersion, tells_tuned: bool, can: bool) -> None:
    region = RegionModels("eastus2", (version,), tells_tuned=tells_tuned)
    assert region.can_deploy(TODAY, "Standard") is can
    assert not RegionModels("eastus2").can_deploy(TODAY, "Standard")


def test_a_region_that_deploys_the_tuned_model_is_preferred() -> None:
    plain = a_model(skus=[{"name": "Standard", "usageName": PLAIN.usage_name}])
    able = {"eastus2": [plain, a_model(name="other")], "swedencentral": [a_model()]}
    assert {survey(offering(able, suffix=f"suffix{n}")).region for n in range(20)} == {"swedencentral"}
