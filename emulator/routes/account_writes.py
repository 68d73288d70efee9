"""One write at a time: what an account refuses while another write on it, or under it, is not done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.errors import AzureError
from emulator.state.resources import Resource

if TYPE_CHECKING:
    from emulator.world import World

ACCOUNT_TYPE = "Microsoft.CognitiveServices/accounts"
DEPLOYMENT_TYPE = f"{ACCOUNT_TYPE}/deployments"
UNDER_WAY = ("Creating", "Updating")


def check_account_idle(world: World, account: Resource) -> None:
    """Raise 409 for a write on the account (hashicorp/terraform-provider-azurerm#22607, #22939)."""
    if account.state in UNDER_WAY:
        raise AzureError(
            409,
            "RequestConflict",
            f"Cannot modify resource with id '{account.id}' because the resource entity provisioning state is not "
            "terminal. Please wait for the provisioning state to become terminal and then retry the request.",
        )
    _check_deployments(world, account)


def check_ready_for_deployments(world: World, account: Resource) -> None:
    """Raise 409 for a write under the account, from the same sources."""
    if account.state != "Succeeded":
        message = f"Call to {ACCOUNT_TYPE} failed. Account {account.name} in state {account.state}."
        raise AzureError(409, "AccountProvisioningStateInvalid", message)
    _check_deployments(world, account)


def _check_deployments(world: World, account: Resource) -> None:
    for deployment in world.resources.of_type(DEPLOYMENT_TYPE, account.id):
        if deployment.state in UNDER_WAY:
            raise AzureError(
                409,
                "RequestConflict",
                f"Another operation is being performed on the parent resource '{account.id}'. Please try again later.",
            )
