"""The course of a template's deployment: each resource is made when those that it depends on are there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from emulator.behaviour.template_syntax import TemplateError
from emulator.errors import AzureError
from emulator.state.resources import Resource
from emulator.state.template_deployment import Step, TemplateDeployment
from emulator.timestamps import precise

if TYPE_CHECKING:
    from emulator.world import World

Put = Callable[[str, str, dict[str, Any]], int]
"""Sends a body to a resource's provider, given its id and api-version; returns the status or raises `AzureError`."""

FAILED = (
    "At least one resource deployment operation failed. Please list deployment operations for details. Please see "
    "https://aka.ms/arm-deployment-operations for usage details."
)


def begin(world: World, deployment: TemplateDeployment, put: Put) -> None:
    """Enter the deployment's first look at its resources."""
    world.after(world.durations.template_start, partial(_advance, world, deployment, put))


def duration(since: datetime, until: datetime) -> str:
    """A length of time as ISO 8601 writes it: `PT1M2.289099S`."""
    minutes, seconds = divmod((until - since) / timedelta(seconds=1), 60)
    return f"PT{f'{minutes:.0f}M' if minutes else ''}{seconds:.7f}".rstrip("0").rstrip(".") + "S"


def _advance(world: World, deployment: TemplateDeployment, put: Put) -> None:
    """Look at what is being made, start what can be, and come back until nothing is left to do."""
    if not world.resources.holds(deployment):
        return
    if deployment.state == "Accepted":
        deployment.become("Running")
    for step in deployment.steps:
        if step.state == "Running":
            _look(world, step)
    while ready := _ready(deployment.steps):
        for step in ready:
            _start(world, deployment, step, put)
    if any(step.state == "Running" for step in deployment.steps):
        world.after(world.durations.template_poll, partial(_advance, world, deployment, put))
    else:
        _end(world, deployment)
    length = duration(deployment.started, world.now)
    deployment.properties.update({"timestamp": precise(world.now), "duration": length})


def _ready(steps: Sequence[Step]) -> list[Step]:
    done = {step.planned.id.lower() for step in steps if step.state == "Succeeded"}
    return [step for step in steps if step.state == "Waiting" and step.planned.needs <= done]


def _start(world: World, deployment: TemplateDeployment, step: Step, put: Put) -> None:
    planned = step.planned
    step.become("Running", world.now, "Accepted")
    try:
        status = put(planned.id, planned.api_version, deployment.plan.body(planned))
    except AzureError as error:
        step.become("Failed", world.now, _words(error.status), error.document(world.now)["error"])
    except TemplateError as error:
        step.become("Failed", world.now, "BadRequest", {"code": "InvalidTemplate", "message": str(error)})
    else:
        step.status_code = _words(status)
        _look(world, step)


def _look(world: World, step: Step) -> None:
    """Whether a resource is made; those without a state of their own, such as role assignments, are made at once."""
    made = world.resources.find(step.planned.id)
    state = made.properties.get("provisioningState", "Succeeded") if made else "Succeeded"
    if state == "Succeeded":
        step.become("Succeeded", world.now, "Created" if step.status_code == "Created" else "OK")
    elif made is not None and state in {"Failed", "Canceled"}:
        step.become("Failed", world.now, "Conflict", _why(made))


def _why(made: Resource) -> dict[str, Any]:
    message = f"The resource operation completed with terminal provisioning state '{made.state}'."
    own = made.properties.get("error")
    return {"code": "ResourceDeploymentFailure", "message": message, **({"details": [own]} if own else {})}


def _end(world: World, deployment: TemplateDeployment) -> None:
    errors = [step.error for step in deployment.steps if step.error is not None]
    outputs = None
    if not errors:
        try:
            outputs = _outputs(deployment)
        except TemplateError as error:
            errors = [{"code": "DeploymentOutputEvaluationFailed", "message": str(error)}]
    if errors:
        reason = {"code": "DeploymentFailed", "message": FAILED, "details": errors}
        deployment.properties["error"] = reason
        deployment.become("Failed")
        deployment.operation.finish(world.now, "Failed", reason)
        return
    if outputs:
        deployment.properties["outputs"] = outputs
    deployment.properties["outputResources"] = [{"id": step.planned.id} for step in deployment.steps]
    deployment.become("Succeeded")
    deployment.operation.finish(world.now)


def _outputs(deployment: TemplateDeployment) -> dict[str, Any]:
    return {
        name: {"type": str(spec["type"]).title(), "value": deployment.plan.values.of(spec.get("value"))}
        for name, spec in deployment.plan.outputs.items()
        if deployment.plan.values.of(spec.get("condition", True))
    }


def _words(status: int) -> str:
    """A status as operations name it: 201 is `Created`, 409 `Conflict`, 200 `OK`."""
    return "OK" if status == HTTPStatus.OK else HTTPStatus(status).phrase.replace(" ", "")
