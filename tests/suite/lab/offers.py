"""What Azure offers of models, as the management SDK gives it, and runs that are offered it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from types import SimpleNamespace
from typing import Any

from azure.mgmt.cognitiveservices.models import AccountModel

from lab.quota import Sku
from lab.run import Run
from lab.survey import ModelVersion, RegionModels, Survey
from tests.suite.lab.azure_answers import azure_error
from tests.suite.lab.fakes import a_run, settings_of

TODAY = datetime(2025, 6, 1, tzinfo=timezone.utc)
END = datetime(2025, 10, 28, tzinfo=timezone.utc)
TUNED = Sku("Standard", "OpenAI.Standard.gpt-35-turbo-finetune")
TUNABLE = ModelVersion("0125", True, True, END, END, (TUNED,), "GenerallyAvailable")
REGIONS = ("eastus2", "northcentralus", "swedencentral", "switzerlandnorth")


def a_model(**changes: Any) -> Any:
    """A model of the list as the management SDK gives it, made from the JSON of a recording but for the changes."""
    body = {
        "format": "OpenAI",
        "name": "gpt-35-turbo",
        "version": "0125",
        "isDefaultVersion": True,
        "skus": [
            {"name": "Standard", "usageName": "OpenAI.Standard.gpt-35-turbo"},
            {"name": "Standard", "usageName": TUNED.usage_name},
            {"name": "GlobalBatch"},
        ],
        "capabilities": {"fineTune": "true", "chatCompletion": "true"},
        "deprecation": {"fineTune": "2025-10-28T00:00:00Z", "inference": "2025-11-11T00:00:00Z"},
        "lifecycleStatus": "GenerallyAvailable",
        **changes,
    }
    return AccountModel.deserialize({name: value for name, value in body.items() if value is not None})


class Models:
    """The list of models: for each region its models or an error, dated as Azure dates its answers."""

    def __init__(self, regions: Mapping[str, Sequence[Any] | Exception], date: str | None) -> None:
        self._regions = regions
        self._date = date
        self.asked: list[str] = []

    def list(self, region: str, raw_response_hook: Any) -> Sequence[Any]:
        self.asked.append(region)
        found = self._regions[region]
        if isinstance(found, Exception):
            raise found
        headers = {"Date": self._date} if self._date else {}
        raw_response_hook(SimpleNamespace(http_response=SimpleNamespace(headers=headers)))
        return [SimpleNamespace(model=model) for model in found]


def offering(
    regions: Mapping[str, Sequence[Any] | Exception],
    date: str | None = "Sun, 01 Jun 2025 00:00:00 GMT",
    quotas: Mapping[str, Sequence[Any]] | None = None,
    **settings: Any,
) -> Run:
    """A run in which these regions offer these models, and the lab's others none."""
    models = Models({**dict.fromkeys(REGIONS, ()), **regions}, date)
    usages = SimpleNamespace(list=lambda region: quotas.get(region, [])) if quotas is not None else Forbidden()
    return a_run({"cognitive": SimpleNamespace(models=models, usages=usages)}, settings=settings_of(**settings))


class Forbidden:
    """A list of usages that the caller may not read."""

    def list(self, region: str) -> Any:
        raise azure_error(403, "AuthorizationFailed")


def surveyed(*regions: RegionModels) -> Survey:
    """A survey of these regions whose first one is chosen."""
    return Survey("gpt-35-turbo", TODAY, regions[0].region, regions)
