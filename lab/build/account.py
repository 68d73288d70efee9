"""Step 1.4, first half: the Azure OpenAI account, and the caller's right to use it without keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from lab.arm import END_STATES, complete, found, request
from lab.azure_errors import HalfAnswer, explained, refusal
from lab.build.resource_group import ResourceGroup
from lab.clients import ROLE_ASSIGNMENT_API_VERSION, Clients
from lab.errors import Undecided
from lab.listing import rows_of
from lab.names import tags
from lab.run import Run
from lab.sign_in import SignIn
from lab.waiting import retried, until

STEP = "1.4"
# Cognitive Services OpenAI Contributor: files, fine-tuning and deployments, but no keys. A built-in role has the same
# id in every subscription (README of the recordings, Role assignments).
OPENAI_CONTRIBUTOR = "a001fd3d-188f-4b5d-821b-7da978bf7442"


@dataclass(frozen=True)
class Account:
    """An Azure OpenAI account; `endpoint` is the address of its data plane, called with the caller's `access`."""

    id: str
    name: str
    kind: str
    location: str
    endpoint: str
    provisioning_state: str
    access: Literal["role", "key"] = "role"


def make_account(run: Run, sign_in: SignIn, group: ResourceGroup) -> Account:
    """Create the account in the group's region, or find it again, and give the caller the data role on it.

    Where roles may not be assigned the account's key is used instead, and `access` says so.
    """
    account = _make(run, sign_in, group.location)
    try:
        if not _grant_data_role(run, sign_in, account):
            account = replace(account, access="key")
            _use_key(run, account)
        _wait_for_access(run, account)
    except Exception as error:
        raise explained(STEP, f"getting access to account {account.name}", error) from error
    return account


def account_body(region: str, name: str, labels: Mapping[str, str]) -> dict[str, Any]:
    """A standard account; without a custom subdomain the data plane takes no tokens.

    It has the group's tags, so that a sweep knows it when only the soft-deleted account is left.
    """
    return {
        "tags": dict(labels),
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


def _make(run: Run, sign_in: SignIn, region: str) -> Account:
    name, group = run.names.account, run.names.resource_group
    wait = run.wait(STEP, f"account {name}", run.spec.waits.resource_s)
    accounts = run.clients.cognitive.accounts
    labels = tags(run.names.suffix, sign_in.principal_id, run.settings.started)
    body: Any = account_body(region, name, labels)
    try:
        if retried(wait, run.clock, lambda: found(lambda: accounts.get(group, name))) is None:
            run.journal.write("making", "account", name, region=region, resource_group=group)
            complete(run, wait, lambda: accounts.begin_create(group, name, body))
        made = until(
            wait,
            run.clock,
            lambda: whole(accounts.get(group, name)),
            lambda seen: seen.provisioning_state.lower() in END_STATES,
        )
    except Exception as error:
        raise explained(STEP, f"creating account {name}", error) from error
    return made


def whole(made: Any) -> Account:
    """An account that tells all that the lab looks at; raises `HalfAnswer` with what Azure left out of it."""
    properties = made.properties
    told = {
        "id": made.id,
        "name": made.name,
        "kind": made.kind,
        "location": made.location,
        "properties.endpoint": properties and properties.endpoint,
        "properties.provisioningState": properties and properties.provisioning_state,
    }
    if untold := [member for member, value in told.items() if not value]:
        raise HalfAnswer(f"found no {', '.join(untold)} in Azure's answer")
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


def _grant_data_role(run: Run, sign_in: SignIn, account: Account) -> bool:
    """Assign the role; False when the caller may not assign roles."""
    path = f"{account.id}/providers/Microsoft.Authorization/roleAssignments/{run.names.role_assignment}"
    body = role_assignment_body(run.clients.subscription_id, sign_in)
    wait = run.wait(STEP, "role assignment on the account", run.spec.waits.access_s)

    run.journal.write("making", "role assignment", run.names.role_assignment, account=account.name)

    def assign() -> bool:
        try:
            request(run, "PUT", f"{path}?api-version={ROLE_ASSIGNMENT_API_VERSION}", body)
        except Exception as error:
            answer = refusal(error)
            if answer is not None and answer.code == "AuthorizationFailed":
                return False
            if answer is None or answer.code != "RoleAssignmentExists":
                raise
        return True

    return retried(wait, run.clock, assign)


def _use_key(run: Run, account: Account) -> None:
    """Have the data plane of this account called with its key, which stays in this process's memory."""
    wait = run.wait(STEP, f"key of {account.name}", run.spec.waits.access_s)
    accounts = run.clients.cognitive.accounts
    keys = retried(wait, run.clock, lambda: accounts.list_keys(run.names.resource_group, account.name))
    if not keys.key1:
        raise Undecided(STEP, f"access to {account.name}: found neither the right to assign roles nor a key")
    run.clients.use_key(account.endpoint, keys.key1)


def _wait_for_access(run: Run, account: Account) -> None:
    # Until the role has spread, the data plane answers 401 PermissionDenied; a list of files is the cheapest look.
    wait = run.wait(STEP, f"access to the data plane of {account.name}", run.spec.waits.access_s)
    until(wait, run.clock, lambda: list_files(run.clients, account), lambda _: True)


def list_files(clients: Clients, account: Account) -> list[str]:
    """The ids of the files on the account."""
    return [file.id for file in rows_of(clients.openai(account.endpoint).files.list())]
