"""The SDK clients of one run: the same on Azure, against the emulator and in a replay."""

from __future__ import annotations

import ssl
import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lab.clock import Clock
from lab.settings import AZURE_RESOURCE_MANAGER, Settings

if TYPE_CHECKING:
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


class Clients:
    """Clients made when first used, with the run's endpoints, credential and clock under each of them."""

    def __init__(self, settings: Settings, credential: TokenCredential, clock: Clock) -> None:
        self.settings = settings
        self.credential = credential
        self.clock = clock
        self._lock = threading.RLock()
        self._openai: dict[str, AzureOpenAI] = {}
        self._keys: dict[str, str] = {}

    @cached_property
    def resources(self) -> ResourceManagementClient:
        """Resource groups, and every resource that has no typed client here, as generic resources."""
        from azure.mgmt.resource.resources import ResourceManagementClient

        return ResourceManagementClient(self.credential, self.subscription_id, **self._management())

    @cached_property
    def cognitive(self) -> CognitiveServicesManagementClient:
        """Azure OpenAI accounts, models, usages, deployments and deleted accounts."""
        from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient

        return CognitiveServicesManagementClient(self.credential, self.subscription_id, **self._management())

    @property
    def subscription_id(self) -> str:
        return self.settings.subscription_id.value

    def openai(self, endpoint: str) -> AzureOpenAI:
        """The data plane of one account. Retries are ours (`lab.waiting`), so the SDK makes none."""
        with self._lock:
            if endpoint not in self._openai:
                self._openai[endpoint] = self._new_openai(endpoint)
            return self._openai[endpoint]

    def use_key(self, endpoint: str, key: str) -> None:
        """From now on call this account's data plane with its key instead of the caller's own token."""
        with self._lock:
            self._keys[endpoint] = key
            without_key = self._openai.pop(endpoint, None)
            if without_key is not None:
                without_key.close()

    def _new_openai(self, endpoint: str) -> AzureOpenAI:
        import httpx2
        from azure.identity import get_bearer_token_provider
        from openai import AzureOpenAI

        key = self._keys.get(endpoint)
        return AzureOpenAI(
            azure_endpoint=endpoint,
            api_version=OPENAI_API_VERSION,
            api_key=key,
            azure_ad_token_provider=None if key else get_bearer_token_provider(self.credential, DATA_SCOPE),
            http_client=httpx2.Client(verify=self._ssl_context(), timeout=60.0, trust_env=self._on_azure),
            max_retries=0,
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
        from azure.core.pipeline.transport import RequestsTransport

        clock = self.clock

        class Transport(RequestsTransport):  # type: ignore[misc]  # azure-core resolves the name lazily
            """azure-core sleeps through its transport, so this puts the run's clock under polling and retries."""

            def sleep(self, duration: float) -> None:
                clock.sleep(duration)

            def send(self, request: Any, **options: Any) -> Any:
                answer = super().send(request, **options)
                # azure-core drops a refused answer unread when it tries again, and its connection is never closed.
                if options.get("stream") and answer.status_code >= 400:
                    answer.read()
                return answer

        ca_file = self.settings.endpoints.ca_file
        verify = str(ca_file) if ca_file else True
        return {
            "base_url": self.settings.endpoints.resource_manager,
            "credential_scopes": [ARM_SCOPE],
            "transport": Transport(connection_verify=verify, use_env_settings=self._on_azure),
            "polling_interval": self.settings.polling_interval,
            "connection_timeout": 30,
            "read_timeout": 120,
        }

    def close(self) -> None:
        """Close every connection that was opened."""
        for name in ("resources", "cognitive"):
            client = self.__dict__.pop(name, None)
            if client is not None:
                client.close()
        with self._lock:
            for openai in self._openai.values():
                openai.close()
            self._openai.clear()
