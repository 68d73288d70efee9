"""The plain script that a teacher would write first: one student after another, on the same SDKs, with no checks.

`python -m benchmarks.sequential_grader URL GROUP...` reads each group as a grading run does and prints nothing but how
many it has read. It is the baseline of `benchmarks.grading`.
"""

from __future__ import annotations

import os
import ssl
import sys
from typing import Any

import httpx2
from azure.core.pipeline.transport import RequestsTransport
from azure.core.rest import HttpRequest
from azure.identity import ClientSecretCredential, get_bearer_token_provider
from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient
from openai import AzureOpenAI

from benchmarks.stand_in import StandIn

MANAGEMENT = "https://management.azure.com/.default"
DATA = "https://cognitiveservices.azure.com/.default"
QUESTIONS = ("What can you do?", "Where should I go on holiday for my 30th birthday?")
WORKSPACES = "Microsoft.MachineLearningServices/workspaces"


class Script:
    """The clients of the script, made once."""

    def __init__(self, url: str, ca_file: str) -> None:
        told = StandIn(url, ca_file).get("/_emulator/settings")
        self.url, self.subscription = url, told["subscription_id"]
        credential = ClientSecretCredential(
            told["tenant_id"],
            told["client_id"],
            told["client_secret"],
            authority=told["authority"],
            disable_instance_discovery=True,
            connection_verify=ca_file,
        )
        given: dict[str, Any] = {"base_url": url, "credential_scopes": [MANAGEMENT]}
        self.resources = ResourceManagementClient(
            credential, self.subscription, transport=RequestsTransport(connection_verify=ca_file), **given
        )
        self.cognitive = CognitiveServicesManagementClient(
            credential, self.subscription, transport=RequestsTransport(connection_verify=ca_file), **given
        )
        self.token = get_bearer_token_provider(credential, DATA)
        self.http = httpx2.Client(verify=ssl.create_default_context(cafile=ca_file))

    def listed(self, path: str) -> list[Any]:
        answer = self.resources.send_request(HttpRequest("GET", f"{self.url}{path}?api-version=2024-04-01"))
        answer.raise_for_status()
        return list(answer.json()["value"])

    def read(self, group: str) -> None:
        """Everything that a grading run reads of one student, one request after another."""
        self.resources.resource_groups.check_existence(group)
        self.resources.resource_groups.get(group)
        base = f"/subscriptions/{self.subscription}/resourceGroups/{group}/providers"
        workspaces = self.listed(f"{base}/{WORKSPACES}")
        hub = next(one for one in workspaces if one["kind"] == "Hub")
        self.listed(f"{hub['id']}/connections")
        account: Any = next(iter(self.cognitive.accounts.list_by_resource_group(group)))
        deployment = next(iter(self.cognitive.deployments.list(group, account.name)))
        client = AzureOpenAI(
            azure_endpoint=account.properties.endpoint,
            api_version="2024-10-21",
            azure_ad_token_provider=self.token,
            http_client=self.http,
            max_retries=0,
        )
        job = client.fine_tuning.jobs.list().data[0]
        client.files.list()
        client.files.content(job.training_file).read()
        client.files.content((job.result_files or [])[0]).read()
        for question in QUESTIONS:
            for _ in range(2):
                client.chat.completions.create(
                    model=str(deployment.name), messages=[{"role": "user", "content": question}], max_tokens=256
                )


def main(url: str, groups: list[str]) -> int:
    script = Script(url, os.environ["SSL_CERT_FILE"])
    for group in groups:
        script.read(group)
    print(f"{len(groups)} students read")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
