"""Through the clients of a grading run nothing is sent that could change an environment, whoever asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from azure.core.rest import HttpRequest

from emulator.options import Options
from emulator.server import Emulator, serve_in_thread
from lab.clients import Clients
from lab.clock import WallClock
from lab.find.guard import ReadOnly, WriteRefused
from lab.settings import ClientSecret, Endpoints, Setting
from lab.sign_in import credential_for
from tests.suite.emulator.settings import fetch
from tests.suite.emulator.settings import settings_of as told_by
from tests.suite.lab.fakes import settings_of

pytestmark = pytest.mark.server

GROUP = "rg-s1"
CHAT = [{"role": "user", "content": "What can you do?"}]


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    file = tmp_path_factory.mktemp("class") / "class.toml"
    file.write_text(f'[[student]]\nid = "s1"\nresource_group = "{GROUP}"\n', encoding="utf-8")
    with serve_in_thread(Options(class_file=file)) as running:
        yield running


@dataclass(frozen=True)
class Borrowed:
    """The clients of a grading run, and the account that they look at."""

    clients: Clients
    name: str
    endpoint: str


def borrowed(emulator: Emulator, guard: ReadOnly) -> Borrowed:
    told = told_by(emulator)
    settings = settings_of(
        mode="emulator",
        subscription_id=Setting(told["subscription_id"], "emulator"),
        endpoints=Endpoints(told["url"], told["authority"], None, emulator.ca_file),
        sign_in=ClientSecret(told["tenant_id"], told["client_id"], told["client_secret"]),
    )
    clients = Clients(settings, credential_for(settings), WallClock(1000), guard=guard)
    (account,) = clients.cognitive.accounts.list_by_resource_group(GROUP)
    assert account.properties is not None
    return Borrowed(clients, str(account.name), str(account.properties.endpoint))


@pytest.fixture
def look(emulator: Emulator) -> Iterator[Borrowed]:
    ours = borrowed(emulator, ReadOnly())
    yield ours
    ours.clients.close()


def arm(method: str, path: str) -> Callable[[Borrowed], Any]:
    """A request to Azure Resource Manager for something in the group."""

    def send(look: Borrowed) -> Any:
        group = f"/subscriptions/{look.clients.subscription_id}/resourceGroups/{GROUP}"
        url = f"{look.clients.settings.endpoints.resource_manager}{group}{path}?api-version=2024-10-01"
        return look.clients.resources.send_request(HttpRequest(method, url, json={"location": "eastus2"}))

    return send


DEPLOYMENT: Any = {"sku": {"name": "Standard", "capacity": 1}, "properties": {}}
WRITES: dict[str, Callable[[Borrowed], Any]] = {
    "put-group": lambda look: look.clients.resources.resource_groups.create_or_update(GROUP, {"location": "eastus2"}),
    "delete-group": lambda look: look.clients.resources.resource_groups.begin_delete(GROUP),
    "patch-group": lambda look: look.clients.resources.resource_groups.update(GROUP, {"tags": {"a": "b"}}),
    "put-hub": arm("PUT", "/providers/Microsoft.MachineLearningServices/workspaces/hub-s1"),
    "delete-project": arm("DELETE", "/providers/Microsoft.MachineLearningServices/workspaces/project-s1"),
    "post-connection-secrets": arm(
        "POST", "/providers/Microsoft.MachineLearningServices/workspaces/hub-s1/connections/c/listsecrets"
    ),
    "put-role": arm("PUT", "/providers/Microsoft.Authorization/roleAssignments/5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"),
    "put-deployment": lambda look: look.clients.cognitive.deployments.begin_create_or_update(
        GROUP, look.name, "mine", DEPLOYMENT
    ),
    "delete-deployment": lambda look: look.clients.cognitive.deployments.begin_delete(GROUP, look.name, "mine"),
    "delete-account": lambda look: look.clients.cognitive.accounts.begin_delete(GROUP, look.name),
    "purge-account": lambda look: look.clients.cognitive.deleted_accounts.begin_purge("eastus2", GROUP, look.name),
    "list-keys": lambda look: look.clients.cognitive.accounts.list_keys(GROUP, look.name),
    "regenerate-key": lambda look: look.clients.cognitive.accounts.regenerate_key(GROUP, look.name, "Key1"),
    "upload": lambda look: look.clients.openai(look.endpoint).files.create(file=b"{}", purpose="fine-tune"),
    "delete-file": lambda look: look.clients.openai(look.endpoint).files.delete("file-1"),
    "start-job": lambda look: look.clients.openai(look.endpoint).fine_tuning.jobs.create(
        model="gpt-35-turbo-0125", training_file="file-1"
    ),
    "cancel-job": lambda look: look.clients.openai(look.endpoint).fine_tuning.jobs.cancel("ftjob-1"),
    "embed": lambda look: look.clients.openai(look.endpoint).embeddings.create(model="gpt-35-turbo", input="text"),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_write_is_refused_before_anything_is_sent(
    write: Callable[[Borrowed], Any], look: Borrowed, emulator: Emulator
) -> None:
    before, state = emulator.world.log.document(), _state(emulator)
    with pytest.raises(Exception, match="found a request that is no read") as raised:
        write(look)
    assert WriteRefused in {type(error) for error in _causes(raised.value)}
    sent = emulator.world.log.document()[len(before) :]
    assert all(row["path"].endswith("/oauth2/v2.0/token") for row in sent), sent
    assert _state(emulator) == state


def test_reads_and_questions_go_through(look: Borrowed) -> None:
    assert look.clients.resources.resource_groups.check_existence(GROUP)
    client = look.clients.openai(look.endpoint)
    assert [job.status for job in client.fine_tuning.jobs.list()] == ["succeeded"]
    (deployment,) = look.clients.cognitive.deployments.list(GROUP, look.name)
    answer = client.chat.completions.create(model=str(deployment.name), messages=CHAT, max_tokens=16)  # type: ignore[arg-type]
    assert answer.choices[0].message.content


def test_keys_are_listed_where_they_are_allowed_and_nothing_else_is(emulator: Emulator) -> None:
    ours = borrowed(emulator, ReadOnly(allow_keys=True))
    assert ours.clients.cognitive.accounts.list_keys(GROUP, ours.name).key1
    with pytest.raises(Exception, match="found a request that is no read"):
        ours.clients.cognitive.accounts.regenerate_key(GROUP, ours.name, "Key1")
    ours.clients.close()


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _state(emulator: Emulator) -> Any:
    return fetch(f"{emulator.url}/_emulator/state", str(emulator.ca_file))
