"""The preflight: what each look finds, and what they say together."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from types import SimpleNamespace
from typing import Any

import pytest

from lab.build.training import TrainingSet, training_set
from lab.clock import Cancelled, WallClock
from lab.errors import Broken, Undecided
from lab.preflight.check import preflight
from lab.preflight.dataset import check_dataset
from lab.preflight.findings import Finding, Preflight, from_error, ok, problem, warning
from lab.preflight.regions import check_regions, region_rows
from lab.preflight.soft_deleted import check_soft_deleted
from lab.quota import Quota, Sku
from lab.run import Run
from lab.settings import Setting
from lab.survey import ModelVersion, RegionModels, Survey
from tests.suite.lab.azure_answers import Answer, azure_error
from tests.suite.lab.fakes import ROOT, SUFFIX, a_run, scripted, settings_of

TODAY = datetime(2025, 6, 1, tzinfo=timezone.utc)
END = datetime(2025, 10, 28, tzinfo=timezone.utc)
VERSION = ModelVersion(
    "0125", True, True, END, END, (Sku("Standard", "OpenAI.Standard.gpt-35-turbo-finetune"),), "GenerallyAvailable"
)
OPAQUE = SimpleNamespace(token="opaque")
FILE = ROOT / "data" / "travel-finetune.jsonl"


def levels(findings: Any) -> list[tuple[str, str]]:
    return [(finding.level, finding.step) for finding in findings]


def a_survey(*regions: RegionModels) -> Survey:
    return Survey("gpt-35-turbo", TODAY, regions[0].region, regions)


ABLE = RegionModels("swedencentral", (VERSION,), quota=Quota("q", 250, 0), tells_tuned=True)
NEVER = RegionModels("switzerlandnorth", (replace(VERSION, can_fine_tune=False),))
OVER = RegionModels("eastus2", (replace(VERSION, fine_tuning_until=TODAY),))
FULL = replace(ABLE, region="northcentralus", quota=Quota("q", 250, 248))
PLAIN = Sku("Standard", "OpenAI.Standard.gpt-35-turbo")
UNDEPLOYED = replace(ABLE, region="eastus2", versions=(replace(VERSION, skus=(PLAIN,)),))


@pytest.mark.parametrize(
    ("regions", "expected", "conclusion"),
    [
        ((ABLE,), [("ok", "2.2")], "works"),
        ((ABLE, NEVER), [("ok", "2.2"), ("warning", "1.3")], "works"),
        ((ABLE, RegionModels("eastus2", problem="throttled")), [("ok", "2.2"), ("warning", "2.2")], "works"),
        ((ABLE, FULL), [("ok", "2.2")], "works"),
        ((FULL, NEVER), [("ok", "2.2"), ("warning", "1.3"), ("problem", "3.2")], "inconclusive"),
        ((ABLE, UNDEPLOYED), [("ok", "2.2"), ("warning", "3.2")], "works"),
        ((UNDEPLOYED,), [("ok", "2.2"), ("problem", "3.2")], "broken"),
        ((OVER, NEVER), [("problem", "2.2")], "broken"),
        ((OVER, RegionModels("swedencentral", problem="throttled")), [("problem", "2.2")], "inconclusive"),
    ],
    ids=["able", "one-never", "one-unknown", "one-full", "all-full", "one-undeployed", "undeployed", "over", "unsure"],
)
def test_what_the_regions_say_of_the_lab(
    regions: tuple[RegionModels, ...], expected: list[tuple[str, str]], conclusion: str
) -> None:
    findings = check_regions(a_run(), a_survey(*regions))
    assert levels(findings) == expected
    assert Preflight("m", tuple(findings)).conclusion == conclusion


def test_numbers_and_names_are_told() -> None:
    reasons = " ".join(finding.reason for finding in check_regions(a_run(), a_survey(FULL, NEVER)))
    assert "found northcentralus 2 left of 250, the lab asks for 5" in reasons
    assert "region switzerlandnorth, which the lab lists: 0125 cannot be fine-tuned here" in reasons


def test_a_region_that_was_asked_for_is_looked_at_alone() -> None:
    run = a_run(settings=settings_of(region=Setting("northcentralus", "--region")))
    assert ("problem", "3.2") in levels(check_regions(run, a_survey(FULL, ABLE)))


def test_a_region_is_shown_by_its_title_and_what_is_not_known_as_none() -> None:
    rows = region_rows(a_run(), a_survey(ABLE, NEVER, RegionModels("mars", problem="far")))
    assert [row.region.en for row in rows] == ["Sweden Central", "Switzerland North", "mars"]
    assert (rows[0].can_fine_tune, rows[0].can_deploy, rows[0].quota_left) == (True, True, 250)
    assert (rows[1].can_fine_tune, rows[1].can_deploy, rows[1].quota_left) == (False, False, None)
    assert (rows[2].can_fine_tune, rows[2].can_deploy, rows[2].version) == (None, None, "")


def deleted(*accounts: Any) -> Run:
    return a_run({"cognitive": SimpleNamespace(deleted_accounts=SimpleNamespace(list=scripted(*accounts)))})


def an_account(name: str) -> Any:
    return SimpleNamespace(name=name, location="eastus2", id=f"/x/resourceGroups/rg-1/deletedAccounts/{name}")


@pytest.mark.parametrize(
    ("names", "expected", "words"),
    [
        ((), ("ok", "5.2"), "no soft-deleted account of this suite holds a name"),
        (("others",), ("ok", "5.2"), "holds a name (1 of others do)"),
        (("aoai-ft-travel-zzzzzzzz", "others"), ("warning", "5.2"), "aoai-ft-travel-zzzzzzzz (eastus2); `--sweep"),
        (tuple(f"aoai-ft-travel-{n}" for n in range(7)), ("warning", "5.2"), "and 2 more"),
        ((f"aoai-ft-travel-{SUFFIX}",), ("problem", "1.4"), "--resource-group rg-1 --location eastus2"),
    ],
    ids=["none", "others", "ours", "many", "this-runs"],
)
def test_names_that_soft_deleted_accounts_hold(names: tuple[str, ...], expected: tuple[str, str], words: str) -> None:
    (finding,) = check_soft_deleted(deleted([an_account(name) for name in names]))
    assert (finding.level, finding.step) == expected
    assert words in finding.reason


def test_soft_deleted_accounts_that_cannot_be_listed_are_a_warning() -> None:
    assert levels(check_soft_deleted(deleted(azure_error(403, "AuthorizationFailed")))) == [("warning", "5.2")]


def the_data() -> TrainingSet:
    return training_set(FILE.read_bytes(), "https://example.org/data/x.jsonl", 10)


@pytest.mark.parametrize(
    ("known", "level", "words"),
    [
        ((), "ok", "unknown whether it is the original"),
        ((the_data().sha256,), "ok", "the known file"),
        (("0" * 64,), "warning", f"found the digest {the_data().sha256}, which [dataset] sha256"),
    ],
    ids=["none-on-record", "known", "changed"],
)
def test_a_file_whose_digest_is_not_known_is_a_warning(known: tuple[str, ...], level: str, words: str) -> None:
    run = a_run()
    spec = replace(run.spec, dataset=replace(run.spec.dataset, sha256=known))
    finding = check_dataset(replace(run, spec=spec), the_data())
    assert (finding.level, finding.step) == (level, "2.1")
    assert words in finding.reason
    assert finding.reason.startswith("travel-finetune.jsonl at example.org: 16 examples, 7,089 bytes")


def test_a_file_of_ones_own_is_not_compared() -> None:
    run = a_run(settings=settings_of(training_file=FILE))
    data = training_set(FILE.read_bytes(), FILE.name, 10)
    assert check_dataset(run, data).reason.endswith("7,089 bytes, given with --training-file")


class Azure:
    """As much of Azure Resource Manager as a preflight asks, for a subscription of this offer."""

    def __init__(self, offer: str) -> None:
        self._offer = offer

    def send_request(self, request: Any) -> Answer:
        if "/permissions" in request.url:
            return Answer(200, {"value": [{"actions": ["*"]}]})
        if "/providers/" in request.url:
            return Answer(200, {"registrationState": "Registered"})
        offer = {"quotaId": self._offer}
        return Answer(200, {"displayName": "Lab", "state": "Enabled", "subscriptionPolicies": offer})


def everything(data: Any, token: Any = OPAQUE, **settings: Any) -> Run:
    """A run against such an Azure whose address of the training data gives this."""
    cognitive = SimpleNamespace(
        models=SimpleNamespace(list=scripted([])),
        usages=SimpleNamespace(list=scripted([])),
        deleted_accounts=SimpleNamespace(list=scripted([])),
    )
    clients = {
        "credential": SimpleNamespace(get_token=scripted(token)),
        "resources": Azure(settings.pop("offer", "PayAsYouGo_2014-09-01")),
        "cognitive": cognitive,
        "get": scripted(data),
    }
    return a_run(clients, settings=settings_of(**settings))


@pytest.mark.parametrize("one_after_another", [False, True])
def test_every_look_is_told_in_the_labs_order(one_after_another: bool) -> None:
    found = preflight(everything((200, FILE.read_bytes()), one_after_another=one_after_another))
    assert [finding.step for finding in found.findings] == ["1.1", "1.2", "1.3", "2.1", "2.2", "5.2"]
    assert found.conclusion == "broken"
    assert len(found.regions) == 4
    assert found.cost is not None
    assert found.charged
    assert found.who is not None
    assert "Lab (1111…, --subscription) is Enabled" in found.findings[0].reason


@pytest.mark.parametrize(
    "offer", ["FreeTrial_2014-09-01", "AzureForStudentsStarter_2018-01-01", "AzurePass_2014-09-01"]
)
def test_an_offer_with_little_quota_is_a_warning(offer: str) -> None:
    found = preflight(everything((200, FILE.read_bytes()), offer=offer))
    assert ("warning", "1.1") in levels(found.findings)


def test_training_data_that_is_not_there_is_the_labs_fault() -> None:
    found = preflight(everything((404, b"")))
    (finding,) = (finding for finding in found.findings if finding.step == "2.1")
    assert finding.breaks
    assert "found HTTP 404" in finding.reason
    assert found.cost is None


def test_a_surprise_in_one_look_leaves_the_others() -> None:
    found = preflight(everything(RuntimeError("surprise")))
    assert ("problem", "2.1") in levels(found.findings)
    assert len(found.findings) == 6


def test_without_a_sign_in_nothing_else_is_looked_at() -> None:
    found = preflight(everything((200, b""), token=RuntimeError("no")))
    assert levels(found.findings) == [("problem", "1.1")]
    assert found.conclusion == "inconclusive"


def test_an_interruption_ends_every_look() -> None:
    clock = WallClock()
    run = everything((200, b""))
    run.clients.get = scripted(KeyboardInterrupt())  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        preflight(replace(run, clock=clock))
    with pytest.raises(Cancelled):
        clock.checkpoint()


def test_findings_can_be_rewritten() -> None:
    found = Preflight("m", (ok("1.1", "secret"),)).rewritten(str.upper)
    assert found.findings == (ok("1.1", "SECRET"),)


def test_the_lab_is_broken_before_anything_is_undecided() -> None:
    broken, undecided = from_error(Broken("2.2", "retired")), from_error(Undecided("1.2", "no rights"))
    assert broken == Finding("problem", "2.2", "retired", breaks=True)
    found = Preflight("m", (undecided, broken, warning("1.3", "x"), ok("1.1", "y")))
    assert found.conclusion == "broken"
    assert found.problems == (undecided, broken)
    assert found.warnings == (warning("1.3", "x"),)
    assert Preflight("m", (problem("1.2", "x"),)).conclusion == "inconclusive"
