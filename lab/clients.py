"""The SDK clients of one run: the same on Azure, against the emulator and in a replay."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast

from lab.azure_errors import LONGEST_HINT, is_readable_hint
from lab.clock import Clock
from lab.settings import AZURE_RESOURCE_MANAGER, Settings

if TYPE_CHECKING:
    import httpx2
    from azure.core.credentials import TokenCredential
    from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient
    from azure.mgmt.resource.resources import ResourceManagementClient
    from openai import AzureOpenAI

ARM_SCOPE = f"{AZURE_RESOURCE_MANAGER}/.default"
DATA_SCOPE = "https://cognitiveservices.azure.com/.default"
OPENAI_API_VERSION = "2024-10-21"
STORAGE_API_VERSION = "2022-09-01"
KEY_VAULT_API_VERSION = "2023-02-01"
MACHINE_LEARNING_API_VERSION = "2024-04-01"
ROLE_ASSIGNMENT_API_VERSION = "2022-04-01"
SUBSCRIPTION_API_VERSION = "2022-12-01"


T = TypeVar("T")
Guard = Callable[[str, str], None]
"""Told the method and the address of each request before it is sent; raises for one that must not be."""


class Clients:
    """Clients made when first used, with the run's endpoints, credential and clock under each of them.

    `guard` sees every request of the management and data planes at their transports; `connections` of them may be
    open side by side.
    """

    def __init__(
        self,
        settings: Settings,
        credential: TokenCredential,
        clock: Clock,
        *,
        guard: Guard | None = None,
        connections: int = 10,
    ) -> None:
        self.settings = settings
        self.credential = credential
        self.clock = clock
        self._guard: Guard = guard or (lambda method, url: None)
        self._connections = connections
        self._lock = threading.RLock()
        self._managing: dict[type, Any] = {}
        self._openai: dict[str, AzureOpenAI] = {}
        self._keys: dict[str, str] = {}

    @property
    def resources(self) -> ResourceManagementClient:
        """Resource groups, and every resource that has no typed client here, as generic resources."""
        from azure.mgmt.resource.resources import ResourceManagementClient

        return self._one(ResourceManagementClient)

    @property
    def cognitive(self) -> CognitiveServicesManagementClient:
        """Azure OpenAI accounts, models, usages, deployments and deleted accounts."""
        from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient

        return self._one(CognitiveServicesManagementClient)

    def _one(self, kind: type[T]) -> T:
        """The management client of this kind: threads that ask for it at once get the same, which `close` closes."""
        with self._lock:
            if kind not in self._managing:
                make = cast("Callable[..., T]", kind)
                self._managing[kind] = make(self.credential, self.subscription_id, **self._management())
            return cast("T", self._managing[kind])

    @property
    def subscription_id(self) -> str:
        return self.settings.subscription_id.value

    def openai(self, endpoint: str) -> AzureOpenAI:
        """The data plane of one account. Retries are ours (`lab.waiting`), so the SDK makes none."""
        with self._lock:
            if endpoint not in self._openai:
                while len(self._openai) >= 2 * self._connections:
                    # A class has thousands of accounts. The connections are not the client's own, so nothing is lost.
                    del self._openai[next(iter(self._openai))]
                self._openai[endpoint] = self._new_openai(endpoint)
            return self._openai[endpoint]

    def use_key(self, endpoint: str, key: str) -> None:
        """From now on call this account's data plane with its key instead of the caller's own token."""
        with self._lock:
            self._keys[endpoint] = key
            self._openai.pop(endpoint, None)

    def _new_openai(self, endpoint: str) -> AzureOpenAI:
        from openai import AzureOpenAI

        key = self._keys.get(endpoint)
        return AzureOpenAI(
            azure_endpoint=endpoint,
            api_version=OPENAI_API_VERSION,
            api_key=key,
            azure_ad_token_provider=None if key else self._data_token,
            http_client=self._http,
            max_retries=0,
        )

    @cached_property
    def _data_token(self) -> Callable[[], str]:
        """A token for any data plane: asked for once, since some credentials start a process each time."""
        from azure.identity import get_bearer_token_provider

        return get_bearer_token_provider(self.credential, DATA_SCOPE)

    @cached_property
    def _http(self) -> httpx2.Client:
        """What all data planes are called through, so that connections are shared and opened once."""
        import httpx2

        return httpx2.Client(
            verify=self._ssl_context(),
            timeout=60.0,
            trust_env=self._on_azure,
            limits=httpx2.Limits(max_connections=self._connections, max_keepalive_connections=self._connections),
            event_hooks={"request": [lambda request: self._guard(request.method, str(request.url))]},
        )

    def get(self, url: str) -> tuple[int, bytes]:
        """Fetch a public file: its status and bytes."""
        import requests

        ca_file = self.settings.endpoints.ca_file
        with requests.Session() as session:
            session.trust_env = self._on_azure
            answer = session.get(url, timeout=60, verify=str(ca_file) if ca_file else True)
            return answer.status_code, answer.content

    @property
    def _on_azure(self) -> bool:
        """Whether the environment's proxies count: they do on the way to Azure, not to a stand-in on this machine."""
        return self.settings.mode == "live"

    def _ssl_context(self) -> ssl.SSLContext:
        ca_file = self.settings.endpoints.ca_file
        return ssl.create_default_context(cafile=str(ca_file) if ca_file else None)

    def _management(self) -> dict[str, Any]:
        from azure.core.exceptions import HttpResponseError
        from azure.core.pipeline.policies import RedirectPolicy
        from azure.core.pipeline.transport import RequestsTransport
        from azure.mgmt.core.exceptions import ARMErrorFormat

        clock, guard, connections, opening = self.clock, self._guard, self._connections, threading.Lock()

        class Transport(RequestsTransport):  # type: ignore[misc]  # azure-core resolves the name lazily
            """azure-core sleeps through its transport, so this puts the run's clock under polling and retries."""

            def sleep(self, duration: float) -> None:
                # Azure has asked for a day (https://github.com/vanderschaarlab/climb/issues/1).
                clock.sleep(min(duration, LONGEST_HINT))

            def open(self) -> None:
                # azure-core opens it with the first request, of which threads may make several at once.
                with opening:
                    is_new = self.session is None
                    super().open()
                    for adapter in self.session.adapters.values() if is_new else ():
                        # requests keeps ten connections and opens one for each request beyond.
                        adapter.init_poolmanager(connections, connections)

            def send(self, request: Any, **options: Any) -> Any:
                guard(request.method, request.url)
                answer = super().send(request, **options)
                # azure-core drops a refused answer unread when it tries again, and its connection is never closed.
                if options.get("stream") and answer.status_code >= 400:
                    answer.read()
                if not is_readable_hint(answer.headers.get("Retry-After")):
                    # azure-core would take the whole answer for one that it cannot read.
                    del answer.headers["Retry-After"]
                return answer

        class NoRegistration(RedirectPolicy[Any, Any]):
            """Stands below the policy that registers a provider on its own, which waits in real time and for ever.

            Providers are registered before a run (`lab.preflight`); here the answer is an error like any other.
            """

            def send(self, request: Any) -> Any:
                answer = super().send(request)
                if answer.http_response.status_code == 409:
                    error = HttpResponseError(response=answer.http_response, error_format=ARMErrorFormat)
                    if getattr(error.error, "code", None) == "MissingSubscriptionRegistration":
                        raise error
                return answer

        ca_file = self.settings.endpoints.ca_file
        verify = str(ca_file) if ca_file else True
        return {
            "redirect_policy": NoRegistration(),
            "base_url": self.settings.endpoints.resource_manager,
            "credential_scopes": [ARM_SCOPE],
            "transport": Transport(connection_verify=verify, use_env_settings=self._on_azure),
            "polling_interval": self.settings.polling_interval,
            "connection_timeout": 30,
            "read_timeout": 120,
        }

    def close(self) -> None:
        """Close every connection that was opened."""
        with self._lock:
            managing = list(self._managing.values())
            self._managing.clear()
            self._openai.clear()
        for client in managing:
            client.close()
        http = self.__dict__.pop("_http", None)
        if http is not None:
            http.close()
