"""Steps 3.2 and 3.3: deploy the tuned model, and wait until the deployment is ready."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lab.arm import found, missing
from lab.azure_errors import HalfAnswer, explained
from lab.build.account import Account
from lab.build.training import Job
from lab.errors import Undecided
from lab.run import Run
from lab.waiting import retried, until

ENDED = ("succeeded", "failed", "canceled", "cancelled", "disabled", "deleting")
# A deployment may answer 404 for a while after it was made; azd looks five times (https://github.com/Azure/azure-dev/issues/4037).
LOOKS_AT_NOTHING = 5


@dataclass(frozen=True)
class Deployment:
    """A deployment as Azure describes it.

    `capacity` counts thousands of tokens a minute; `content_filter` is empty where the default applies.
    """

    name: str
    model: str
    model_version: str
    model_format: str
    sku: str
    capacity: int
    content_filter: str
    provisioning_state: str


def deploy(run: Run, account: Account, job: Job) -> Deployment:
    """Ask for the deployment of the tuned model; it goes on being created afterwards."""
    name = run.names.deployment
    wait = run.wait("3.2", f"creation of deployment {name}", run.spec.waits.resource_s)
    deployments = run.clients.cognitive.deployments
    group, body = run.names.resource_group, deployment_body(run, job)

    def look() -> Deployment | None:
        return found(lambda: whole(deployments.get(group, account.name, name)))

    try:
        there = retried(wait, run.clock, look)
        if there is None:
            run.journal.write("making", "deployment", name, account=account.name)
            retried(
                wait,
                run.clock,
                lambda: deployments.begin_create_or_update(group, account.name, name, body, polling=False),
            )
            # Azure may answer 404 on a deployment that was accepted a moment ago (Azure/azure-dev#4037).
            there = until(wait, run.clock, look, lambda seen: seen is not None)
        assert there is not None
        return there
    except Exception as error:
        raise explained("3.2", f"deploying {job.fine_tuned_model}", error) from error


def deployment_body(run: Run, job: Job) -> Any:
    """The tuned model under its whole name, version 1; without a filter's name the default one applies."""
    return {
        "sku": {"name": run.spec.deployment.sku, "capacity": run.spec.deployment.capacity},
        "properties": {"model": {"format": "OpenAI", "name": job.fine_tuned_model, "version": "1"}},
    }


def wait_for_deployment(run: Run, account: Account, deployment: Deployment) -> Deployment:
    """Wait until the deployment has an end state; raises `Undecided` for step 3.3 when it is not Succeeded."""
    wait = run.wait("3.3", f"deployment {deployment.name}", run.spec.waits.deployment_s)
    deployments = run.clients.cognitive.deployments
    group = run.names.resource_group
    looks_left = LOOKS_AT_NOTHING

    def look() -> Deployment | None:
        nonlocal looks_left
        try:
            return whole(deployments.get(group, account.name, deployment.name))
        except Exception as error:
            looks_left -= missing(error)
            if not missing(error) or looks_left <= 0:
                raise
            return None

    try:
        ready = until(wait, run.clock, look, lambda seen: seen is not None and seen.provisioning_state.lower() in ENDED)
        assert ready is not None
    except Exception as error:
        raise explained("3.3", f"waiting for deployment {deployment.name}", error) from error
    if ready.provisioning_state.lower() != "succeeded":
        reason = f"deployment {ready.name}: found {ready.provisioning_state}, the lab asks for one that is ready"
        raise Undecided("3.3", reason)
    return ready


def whole(body: Any) -> Deployment:
    """A deployment that tells all that the lab looks at; raises `HalfAnswer` with what Azure left out of it."""
    sku, properties = body.sku, body.properties
    told = {
        "sku.name": sku and sku.name,
        "sku.capacity": sku and sku.capacity is not None,
        "properties.model.name": properties and properties.model and properties.model.name,
        "properties.provisioningState": properties and properties.provisioning_state,
    }
    if untold := [member for member, is_there in told.items() if not is_there]:
        raise HalfAnswer(f"deployment {body.name}: found no {', '.join(untold)} in Azure's answer")
    return deployment_from(body)


def deployment_from(body: Any) -> Deployment:
    """A deployment from the management SDK's model of it."""
    properties, model = body.properties, body.properties.model
    return Deployment(
        name=str(body.name or ""),
        model=str(getattr(model, "name", "") or ""),
        model_version=str(getattr(model, "version", "") or ""),
        model_format=str(getattr(model, "format", "") or ""),
        sku=str(body.sku.name if body.sku else ""),
        capacity=int(body.sku.capacity or 0) if body.sku else 0,
        content_filter=str(properties.rai_policy_name or ""),
        provisioning_state=str(getattr(properties.provisioning_state, "value", properties.provisioning_state) or ""),
    )
