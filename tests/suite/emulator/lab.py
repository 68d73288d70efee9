"""The lab as plain calls of Azure's SDKs, for tests that need an environment or a part of one."""

from __future__ import annotations

import json
import ssl
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx2
from azure.mgmt.cognitiveservices.models import (
    Account,
    AccountProperties,
    Deployment,
    DeploymentModel,
    DeploymentProperties,
    Sku,
)
from openai import AuthenticationError, AzureOpenAI, NotFoundError

from emulator.server import Emulator
from tests.suite.emulator.clients import Azure

DATA = Path(__file__).parent.parent / "data"
DEADLINE_S = 20.0
OPENAI_CONTRIBUTOR = "a001fd3d-188f-4b5d-821b-7da978bf7442"
TUNABLE = "gpt-35-turbo-0125"

Later = Callable[[float], None]
"""Moves the emulator's clock on by so many seconds."""

T = TypeVar("T")


def until(look: Callable[[], T], done: Callable[[T], bool], *, what: str) -> T:
    """Look again and again until `done`; fails after 20 s with what was last seen."""
    deadline = time.monotonic() + DEADLINE_S
    while True:
        seen = look()
        if done(seen):
            return seen
        assert time.monotonic() < deadline, f"{what} did not come about; last seen: {seen}"


def chats(subject: str, count: int = 12) -> bytes:
    """A valid training file of `count` examples about a subject."""
    lines = [
        {
            "messages": [
                {"role": "system", "content": f"You know all about {subject}."},
                {"role": "user", "content": f"What is the {subject} number {number}?"},
                {"role": "assistant", "content": f"The {subject} number {number} is the finest. Another {subject}?"},
            ]
        }
        for number in range(count)
    ]
    return "\n".join(json.dumps(line) for line in lines).encode()


def group(azure: Azure, name: str, location: str = "swedencentral") -> str:
    """Make a group and return its name."""
    azure.resources.resource_groups.create_or_update(name, {"location": location, "tags": {"run": name}})
    return name


def account(
    azure: Azure, group_name: str, name: str, location: str = "swedencentral", *, sub_domain: bool = True
) -> Any:
    """Make an OpenAI account."""
    properties = AccountProperties(custom_sub_domain_name=name if sub_domain else None)
    wanted = Account(location=location, kind="OpenAI", sku=Sku(name="S0"), properties=properties)
    return azure.cognitive.accounts.begin_create(group_name, name, wanted).result()


def grant(azure: Azure, account_id: str, role: str = OPENAI_CONTRIBUTOR) -> Any:
    """Give the caller a role on an account."""
    name = uuid.uuid4()
    definition = f"{azure.subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}"
    body = {"properties": {"roleDefinitionId": definition, "principalId": azure.connection.principal_id}}
    path = f"{account_id}/providers/Microsoft.Authorization/roleAssignments/{name}?api-version=2022-04-01"
    answer = azure.call("PUT", path, body)
    assert answer.status == 201, answer
    return answer.body


def upload(client: AzureOpenAI, content: bytes, name: str = "data.jsonl") -> Any:
    """Upload a training file and wait until it was processed."""
    file = client.files.create(file=(name, content), purpose="fine-tune")
    over = {"processed", "error"}
    return until(lambda: client.files.retrieve(file.id), lambda f: f.status in over, what="processing")


def train(client: AzureOpenAI, file_id: str, **options: Any) -> Any:
    """Run a job to its end."""
    job = client.fine_tuning.jobs.create(model=TUNABLE, training_file=file_id, **options)
    over = {"succeeded", "failed", "cancelled"}
    return until(lambda: client.fine_tuning.jobs.retrieve(job.id), lambda j: j.status in over, what="training's end")


def deploy(azure: Azure, account_id: str, name: str, model: str, version: str, capacity: int = 5) -> Any:
    """Deploy a model and wait until it is done."""
    group_name, account_name = account_id.split("/")[4], account_id.split("/")[-1]
    wanted = Deployment(
        sku=Sku(name="Standard", capacity=capacity),
        properties=DeploymentProperties(model=DeploymentModel(format="OpenAI", name=model, version=version)),
    )
    return azure.cognitive.deployments.begin_create_or_update(group_name, account_name, name, wanted).result()


def ask(client: AzureOpenAI, deployment: str, question: str, **options: Any) -> str:
    """One question, one answer."""
    messages: Any = [{"role": "user", "content": question}]
    answer = client.chat.completions.create(model=deployment, messages=messages, **options)
    return str(answer.choices[0].message.content)


def ask_when_ready(client: AzureOpenAI, deployment: str, question: str) -> str:
    """The same of a deployment made just now, which may not be known, or not to us, for a while."""

    def asked() -> str | None:
        try:
            return ask(client, deployment, question)
        except (NotFoundError, AuthenticationError):
            return None

    answer = until(asked, lambda text: text is not None, what="an answer")
    return str(answer)


def pass_by(emulator: Emulator, seconds: float) -> None:
    """Move an emulator's clock on."""
    clock = emulator.world.clock
    clock.move_to(clock.now() + timedelta(seconds=seconds))


def http(emulator: Emulator) -> httpx2.Client:
    """A plain client that trusts an emulator."""
    context = ssl.create_default_context(cafile=str(emulator.ca_file))
    return httpx2.Client(base_url=emulator.url, verify=context, trust_env=False)
