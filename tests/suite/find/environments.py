"""A student's environment as the SDKs show it, in process: any part of it can be changed, missing or unreadable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

from azure.mgmt.cognitiveservices import models
from azure.mgmt.resource.resources.models import ResourceGroup as AzuresGroup
from openai.types import FileObject
from openai.types.chat import ChatCompletion
from openai.types.fine_tuning import FineTuningJob

from lab.build.hub import WORKSPACES
from lab.clients import Clients
from lab.errors import StepError
from lab.find.environment import find_all
from lab.find.known import Known
from lab.find.look import Look, Seen
from lab.pacing import Pacing
from tests.suite.lab.azure_answers import Answer, azure_error, openai_error
from tests.suite.lab.fakes import ROOT, SUBSCRIPTION, TUNED, NotedClock, settings_of, the_spec
from tests.suite.lab.offers import a_model

GROUP = "rg-s001"
GROUP_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"
HUB_ID = f"{GROUP_ID}/providers/{WORKSPACES}/hub-1"
ACCOUNT_ID = f"{GROUP_ID}/providers/Microsoft.CognitiveServices/accounts/aoai-1"
TRAVEL = "I can help you plan your trip: flights, hotels and sights. Where would you like to travel?"
OTHER = "I can write code, solve equations and translate texts."
DATA = next((ROOT / "data").glob("*-finetune.jsonl")).read_bytes()
METRICS = b"step,train_loss\n1,2.5\n2,1.0\n3,0.2\n"
NO_RIGHT = azure_error(403, "AuthorizationFailed", "no right to read this")
NO_ROLE = openai_error(401, "PermissionDenied", "lacks the required data action")
DROPPED = ConnectionError("dropped")


def a_workspace(name: str = "hub-1", kind: str = "Hub", *, hub: str = "", **changes: Any) -> dict[str, Any]:
    """A hub, or a project under a hub, as Azure Resource Manager lists it."""
    properties = {"provisioningState": "Succeeded", **({"hubResourceId": hub} if hub else {})}
    return {
        "id": f"{GROUP_ID}/providers/{WORKSPACES}/{name}",
        "name": name,
        "kind": kind,
        "location": "swedencentral",
        "systemData": {"createdAt": "2024-11-14T09:00:00.1234567Z"},
        "properties": {**properties, **changes.pop("properties", {})},
        **changes,
    }


def a_connection(name: str = "aoai", category: str = "AzureOpenAI", account: str = ACCOUNT_ID) -> dict[str, Any]:
    """A connection of a hub."""
    metadata = {"ApiType": "Azure", "ResourceId": account}
    return {"name": name, "properties": {"category": category, "authType": "AAD", "target": "x", "metadata": metadata}}


def an_account(name: str = "aoai-1", kind: str = "OpenAI", state: str = "Succeeded", **changes: Any) -> Any:
    """An account as the management SDK gives it."""
    return models.Account.deserialize(
        {
            "id": f"{GROUP_ID}/providers/Microsoft.CognitiveServices/accounts/{name}",
            "name": name,
            "kind": kind,
            "location": "swedencentral",
            "systemData": {"createdAt": "2024-11-14T10:00:00.1234567Z"},
            "properties": {"endpoint": f"https://{name}.openai.azure.com/", "provisioningState": state},
            **changes,
        }
    )


def a_deployment(name: str = "ft-travel", model: str = TUNED, **changes: Any) -> Any:
    """A deployment as the management SDK gives it; `changes` are of its sku and properties."""
    properties = {
        "model": {"format": "OpenAI", "name": model, "version": "1"},
        "raiPolicyName": "Microsoft.DefaultV2",
        "provisioningState": changes.pop("state", "Succeeded"),
    }
    created = changes.pop("created", "2024-11-14T13:00:00Z")
    sku = {"name": "Standard", "capacity": 5, **changes}
    return models.Deployment.deserialize(
        {"name": name, "sku": sku, "systemData": {"createdAt": created}, "properties": properties}
    )


def a_job(name: str = "ftjob-1", **changes: Any) -> Any:
    """A job as the data-plane SDK gives it, trained to its end with what training chose for the lab's file."""
    return FineTuningJob.construct(
        **{
            "id": name,
            "status": "succeeded",
            "model": "gpt-35-turbo-0125",
            "training_file": "file-1",
            "created_at": 1731582000,
            "finished_at": 1731585600,
            "fine_tuned_model": TUNED,
            "suffix": "ft-travel",
            "result_files": ["file-result"],
            **changes,
        }
    )


def a_file(name: str = "file-1", **changes: Any) -> Any:
    """A file as the data-plane SDK gives it."""
    return FileObject.construct(
        **{
            "id": name,
            "filename": "travel.jsonl",
            "purpose": "fine-tune",
            "status": "processed",
            "bytes": len(DATA),
            "created_at": 1731581000,
            **changes,
        }
    )


