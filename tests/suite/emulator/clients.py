"""Azure's own SDKs, pointed at an emulator: what every test here talks to it with."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
from azure.core.pipeline.transport import RequestsTransport
from azure.core.rest import HttpRequest
from azure.identity import ClientSecretCredential, get_bearer_token_provider
from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient
from openai import AzureOpenAI

ARM_SCOPE = "https://management.azure.com/.default"
DATA_SCOPE = "https://cognitiveservices.azure.com/.default"
POLLING_S = 0.02
OPENAI_VERSION = "2024-10-21"


@dataclass(frozen=True)
class Connection:
    """What `GET /_emulator/settings` says, as far as clients need it."""

    url: str
    ca_file: str
    subscription_id: str
    tenant_id: str
    client_id: str
    client_secret: str
    principal_id: str
    speed: float
    dataset_url: str | None


def connect(settings: dict[str, Any]) -> Connection:
    return Connection(**{name: settings[name] for name in Connection.__dataclass_fields__})


@dataclass(frozen=True)
class Answer:
    """One answer of a raw call."""

    status: int
    headers: dict[str, str]
    body: Any
    raw: bytes = b""

    @property
    def code(self) -> str:
        return str(self.body["error"]["code"])


class Azure:
    """SDK clients and raw calls for one emulator, signed in as its service principal."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.credential = ClientSecretCredential(
            connection.tenant_id,
            connection.client_id,
            connection.client_secret,
            authority=connection.url,
            disable_instance_discovery=True,
            connection_verify=connection.ca_file,
        )
        management: dict[str, Any] = {
            "base_url": connection.url,
            "credential_scopes": [ARM_SCOPE],
            "transport": RequestsTransport(connection_verify=connection.ca_file),
            "polling_interval": POLLING_S,
        }
        self.resources = ResourceManagementClient(self.credential, connection.subscription_id, **management)
        management["transport"] = RequestsTransport(connection_verify=connection.ca_file)
        self.cognitive = CognitiveServicesManagementClient(self.credential, connection.subscription_id, **management)
        context = ssl.create_default_context(cafile=connection.ca_file)
        self.http = httpx2.Client(base_url=connection.url, verify=context, timeout=30, trust_env=False)
        self._openai: list[AzureOpenAI] = []

    @property
    def subscription(self) -> str:
        return f"/subscriptions/{self.connection.subscription_id}"

    def openai(self, endpoint: str, *, key: str | None = None) -> AzureOpenAI:
        context = ssl.create_default_context(cafile=self.connection.ca_file)
        client = AzureOpenAI(
            azure_endpoint=endpoint,
            api_version=OPENAI_VERSION,
            api_key=key,
            azure_ad_token_provider=None if key else get_bearer_token_provider(self.credential, DATA_SCOPE),
            http_client=httpx2.Client(verify=context, timeout=30, trust_env=False),
            max_retries=0,
        )
        self._openai.append(client)
        return client

    def call(self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None) -> Answer:
        """A raw management call with a good token; an api-version is added when the path has none."""
        if "api-version=" not in path:
            path += ("&" if "?" in path else "?") + "api-version=2024-04-01"
        token = self.credential.get_token(ARM_SCOPE).token
        return self.raw(method, path, body, headers={"Authorization": f"Bearer {token}", **(headers or {})})

    def data(self, method: str, url: str, body: Any = None, *, headers: dict[str, str] | None = None) -> Answer:
        """A raw call to the data plane with a good token."""
        token = self.credential.get_token(DATA_SCOPE).token
        return self.raw(method, url, body, headers={"Authorization": f"Bearer {token}", **(headers or {})})

    def raw(self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None) -> Answer:
        """A call as it is."""
        response = self.http.request(method, path, json=body, headers=headers)
        is_json = response.headers.get("content-type", "").startswith("application/json")
        parsed = response.json() if is_json and response.content else None
        return Answer(response.status_code, dict(response.headers), parsed, response.content)

    def poll(self, url: str) -> Answer:
        """A poll of an address that was handed out."""
        return self.call("GET", url)

    def send(self, request: HttpRequest) -> Any:
        return self.resources.send_request(request)

    def close(self) -> None:
        self.http.close()
        self.resources.close()
        self.cognitive.close()
        self.credential.close()
        for client in self._openai:
            client.close()


@contextmanager
def azure(settings: dict[str, Any]) -> Iterator[Azure]:
    """Clients for the emulator with these settings, closed at the end."""
    clients = Azure(connect(settings))
    try:
        yield clients
    finally:
        clients.close()


Clients = Callable[[], Azure]
