"""The clients of a run: a key replaces the caller's token, and every connection is closed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from emulator.options import Options
from emulator.server import serve_in_thread
from lab.clients import Clients
from lab.clock import WallClock
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
    assert by_token.is_closed(), "nobody else could close it"
    ours.close()
    assert by_key.is_closed()


def test_the_key_of_one_account_is_not_sent_to_another() -> None:
    ours = clients()
    ours.use_key(ENDPOINT, "not-a-real-key")
    assert ours.openai("https://aoai-2.openai.azure.com/").api_key != "not-a-real-key"
    ours.close()


@pytest.mark.server
def test_a_refused_answer_is_read_so_that_its_connection_is_used_again(tmp_path: Path) -> None:
    scenario = tmp_path / "busy.toml"
    scenario.write_text(BUSY)
    with serve_in_thread(Options(scenario=scenario)) as emulator:
        told = told_by(emulator)
        settings = settings_of(
            subscription_id=Setting(told["subscription_id"], "emulator"),
            endpoints=Endpoints(told["url"], told["authority"], None, emulator.ca_file),
            sign_in=ClientSecret(told["tenant_id"], told["client_id"], told["client_secret"]),
        )
        ours = Clients(settings, credential_for(settings), WallClock(1000))
        ours.resources.resource_groups.create_or_update("rg-1", {"location": "swedencentral"})
        ours.resources.resource_groups.begin_delete("rg-1").wait(10)
        transport = cast(Any, ours.resources._client._pipeline._transport)
        pools = transport.session.get_adapter(emulator.url).poolmanager.pools
        (pool,) = [pools[key] for key in pools.keys()]  # noqa: SIM118  # it can only be asked for its keys
        assert pool.num_requests >= 5
        assert pool.num_connections == 1
        ours.close()