@dataclass
class Environment:
    """What is there; an exception in the place of a list, or of anything else, is raised to whoever asks for it."""

    group: Any = field(
        default_factory=lambda: AzuresGroup(
            {
                "id": GROUP_ID,
                "name": GROUP,
                "location": "swedencentral",
                "properties": {"provisioningState": "Succeeded"},
            }
        )
    )
    workspaces: Any = field(default_factory=lambda: [a_workspace(), a_workspace("project-1", "Project", hub=HUB_ID)])
    connections: Any = field(default_factory=lambda: [a_connection()])
    accounts: Any = field(default_factory=lambda: [an_account()])
    elsewhere: Any = None
    deployments: Any = field(default_factory=lambda: [a_deployment()])
    models: Any = field(default_factory=lambda: [a_model()])
    jobs: Any = field(default_factory=lambda: [a_job()])
    files: Any = field(default_factory=lambda: [a_file()])
    contents: Mapping[str, Any] = field(default_factory=lambda: {"file-1": DATA, "file-result": METRICS})
    answers: Any = field(default_factory=lambda: [TRAVEL])
    keys: Any = field(default_factory=lambda: SimpleNamespace(key1="not-a-real-key"))
    deleted: Any = field(default_factory=list)
    subscription: Any = field(default_factory=lambda: {"state": "Enabled", "displayName": "Ada Lovelace"})
    asked: list[str] = field(default_factory=list)

    def told(self, what: str, value: Any) -> Any:
        """The value, asked for once more; raises it when it is an exception."""
        self.asked.append(what)
        value = value() if callable(value) else value
        if isinstance(value, BaseException):
            raise value
        return value

    def send(self, request: Any) -> Answer:
        path = str(request.url).partition("?")[0]
        if path.endswith("/connections"):
            return Answer(200, {"value": self.told("connections", self.connections)})
        if path.endswith("/workspaces"):
            return Answer(200, {"value": self.told("workspaces", self.workspaces)})
        return Answer(200, self.told("subscription", self.subscription))

    def deployments_of(self, group: str, account: str) -> Any:
        """The deployments of an account: all have the same, unless they are given by its name."""
        found = self.told(f"deployments of {account}", self.deployments)
        return found[account] if isinstance(found, Mapping) else found

    def content(self, name: str) -> Any:
        return SimpleNamespace(read=lambda: self.told(f"content of {name}", self.contents[name]))

    def answer(self, **asked: Any) -> Any:
        answers = self.told("answer", self.answers)
        text = answers[min(self.asked.count("answer"), len(answers)) - 1]
        message = {"role": "assistant", "content": text}
        return ChatCompletion.construct(choices=[{"message": message, "finish_reason": "stop"}], model=asked["model"])

    def page(self, what: str, value: Any) -> Any:
        return SimpleNamespace(data=self.told(what, value))


def clients_of(there: Environment, clock: NotedClock) -> Clients:
    """Clients that show this environment."""
    data_plane = SimpleNamespace(
        fine_tuning=SimpleNamespace(jobs=SimpleNamespace(list=lambda limit: there.page("jobs", there.jobs))),
        files=SimpleNamespace(list=lambda: there.page("files", there.files), content=there.content),
        chat=SimpleNamespace(completions=SimpleNamespace(create=there.answer)),
    )
    accounts = SimpleNamespace(
        list_by_resource_group=lambda group: there.told("accounts", there.accounts),
        get=lambda group, name: there.told(f"account {name} of {group}", there.elsewhere),
        list_models=lambda group, name: there.told(f"models of {name}", there.models),
        list_keys=lambda group, name: there.told("keys", there.keys),
    )
    return cast(
        Clients,
        SimpleNamespace(
            settings=settings_of(),
            subscription_id=SUBSCRIPTION,
            clock=clock,
            credential=SimpleNamespace(get_token=lambda scope: SimpleNamespace(token="opaque")),
            resources=SimpleNamespace(
                resource_groups=SimpleNamespace(get=lambda name: there.told("group", there.group)),
                send_request=there.send,
            ),
            cognitive=SimpleNamespace(
                accounts=accounts,
                deployments=SimpleNamespace(list=there.deployments_of),
                deleted_accounts=SimpleNamespace(list=lambda: there.told("deleted accounts", there.deleted)),
            ),
            openai=lambda endpoint: data_plane,
            use_key=lambda endpoint, key: there.asked.append(f"used {key} for {endpoint}"),
        ),
    )


def look_at(there: Environment, *, known: Known | None = None, allow_keys: bool = False) -> Look:
    """A look at this environment, in no time."""
    clock = NotedClock()
    return Look(
        spec=the_spec(),
        clients=clients_of(there, clock),
        clock=clock,
        resource_group=GROUP,
        pacing=Pacing(),
        known=known or Known(),
        allow_keys=allow_keys,
    )


def sleeps(look: Look) -> Sequence[float]:
    """How long was waited for what, in Azure's seconds."""
    return cast(NotedClock, look.clock).sleeps


def look(**there: Any) -> Mapping[str, Seen | StepError]:
    """All that is found in an environment of which these parts are otherwise."""
    return find_all(look_at(Environment(**there)))


def seen(name: str, **there: Any) -> Any:
    """What a find comes to."""
    outcome = look(**there)[name]
    assert isinstance(outcome, Seen), outcome
    return outcome.value


def error(name: str, **there: Any) -> StepError:
    """Why nothing comes of a find."""
    outcome = look(**there)[name]
    assert isinstance(outcome, StepError), outcome
    return outcome
