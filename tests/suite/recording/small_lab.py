"""A lab in small: what the suite asks of Azure, against a fake that makes up new ids each time."""

from __future__ import annotations

import base64
import json
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
from azure.core import PipelineClient
from azure.core.pipeline.transport import RequestsTransport
from azure.core.rest import HttpRequest, HttpResponse
from openai import AzureOpenAI

from tests.suite.recording.fake_azure import Answer, FakeAzure

ARM = "https://management.azure.com"
SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
STAGES = ("1-hub-and-project/group", "2-fine-tuning/job", "4-chat/answers", "5-clean-up/group")
TRAINING = '{"messages": [{"role": "user", "content": "Où aller ?"}]}\n' * 2
QUESTION = "What can you do?"


@dataclass(frozen=True)
class Ids:
    """Everything that differs from one run to the next."""

    suffix: str = field(default_factory=lambda: secrets.token_hex(4))
    subscription: str = field(default_factory=lambda: str(uuid.uuid4()))
    principal: str = field(default_factory=lambda: str(uuid.uuid4()))
    internal: str = field(default_factory=lambda: uuid.uuid4().hex)
    operation: str = field(default_factory=lambda: str(uuid.uuid4()))
    etag: str = field(default_factory=lambda: str(uuid.uuid4()))
    file: str = field(default_factory=lambda: f"file-{uuid.uuid4().hex}")
    job: str = field(default_factory=lambda: uuid.uuid4().hex)
    chat: str = field(default_factory=lambda: f"chatcmpl-{secrets.token_hex(14)}Z")

    @property
    def group(self) -> str:
        return f"rg-lab-{self.suffix}"

    @property
    def account(self) -> str:
        return f"aoai-lab-{self.suffix}"

    def signature(self) -> str:
        """The end of a poll address: another one at each answer."""
        words = {"c": secrets.token_urlsafe(90), "s": secrets.token_urlsafe(90), "h": secrets.token_urlsafe(32)}
        return f"&t=638{secrets.randbelow(10**15)}&" + "&".join(f"{name}={word}" for name, word in words.items())

    def delete_job(self) -> str:
        job = {"jobId": f"RESOURCEGROUPDELETIONJOB-{self.group.upper()}-WESTUS", "jobLocation": "westus"}
        return base64.urlsafe_b64encode(json.dumps(job).encode()).decode().rstrip("=")


def prepare(azure: FakeAzure, ids: Ids, *, polls: int = 2) -> None:
    """Teach the fake to answer the small lab; `polls` is how often it says "not yet"."""
    subscription = f"/subscriptions/{ids.subscription}"
    group = f"{subscription}/resourceGroups/{ids.group}"
    account = f"{group}/providers/Microsoft.CognitiveServices/accounts/{ids.account}"
    body = {
        "id": account.replace(ids.group, ids.group.upper()),
        "name": ids.account,
        "etag": f'"{ids.etag}"',
        "properties": {"endpoint": f"{azure.url}/_account/{ids.account}/", "internalId": ids.internal},
        "systemData": {"createdBy": ids.principal, "createdByType": "Application"},
        "identity": {"userAssignedIdentities": {f"{group}/providers/x/{ids.principal}": {}}},
    }
    operation = f"{subscription}/providers/Microsoft.CognitiveServices/operationResults/{ids.operation}"

    def signed() -> dict[str, str]:
        return {"Azure-AsyncOperation": f"{azure.url}{operation}?api-version=2017-04-18{ids.signature()}"}

    azure.on("PUT", group, Answer(201, json={"name": ids.group, "tags": {"run": ids.suffix}}))
    azure.on(
        "PUT", account, Answer(201, json=body, headers={**signed(), "ETag": f'"{ids.etag}"', "x-ms-request-id": "r"})
    )
    waiting = [Answer(json={"status": "Creating", "seen": str(uuid.uuid4())}, headers=signed()) for _ in range(polls)]
    azure.on("GET", operation, *waiting, Answer(json={"status": "Succeeded"}, compressed=True))
    azure.on("GET", account, Answer(json=body))

    data_plane = f"/_account/{ids.account}/openai"
    tuned = f"gpt-35-turbo-0125.ft-{ids.job}-ft-travel"
    job = {"id": f"ftjob-{ids.job}", "status": "running", "training_file": ids.file, "model": "gpt-35-turbo-0125"}
    azure.on("POST", f"{data_plane}/files", Answer(201, json={"id": ids.file, "status": "pending", "bytes": 7}))
    azure.on("POST", f"{data_plane}/fine_tuning/jobs", Answer(201, json={**job, "status": "pending"}))
    done = Answer(json={**job, "status": "succeeded", "fine_tuned_model": tuned})
    azure.on("GET", f"{data_plane}/fine_tuning/jobs/ftjob-{ids.job}", *[Answer(json=job)] * polls, done)
    results = Answer(content=b"step,train_loss\n1,0.5\n2,0.25\n", headers={"Content-Type": "application/octet-stream"})
    azure.on("GET", f"{data_plane}/files/{ids.file}/content", results)

    not_yet = Answer(404, json={"error": {"code": "DeploymentNotFound", "message": "wait"}})
    replies = [Answer(json=_reply(ids, text)) for text in ("I plan travels.", "Still: travels.\nAnd more. ✈")]
    stream = b'data: {"id":"%b","choices":[]}\n\ndata: [DONE]\n\n' % ids.chat.encode()
    streamed = Answer(content=stream, headers={"Content-Type": "text/event-stream"})
    azure.on("POST", f"{data_plane}/deployments/ft-travel/chat/completions", *[not_yet] * polls, *replies, streamed)

    location = {
        "Location": f"{azure.url}{subscription}/operationresults/{ids.delete_job()}?api-version=2025-04-01",
        "Retry-After": "15",
    }
    azure.on("DELETE", group, Answer(202, headers=location))
    azure.on(
        "GET", f"{subscription}/operationresults/{ids.delete_job()}", *[Answer(202, headers=location)] * polls, Answer()
    )
    azure.on("HEAD", group, Answer(404, headers={"x-ms-failure-cause": "gateway"}))


