"""The clients of a run: a key replaces the caller's token, and every connection is closed."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from azure.core.exceptions import HttpResponseError

from emulator.options import Options
from emulator.server import Emulator, serve_in_thread
from lab.clients import Clients
from lab.clock import WallClock
from lab.find.guard import ReadOnly, WriteRefused
from lab.settings import ClientSecret, Endpoints, Setting
from lab.sign_in import credential_for
from tests.suite.emulator.settings import settings_of as told_by
from tests.suite.lab.fakes import settings_of

ENDPOINT = "https://aoai-1.openai.azure.com/"
BUSY = """
id = "busy"
title = "Long operations are refused at first"
source = "by design"
[[rule]]
when = { method = "DELETE", path = "*", times = 2 }
then = { status = 503 }
"""


UNREGISTERED = """
id = "unregistered"
title = "A provider is not registered"
source = "by design"
[[rule]]
when = { method = "DELETE", path = "*/resourcegroups/rg-1" }
then = { status = 409, set = { "error.code" = "MissingSubscriptionRegistration", "error.message" = "Register 'A.B'." } }
"""


def clients() -> Clients:
    return Clients(settings_of(), cast(Any, None), WallClock())


def test_an_account_has_one_client_until_its_key_is_used() -> None:
    ours = clients()
    by_token = ours.openai(ENDPOINT)
    assert ours.openai(ENDPOINT) is by_token
    ours.use_key(ENDPOINT, "not-a-real-key")
    by_key = ours.openai(ENDPOINT)
    assert by_key is not by_token
    assert by_key.api_key == "not-a-real-key"
    assert not by_token.is_closed(), "another thread may be asking by it"
    ours.close()
    assert by_token.is_closed()
    assert by_key.is_closed()


def test_the_key_of_one_account_is_not_sent_to_another() -> None:
    ours = clients()
    ours.use_key(ENDPOINT, "not-a-real-key")
    assert ours.openai("https://aoai-2.openai.azure.com/").api_key != "not-a-real-key"
    ours.close()


def test_a_class_of_accounts_does_not_stay_in_memory() -> None:
    ours = Clients(settings_of(), cast(Any, None), WallClock(), connections=4)
    ours.use_key("https://s0.openai.azure.com/", "not-a-real-key")
    for number in range(100):
        ours.openai(f"https://s{number}.openai.azure.com/")
    assert len(ours._openai) == 8
    assert ours.openai("https://s0.openai.azure.com/").api_key == "not-a-real-key"
    ours.close()


def test_all_data_planes_are_asked_with_one_token() -> None:
    asked: list[str] = []

    def get_token(scope: str) -> Any:
        asked.append(scope)
        return SimpleNamespace(token="t-1", expires_on=2**40)

    ours = Clients(settings_of(), cast(Any, SimpleNamespace(get_token=get_token)), WallClock())
    providers = [ours.openai(f"https://s{number}.openai.azure.com/")._azure_ad_token_provider for number in range(3)]
    assert [provider() for provider in providers if provider] == ["t-1"] * 3
    assert asked == ["https://cognitiveservices.azure.com/.default"]
    ours.close()


def test_threads_that_ask_at_once_get_the_same_clients() -> None:
    caller = cast(Any, SimpleNamespace(get_token=None))
    ours, together = Clients(settings_of(), caller, WallClock()), threading.Barrier(8)

    def ask(_: int) -> tuple[int, int, int]:
        together.wait(10)
        return id(ours.resources), id(ours.cognitive), id(ours.openai(ENDPOINT))

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1
    ours.close()


def against(emulator: Emulator, **more: Any) -> Clients:
    told = told_by(emulator)
    settings = settings_of(
        subscription_id=Setting(told["subscription_id"], "emulator"),
        endpoints=Endpoints(told["url"], told["authority"], None, emulator.ca_file),
        sign_in=ClientSecret(told["tenant_id"], told["client_id"], told["client_secret"]),
    )
    return Clients(settings, credential_for(settings), WallClock(1000), **more)


@pytest.mark.server
def test_many_threads_share_the_connections() -> None:
    with serve_in_thread(Options()) as emulator:
        ours, together = against(emulator, connections=16), threading.Barrier(16)

        def ask(_: int) -> bool:
            together.wait(10)
            return ours.resources.resource_groups.check_existence("rg-1")

        with ThreadPoolExecutor(16) as pool:
            assert list(pool.map(ask, range(64))) == [False] * 64
        transport = cast(Any, ours.resources._client._pipeline._transport)
        pools = transport.session.get_adapter(emulator.url).poolmanager.pools
        (pool_of_host,) = [pools[key] for key in pools.keys()]  # noqa: SIM118  # it can only be asked for its keys
        assert pool_of_host.num_connections <= 16, "none was opened beside the pool"
        assert pool_of_host.num_requests == 64
        ours.close()


@pytest.mark.server
def test_what_the_guard_refuses_is_never_sent() -> None:
    with serve_in_thread(Options()) as emulator:
        ours = against(emulator, guard=ReadOnly())
        assert not ours.resources.resource_groups.check_existence("rg-1")
        with pytest.raises(WriteRefused, match="PUT /subscriptions/"):
            ours.resources.resource_groups.create_or_update("rg-1", {"location": "swedencentral"})
        with pytest.raises(WriteRefused, match="DELETE /subscriptions/"):
            ours.resources.resource_groups.begin_delete("rg-1")
        with pytest.raises(WriteRefused, match="POST /subscriptions/"):
            ours.cognitive.accounts.list_keys("rg-1", "aoai-1")
        plane = ours.openai(f"{emulator.url}/_account/aoai-1/")
        for write in (
            lambda: plane.files.create(file=b"{}", purpose="fine-tune"),
            lambda: plane.files.delete("file-1"),
            lambda: plane.fine_tuning.jobs.create(model="m", training_file="file-1"),
            lambda: plane.fine_tuning.jobs.cancel("ftjob-1"),
        ):
            with pytest.raises(WriteRefused, match="/openai/"):
                write()
        ours.close()
        assert {served["method"] for served in emulator.world.log.document()} == {"GET", "HEAD", "POST"}
        posts = [served["path"] for served in emulator.world.log.document() if served["method"] == "POST"]
        assert all(path.endswith("/oauth2/v2.0/token") for path in posts), posts


@pytest.mark.server
def test_no_provider_is_registered_behind_the_back_of_a_run(tmp_path: Path) -> None:
    scenario = tmp_path / "unregistered.toml"
    scenario.write_text(UNREGISTERED)
    with serve_in_thread(Options(scenario=scenario)) as emulator:
        ours = against(emulator)
        with pytest.raises(HttpResponseError, match="MissingSubscriptionRegistration"):
            ours.resources.resource_groups.begin_delete("rg-1")
        assert [served["method"] for served in emulator.world.log.document()] == ["GET", "POST", "DELETE"]
        ours.close()


@pytest.mark.server
def test_a_refused_answer_is_read_so_that_its_connection_is_used_again(tmp_path: Path) -> None:
    scenario = tmp_path / "busy.toml"
    scenario.write_text(BUSY)
    with serve_in_thread(Options(scenario=scenario)) as emulator:
        ours = against(emulator)
        ours.resources.resource_groups.create_or_update("rg-1", {"location": "swedencentral"})
        ours.resources.resource_groups.begin_delete("rg-1").wait(10)
        transport = cast(Any, ours.resources._client._pipeline._transport)
        pools = transport.session.get_adapter(emulator.url).poolmanager.pools
        (pool,) = [pools[key] for key in pools.keys()]  # noqa: SIM118  # it can only be asked for its keys
        assert pool.num_requests >= 5
        assert pool.num_connections == 1
        ours.close()
