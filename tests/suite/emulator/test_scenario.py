"""A scenario at work: the emulator misbehaves as the file says."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest

from emulator.options import Options, OptionsError
from emulator.server import Emulator, serve_in_thread
from tests.suite.emulator import lab
from tests.suite.emulator.clients import Azure

pytestmark = pytest.mark.server

SCENARIO = """
id = "odd"
start = "2025-01-01T00:00:00Z"

[[rule]]
when = { method = "GET", path = "*/resourcegroups/rg-odd", after = 1, times = 1 }
then = { status = 503, headers = { "Retry-After" = 7 } }

[[rule]]
when = { method = "PUT", path = "*/providers/Microsoft.CognitiveServices/accounts/*" }
then = { status = 409, set = { "error.code" = "CustomDomainInUse", "error.message" = "taken" } }

[[rule]]
when = { path = "*/locations/swedencentral/usages" }
then = { set = { "value.0.limit" = 1 }, unset = ["value.0.unit"] }

[[rule]]
when = { path = "*/locations/uksouth/models" }
then = { raw = "<html>busy</html>" }

[[rule]]
when = { path = "*/subscriptions/*/locations", times = 1 }
then = { drop = true }

[[rule]]
when = { path = "/tenants" }
then = { delay_s = 3600, body = { value = [] } }
"""


@pytest.fixture(scope="module")
def emulator_options(tmp_path_factory: pytest.TempPathFactory) -> Options:
    file = tmp_path_factory.mktemp("scenario") / "odd.toml"
    file.write_text(SCENARIO, encoding="utf-8")
    return Options(step=1.0, scenario=file)


def test_the_clock_starts_where_the_scenario_says(sdk: Azure) -> None:
    assert sdk.raw("GET", "/_emulator/settings").body["start"] == "2025-01-01T00:00:00Z"


def test_one_answer_in_the_middle_is_another(sdk: Azure) -> None:
    path = f"{sdk.subscription}/resourcegroups/{lab.group(sdk, 'rg-odd')}"
    answers = [sdk.call("GET", path) for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 503, 200]
    assert answers[1].headers["retry-after"] == "7"


def test_a_write_that_is_refused_was_not_done(sdk: Azure) -> None:
    lab.group(sdk, "rg-refused")
    path = f"{sdk.subscription}/resourceGroups/rg-refused/providers/Microsoft.CognitiveServices/accounts/oai-x"
    refused = sdk.call("PUT", path, {"location": "swedencentral", "kind": "OpenAI", "sku": {"name": "S0"}})
    assert (refused.status, refused.body) == (409, {"error": {"code": "CustomDomainInUse", "message": "taken"}})
    assert sdk.call("GET", path).status == 404


def test_members_of_an_answer_are_changed(sdk: Azure) -> None:
    path = f"{sdk.subscription}/providers/Microsoft.CognitiveServices/locations/swedencentral/usages"
    first, second, *_ = sdk.call("GET", path).body["value"]
    assert (first["limit"], "unit" in first) == (1, False)
    assert (second["limit"], "unit" in second) == (250, True)


def test_an_answer_may_be_no_json_at_all(sdk: Azure) -> None:
    token = sdk.credential.get_token("https://management.azure.com/.default").token
    path = f"{sdk.subscription}/providers/Microsoft.CognitiveServices/locations/uksouth/models?api-version=2024-10-01"
    answer = sdk.http.get(path, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.text) == (200, "<html>busy</html>")
    assert answer.headers["content-type"].startswith("application/json")


def test_a_connection_may_close_without_an_answer(sdk: Azure) -> None:
    sdk.call("GET", "/subscriptions")
    sdk.raw("POST", "/_emulator/reset")
    with pytest.raises(httpx2.TransportError):
        sdk.call("GET", f"{sdk.subscription}/locations")
    assert sdk.call("GET", f"{sdk.subscription}/locations").status == 200
    assert [request["status"] for request in sdk.raw("GET", "/_emulator/requests").body] == [0, 200]


def test_an_answer_may_take_its_time(sdk: Azure, emulator: Emulator) -> None:
    before = emulator.world.clock.now()
    assert sdk.call("GET", "/tenants").body == {"value": []}
    assert (emulator.world.clock.now() - before).total_seconds() >= 3600


def test_it_tells_how_often_each_rule_matched(tmp_path: Path) -> None:
    file = tmp_path / "counted.toml"
    file.write_text(
        '[[rule]]\nwhen = { path = "/tenants", after = 1 }\nthen.status = 500\n'
        '[[rule]]\nwhen = { method = "DELETE" }\nthen.status = 500\n',
        encoding="utf-8",
    )
    with serve_in_thread(Options(scenario=file)) as emulator, lab.http(emulator) as client:
        for _ in range(3):
            client.get("/tenants")
        assert client.post("/_emulator/reset").status_code == 204
        told = client.get("/_emulator/rules").json()
    assert told["scenario"] == "counted"
    assert [(rule["path"], rule["matched"], rule["applied"]) for rule in told["rules"]] == [
        ("/tenants", 3, 2),
        ("*", 0, 0),
    ]


def test_without_a_scenario_there_are_no_rules() -> None:
    with serve_in_thread(Options()) as emulator, lab.http(emulator) as client:
        assert client.get("/_emulator/rules").json() == {"scenario": None, "rules": []}


def test_the_emulators_own_controls_are_out_of_reach(tmp_path: Path) -> None:
    file = tmp_path / "all.toml"
    file.write_text('[[rule]]\nwhen = { path = "*" }\nthen = { status = 500 }\n', encoding="utf-8")
    with serve_in_thread(Options(scenario=file)) as emulator, lab.http(emulator) as client:
        assert client.get("/_emulator/settings").status_code == 200
        assert client.get("/subscriptions").status_code == 500


def test_a_scenario_that_cannot_be_used_starts_nothing(tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text("[[rule]]\nwhen = { path = '' }\n", encoding="utf-8")
    with pytest.raises(OptionsError, match=r"--scenario .*bad\.toml:"), serve_in_thread(Options(scenario=file)):
        pass