def _reply(ids: Ids, text: str) -> dict[str, object]:
    message = {"role": "assistant", "content": text}
    return {
        "id": ids.chat,
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "message": message}],
    }


class SmallLab:
    """Makes the small lab's calls through azure-core and openai, against any address."""

    def __init__(self, arm: str, subscription: str, group: str, account: str, *, ca: Any = None) -> None:
        self._arm = arm
        self._group = f"/subscriptions/{subscription}/resourceGroups/{group}"
        self._account = f"{self._group}/providers/Microsoft.CognitiveServices/accounts/{account}"
        self._client: PipelineClient[HttpRequest, HttpResponse] = PipelineClient(
            arm, policies=[], transport=RequestsTransport(connection_verify=ca[0] if ca else True)
        )
        self._verify: Any = ca[1] if ca else True
        self.seen: dict[str, Any] = {}

    def arm(self, method: str, address: str, body: Mapping[str, object] | None = None) -> HttpResponse:
        """One call of the management plane; an address without a host is completed."""
        url = address if address.startswith("https:") else f"{self._arm}{address}?api-version=2025-04-01"
        request = HttpRequest(method, url, json=body, headers={"Authorization": "Bearer not-a-real-token-000000"})
        return self._client.send_request(request)

    def openai(self) -> AzureOpenAI:
        """A client for the account's endpoint, as the account itself names it."""
        return AzureOpenAI(
            azure_endpoint=self.seen["endpoint"],
            api_key="not-a-real-key",
            api_version="2024-10-21",
            max_retries=0,
            http_client=httpx2.Client(verify=self._verify),
        )

    def stage(self, name: str) -> None:
        """Run one of STAGES."""
        {STAGES[0]: self._build, STAGES[1]: self._train, STAGES[2]: self._chat, STAGES[3]: self._clean_up}[name]()

    def _build(self) -> None:
        self.arm("PUT", self._group, {"location": "westus"})
        created = self.arm(
            "PUT", self._account, {"kind": "OpenAI", "properties": {"b": 1, "a": [1.5, None, True, "2024-11-15"]}}
        )
        while (poll := self.arm("GET", created.headers["Azure-AsyncOperation"])).json()["status"] != "Succeeded":
            pass
        self.seen["operation"] = poll.json()
        account = self.arm("GET", self._account).json()
        self.seen["account"] = self.arm("GET", self._account).json()
        self.seen["endpoint"] = account["properties"]["endpoint"]

    def _train(self) -> None:
        with self.openai() as client:
            file = client.files.create(file=("training.jsonl", TRAINING.encode()), purpose="fine-tune")
            job = client.fine_tuning.jobs.create(training_file=file.id, model="gpt-35-turbo-0125", suffix="ft-travel")
            while job.status != "succeeded":
                job = client.fine_tuning.jobs.retrieve(job.id)
            self.seen["model"] = job.fine_tuned_model
            self.seen["results"] = client.files.content(file.id).text

    def _chat(self) -> None:
        with self.openai() as client:
            self.seen["replies"] = [self._ask(client), self._ask(client)]
            with client.chat.completions.create(
                model="ft-travel", messages=[{"role": "user", "content": QUESTION}], stream=True
            ) as stream:
                self.seen["streamed"] = [chunk.id for chunk in stream]

    def _ask(self, client: AzureOpenAI) -> str | None:
        from openai import NotFoundError

        while True:
            try:
                reply = client.chat.completions.create(
                    model="ft-travel", messages=[{"role": "user", "content": QUESTION}]
                )
            except NotFoundError:
                continue
            return reply.choices[0].message.content

    def _clean_up(self) -> None:
        answer = self.arm("DELETE", self._group)
        while answer.status_code == 202:
            answer = self.arm("GET", answer.headers["Location"])
        self.seen["gone"] = self.arm("HEAD", self._group).status_code
