"""Section 3: look at the metrics and deploy the tuned model."""

from __future__ import annotations

import pytest

from lab.build.deployment import Deployment
from lab.build.metrics import Metrics
from lab.build.training import Job
from lab.errors import mismatch
from lab.spec import LabSpec


@pytest.mark.step("3.1")
def test_loss_fell(metrics: Metrics, lab: LabSpec) -> None:
    found = f"{metrics.first:.3f} at first and {metrics.last:.3f} at last"
    asked = f"a loss that falls by {lab.metrics.least_fall:.0%} or more"
    assert metrics.last <= (1 - lab.metrics.least_fall) * metrics.first, mismatch("training loss", found, asked)


@pytest.mark.step("3.1")
def test_metrics_hold_the_steps(metrics: Metrics) -> None:
    steps = metrics.steps
    assert len(set(steps)) == len(steps), mismatch(f"steps in {metrics.file_id}", steps, "each step once")


@pytest.mark.step("3.2")
def test_deployment_holds_the_tuned_model(deployment: Deployment, trained: Job) -> None:
    found, asked = deployment.model, trained.fine_tuned_model
    assert found.lower() == asked.lower(), mismatch(f"model of {deployment.name}", found, asked)


@pytest.mark.step("3.2")
def test_deployment_is_standard(deployment: Deployment, lab: LabSpec) -> None:
    asked = lab.deployment.sku
    # Azure gives back the spelling that it was sent: `standard` is as good as `Standard` (recording of 2025).
    assert deployment.sku.lower() == asked.lower(), mismatch(f"type of {deployment.name}", deployment.sku, asked)


@pytest.mark.step("3.2")
def test_deployment_has_the_capacity(deployment: Deployment, lab: LabSpec) -> None:
    asked = lab.deployment.capacity
    assert deployment.capacity == asked, mismatch(
        f"capacity of {deployment.name}, in thousands of tokens a minute", deployment.capacity, asked
    )


@pytest.mark.step("3.2")
def test_deployment_has_the_default_content_filter(deployment: Deployment, lab: LabSpec) -> None:
    found, asked = deployment.content_filter, lab.deployment.content_filters
    is_default = found.lower() in ("", *(name.lower() for name in asked))
    assert is_default, mismatch(f"content filter of {deployment.name}", found, f"the default ({asked[0]})")


@pytest.mark.step("3.3")
def test_deployment_is_ready(ready: Deployment, deployment: Deployment) -> None:
    # The stage gives no deployment that did not succeed; this one must still be what was accepted.
    for what, found, accepted in (
        ("model", ready.model, deployment.model),
        ("type", ready.sku, deployment.sku),
        ("capacity", ready.capacity, deployment.capacity),
        ("content filter", ready.content_filter, deployment.content_filter),
    ):
        assert found == accepted, mismatch(f"{what} of {ready.name}, now that it is ready", found, accepted)
