"""What we send is what Microsoft's own models describe, since no Azure is here to refuse it."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Callable
from typing import Any

import pytest

import lab.build
from lab.clients import Clients
from tests.suite.lab.bodies.api_versions import NoCredential, package_versions, unknown_version
from tests.suite.lab.bodies.sent import SENT, Sent
from tests.suite.lab.bodies.typed_models import problems
from tests.suite.lab.fakes import NotedClock, settings_of

BODIES = [pytest.param(sent, id=sent.id) for sent in SENT]
VERSIONED = [pytest.param(sent, sent.api_version, id=sent.id) for sent in SENT if sent.api_version is not None]


@pytest.mark.parametrize("sent", BODIES)
def test_a_body_is_what_its_model_describes(sent: Sent) -> None:
    assert [str(problem) for problem in problems(sent.body(), sent.model, sent.newer)] == []


@pytest.mark.parametrize("sent", BODIES)
def test_a_body_arrives_as_it_is_written(sent: Sent) -> None:
    assert json.loads(json.dumps(sent.body(), allow_nan=False)) == sent.body()


@pytest.mark.parametrize(("sent", "api_version"), VERSIONED)
def test_an_api_version_is_shown_to_exist(sent: Sent, api_version: str) -> None:
    assert unknown_version(api_version, sent.resource_type, sent.package) is None


@pytest.mark.parametrize(
    ("client", "package"),
    [("resources", "azure.mgmt.resource.resources"), ("cognitive", "azure.mgmt.cognitiveservices")],
)
def test_a_typed_client_sends_the_version_that_its_models_are_of(client: str, package: str) -> None:
    clients = Clients(settings_of(), NoCredential(), NotedClock())
    try:
        assert {getattr(clients, client)._config.api_version} == package_versions(package)
    finally:
        clients.close()


def test_every_function_that_makes_a_body_is_held_to_a_model() -> None:
    assert _body_functions() == {sent.made_by for sent in SENT}


def _body_functions() -> set[Callable[..., Any]]:
    modules = (importlib.import_module(f"lab.build.{found.name}") for found in pkgutil.iter_modules(lab.build.__path__))
    return {value for module in modules for name, value in vars(module).items() if name.endswith("_body")}
