"""Every request gets an answer that Azure could have given; a fault of the emulator's own is a 500 that says so."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from emulator import routes
from emulator.clock import Clock
from emulator.directory import Directory
from emulator.dispatch import Dispatcher
from emulator.options import DEFAULT_START
from emulator.routing import Route, RouteTable
from emulator.wire import Reply, Request
from emulator.world import Settings, World
from tests.suite.emulator import lab
from tests.suite.emulator.clients import Azure

ODD_BODIES: tuple[Any, ...] = (
    None,
    [],
    {},
    {"location": 5},
    {"location": "swedencentral", "properties": "x"},
    {"location": "swedencentral", "kind": "OpenAI", "sku": {"name": "S0"}, "properties": {"customSubDomainName": 7}},
    {"location": "swedencentral", "kind": "Hub", "properties": {"storageAccount": 7, "keyVault": []}},
    {"properties": {"model": "x", "level": [], "metadata": "x", "template": 5}, "sku": {"name": "Standard"}},
    {"properties": {"model": {"name": 5, "version": 7}}, "sku": {"name": "Standard", "capacity": []}},
    {"properties": {"roleDefinitionId": 5, "principalId": 5, "softDeleteRetentionInDays": "x"}, "location": "x"},
    {"model": 5, "training_file": [], "suffix": 5, "hyperparameters": "x", "skus": 5, "name": [], "keyName": []},
    {"messages": [{"role": "user", "content": "Hi"}], "n": "2", "stop": [""], "max_tokens": -5},
    {"messages": [5], "subdomainName": []},
)


def answered(request: Request) -> Reply:
    return Reply(document={"path": request.path})


def test_a_route_takes_paths_of_any_case_and_keeps_the_case_of_what_it_names() -> None:
    table = RouteTable([Route("GET", "/a/{name}/b", lambda world, request: answered(request))])
    found = table.find("GET", "/A/Mixed.Case/B")
    assert found is not None
    assert found.parameters == {"name": "Mixed.Case"}
    assert table.find("GET", "/a/x/y/b") is None
    assert table.methods("/a/x/b") == ["GET"]


def test_a_route_may_name_a_whole_path() -> None:
    table = RouteTable([Route("GET", "{scope:path}/locks", lambda world, request: answered(request))])
    found = table.find("GET", "/subscriptions/s/locks")
    assert found is not None
    assert found.parameters == {"scope": "/subscriptions/s"}


def test_a_fault_of_the_emulator_is_a_500_with_a_traceback_on_standard_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(world: World, request: Request) -> Reply:
        raise ZeroDivisionError("the emulator's fault")

    monkeypatch.setattr(routes, "PUBLIC", (Route("GET", "/_emulator/broken", broken),))
    settings = Settings(url="https://127.0.0.1:1", ca_file=Path("ca.pem"), start=DEFAULT_START)
    world = World(settings, Clock(DEFAULT_START, speed=1), Directory())
    reply = Dispatcher(world).answer(Request("GET", "/_emulator/broken"))
    assert (reply.status, reply.document["error"]["code"]) == (500, "InternalServerError")
    assert "ZeroDivisionError: the emulator's fault" in capsys.readouterr().err


@pytest.mark.server
def test_a_method_that_an_address_does_not_have(sdk: Azure) -> None:
    answer = sdk.call("PATCH", "/subscriptions", {})
    assert (answer.status, answer.code) == (405, "MethodNotAllowed")


@pytest.mark.server
def test_long_headers_are_no_trouble(sdk: Azure) -> None:
    assert sdk.call("GET", "/subscriptions", headers={"x-long": "x" * 4_096}).status == 200


@pytest.mark.server
def test_slashes_too_many_do_no_harm(sdk: Azure) -> None:
    """Recording subscription_not_found.json has two at its beginning."""
    assert sdk.call("GET", f"{sdk.connection.url}//subscriptions//").status == 200


@pytest.mark.server
def test_the_date_is_the_emulators(sdk: Azure) -> None:
    assert sdk.call("GET", "/subscriptions").headers["date"].startswith("Fri, 15 Nov 2024 ")


@pytest.mark.server
def test_ids_of_requests_are_in_every_answer(sdk: Azure) -> None:
    headers = {"x-ms-client-request-id": "mine", "x-ms-return-client-request-id": "true"}
    answer = sdk.call("GET", sdk.subscription, headers=headers)
    assert {"x-ms-request-id", "x-ms-correlation-request-id"} <= answer.headers.keys()
    assert answer.headers["x-ms-client-request-id"] == "mine"
    assert answer.headers["x-ms-ratelimit-remaining-subscription-reads"].isdigit()


@pytest.fixture(scope="module")
def key(sdk: Azure) -> str:
    """The key of an account with a file and a deployment, for bodies that come that far."""
    account = lab.account(sdk, lab.group(sdk, "rg-odd"), "oai-odd")
    lab.deploy(sdk, account.id, "d", "gpt-35-turbo", "0125", 100)
    return str(sdk.cognitive.accounts.list_keys("rg-odd", "oai-odd").key1)


@pytest.mark.server
@pytest.mark.parametrize(
    "route",
    [route for route in (*routes.MANAGEMENT, *routes.DATA) if route.method in {"PUT", "POST", "PATCH"}],
    ids=lambda route: f"{route.method} {route.template}",
)
def test_no_body_makes_the_emulator_fail(sdk: Azure, key: str, later: lab.Later, route: Route) -> None:
    names = {"subscription": sdk.connection.subscription_id, "group": "rg-odd", "account": "oai-odd", "deployment": "d"}
    names |= {"scope:path": f"{sdk.subscription}/resourceGroups/rg-odd", "location": "swedencentral"}
    path = re.sub(r"\{([\w:]+)\}", lambda part: names.get(part[1], "x1"), route.template)
    later(60)
    for body in ODD_BODIES:
        if route in routes.DATA:
            address = f"/_account/oai-odd{path}?api-version=2024-10-21"
            answer = sdk.raw(route.method, address, body, headers={"api-key": key})
        else:
            answer = sdk.call(route.method, path, body)
        assert answer.status < 500, f"{body}: {answer.body}"


def test_a_request_is_a_value() -> None:
    request = Request("GET", "/a")
    assert replace(request, parameters={"x": "1"})["x"] == "1"
    assert request.parameters == {}
