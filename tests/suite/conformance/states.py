"""The state in which a recorded call was made: what must be there before it, and is made when it is not.

What a call needs is read off its address and its body: the group and the resources that its path goes through, the
resource itself when Azure found it, and those that its body names. The rest stands in recordings.toml.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.suite.conformance.facts import Fact, Facts, Upload
from tests.suite.conformance.paths import is_management_path, nodes, type_of
from tests.suite.conformance.session import ACCOUNT, Session

LONG_ENOUGH_S = 3600.0
VERSION = "2024-04-01"
FILES = "/openai/files?api-version=2024-10-21"
JOBS = "/openai/fine_tuning/jobs"
NO_ANCESTORS = ("SubscriptionNotFound", "ResourceGroupNotFound")
FINDING = frozenset({"GET", "HEAD", "POST", "DELETE"})
CREATED, NO_CONTENT, MULTIPLE_CHOICES = 201, 204, 300

Body = dict[str, Any]
Maker = Callable[[Session, Facts, Fact, str], Body]


def enter(session: Session, facts: Facts, before: tuple[Mapping[str, Any], ...]) -> None:
    """Take the steps of recordings.toml that lead to a recording's first call."""
    for step in before:
        if "jobs" in step:
            ensure(session, facts, facts.interactions[0], ACCOUNT)
            for _ in range(step["jobs"]):
                _train(session, step)
        else:
            path = step["url"].partition("?")[0]
            for needed in _in_path(path.rpartition("/")[0]):
                ensure(session, facts, facts.interactions[0], needed)
            _done(session, session.call(step["method"], step["url"], step.get("body")).status, step["url"])


def prepare(session: Session, facts: Facts, fact: Fact) -> None:
    """Make whatever a call needs and the emulator does not have."""
    for needed in _needs(fact):
        ensure(session, facts, fact, needed)


def ensure(session: Session, facts: Facts, fact: Fact, resource_id: str) -> None:
    """Make a resource, and what it needs in turn, unless it is there or of a type that is not made here."""
    maker = MAKERS.get(type_of(resource_id))
    if maker is None or session.call("GET", f"{resource_id}?api-version={VERSION}").status < MULTIPLE_CHOICES:
        return
    for ancestor in _in_path(resource_id)[:-1]:
        ensure(session, facts, fact, ancestor)
    body = maker(session, facts, fact, resource_id)
    for needed in _in_body(body):
        ensure(session, facts, fact, needed)
    _done(session, session.call("PUT", f"{resource_id}?api-version={VERSION}", body).status, resource_id)


def _done(session: Session, status: int, what: str) -> None:
    if status >= MULTIPLE_CHOICES:
        raise AssertionError(f"the state before the recording cannot be made: {what} was answered {status}")
    session.wait(LONG_ENOUGH_S)


def _needs(fact: Fact) -> Iterator[str]:
    error = fact.body.get("error") if isinstance(fact.body, dict) else None
    code = error.get("code", "") if isinstance(error, dict) else ""
    if fact.url.startswith("{answer ") or code[1:] in NO_ANCESTORS:
        return
    path = fact.url.partition("?")[0]
    if path.startswith("/openai/"):
        yield from _in_path(ACCOUNT)
        return
    chain = _in_path(path)
    was_found = fact.status is not None and fact.status < MULTIPLE_CHOICES
    is_found = was_found and fact.method in FINDING and (fact.status != NO_CONTENT or fact.method == "HEAD")
    is_itself = bool(chain) and chain[-1] == path
    yield from chain if is_found or not is_itself else chain[:-1]
    yield from _in_body(fact.sent)


def _in_path(path: str) -> list[str]:
    return [node for node in nodes(path) if type_of(node) in MAKERS]


def _in_body(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _in_body(inner)
    elif isinstance(value, str) and is_management_path(value):
        yield from _in_path(value)


def _train(session: Session, step: Mapping[str, Any]) -> None:
    """Run one fine-tuning job to its end, as a step of recordings.toml describes it."""
    version = f"?api-version={step.get('made_with', '2024-10-21')}"
    file = session.call("POST", FILES, upload=Upload("training.jsonl", "fine-tune", is_good=True))
    session.wait(LONG_ENOUGH_S)
    body = {"model": step["model"], "training_file": file.body["id"]}
    job = session.call("POST", f"{JOBS}{version}", {**body, **({"suffix": step["suffix"]} if "suffix" in step else {})})
    _done_at_once(job.status, job.body)
    if step.get("cancelled"):
        session.call("POST", f"{JOBS}/{job.body['id']}/cancel{version}")
    session.wait(LONG_ENOUGH_S)
    if step.get("results_deleted"):
        (results,) = session.call("GET", f"{JOBS}/{job.body['id']}{version}").body["result_files"]
        session.call("DELETE", f"/openai/files/{results}{version}")


def _done_at_once(status: int, body: Any) -> None:
    if status != CREATED:
        raise AssertionError(f"a job before the recording cannot be made: {status} {body}")


def _group(session: Session, facts: Facts, fact: Fact, group_id: str) -> Body:
    return {"location": facts.location, "tags": {}}


def _storage(session: Session, facts: Facts, fact: Fact, account_id: str) -> Body:
    return {"location": facts.location, "sku": {"name": "Standard_LRS"}, "kind": "StorageV2", "properties": {}}


def _vault(session: Session, facts: Facts, fact: Fact, vault_id: str) -> Body:
    tenant = session.emulator.world.directory.tenant_id
    permissions = {kind: ["all"] for kind in ("keys", "secrets", "certificates", "storage")}
    policy = {"tenantId": tenant, "objectId": tenant, "permissions": permissions}
    properties = {"tenantId": tenant, "sku": {"family": "A", "name": "standard"}, "accessPolicies": [policy]}
    return {"location": facts.location, "properties": {**properties, "enabledForDeployment": False}}


def _account(session: Session, facts: Facts, fact: Fact, account_id: str) -> Body:
    own_domain = {"customSubDomainName": account_id.rpartition("/")[2]}
    return {"location": facts.location, "kind": "OpenAI", "sku": {"name": "S0"}, "properties": own_domain}


def _workspace(session: Session, facts: Facts, fact: Fact, workspace_id: str) -> Body:
    """A workspace of the kind that the answer shows. A hub has all that it can name; a project belongs to the hub."""
    kind = fact.body.get("kind", "=Hub")[1:] if isinstance(fact.body, dict) else "Hub"
    group, provider = nodes(workspace_id)[0], f"{workspace_id.rpartition('/')[0]}"
    if kind == "Project":
        listed = session.call("GET", f"{provider}?api-version={VERSION}").body["value"]
        properties = {"hubResourceId": next(each["id"] for each in listed if each["kind"] == "Hub")}
    else:
        properties = {
            "storageAccount": f"{group}/providers/Microsoft.Storage/storageAccounts/{{storageaccounts 9}}",
            "keyVault": f"{group}/providers/Microsoft.KeyVault/vaults/{{vaults 9}}",
            "applicationInsights": f"{group}/providers/Microsoft.Insights/components/{{components 9}}",
            "containerRegistry": f"{group}/providers/Microsoft.ContainerRegistry/registries/{{registries 9}}",
        }
    return {"location": facts.location, "kind": kind, "identity": {"type": "SystemAssigned"}, "properties": properties}


MAKERS: dict[str, Maker] = {
    "resourcegroups": _group,
    "microsoft.storage/storageaccounts": _storage,
    "microsoft.keyvault/vaults": _vault,
    "microsoft.cognitiveservices/accounts": _account,
    "microsoft.machinelearningservices/workspaces": _workspace,
}
