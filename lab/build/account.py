"""Step 1.4, first half: the Azure OpenAI account, and the caller's right to use it without keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lab.arm import finish, request
from lab.azure_errors import explained, refusal
from lab.build.resource_group import ResourceGroup
from lab.clients import ROLE_ASSIGNMENT_API_VERSION, Clients
from lab.run import Run
from lab.sign_in import SignIn
from lab.waiting import retried, until

STEP = "1.4"
# Cognitive Services OpenAI Contributor: files, fine-tuning and deployments, but no keys. A built-in role has the same
# id in every subscription (README of the recordings, Role assignments).
OPENAI_CONTRIBUTOR = "a001fd3d-188f-4b5d-821b-7da978bf7442"


@dataclass(frozen=True)
class Account:
    """An Azure OpenAI account; `endpoint` is the address of its data plane."""

    id: str
    name: str
    kind: str
    location: str
    endpoint: str
    provisioning_state: str


def make_account(run: Run, sign_in: SignIn, group: ResourceGroup) -> Account:
    """Create the account in the group's region and give the caller the data role on it."""
    account = _create(run, group.location)
    try:
        _grant_data_role(run, sign_in, account)
        _wait_for_access(run, account)
    except Exception as error:
        raise explained(STEP, f"getting access to account {account.name}", error) from error
    return account


def account_body(region: str, name: str) -> dict[str, Any]:
    """A standard account; without a custom subdomain the data plane takes no tokens."""
    return {
        "kind": "OpenAI",
        "sku": {"name": "S0"},
        "location": region,
        "properties": {"customSubDomainName": name, "publicNetworkAccess": "Enabled"},
    }


def role_assignment_body(subscription_id: str, sign_in: SignIn) -> dict[str, Any]:
    """The principal's type is sent so that Azure does not look up a principal it may not know yet."""
    role = f"/subscriptions/{subscription_id}/providers/Microsoft.Authorization/roleDefinitions/{OPENAI_CONTRIBUTOR}"
    return {
        "properties": {
            "roleDefinitionId": role,
            "principalId": sign_in.principal_id,
            "principalType": sign_in.principal_type,
        }
    }


def _create(run: Run, region: str) -> Account:
    name, group = run.names.account, run.names.resource_group
    wait = run.wait(STEP, f"account {name}", run.spec.waits.resource_s)
    accounts = run.clients.cognitive.accounts
    run.journal.write("making", "account", name, region=region, resource_group=group)
    try:
        body: Any = account_body(region, name)
        finish(run, wait, retried(wait, run.clock, lambda: accounts.begin_create(group, name, body)))
        made = retried(wait, run.clock, lambda: accounts.get(group, name))
    except Exception as error:
        raise explained(STEP, f"creating account {name}", error) from error
    return account_from(made)


def account_from(made: Any) -> Account:
    """An account from the management SDK's model of it."""
    properties = made.properties
    return Account(
        id=str(made.id),
        name=str(made.name),
        kind=str(made.kind or ""),
        location=str(made.location or ""),
        endpoint=str(properties.endpoint or ""),
        provisioning_state=str(getattr(properties.provisioning_state, "value", properties.provisioning_state) or ""),
    )


def _grant_data_role(run: Run, sign_in: SignIn, account: Account) -> None:
    path = f"{account.id}/providers/Microsoft.Authorization/roleAssignments/{run.names.role_assignment}"
    body = role_assignment_body(run.clients.subscription_id, sign_in)
    wait = run.wait(STEP, "role assignment on the account", run.spec.waits.access_s)

    def assign() -> None:
        try:
            request(run, "PUT", f"{path}?api-version={ROLE_ASSIGNMENT_API_VERSION}", body)
        except Exception as error:
            answer = refusal(error)
            if answer is None or answer.code != "RoleAssignmentExists":
                raise

    retried(wait, run.clock, assign)


def _wait_for_access(run: Run, account: Account) -> None:
    # Until the role has spread, the data plane answers 401 PermissionDenied; a list of files is the cheapest look.
    wait = run.wait(STEP, f"access to the data plane of {account.name}", run.spec.waits.access_s)
    until(wait, run.clock, lambda: list_files(run.clients, account), lambda _: True)


def list_files(clients: Clients, account: Account) -> list[str]:
    """The ids of the files on the account."""
    return [file.id for file in clients.openai(account.endpoint).files.list()]
