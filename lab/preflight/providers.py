"""Whether the subscription has the resource providers of the lab registered; they are registered when it may be."""

from __future__ import annotations

from lab.arm import request
from lab.azure_errors import explained, refusal
from lab.preflight.findings import Finding, ok, problem
from lab.run import Run
from lab.spec import Provider
from lab.waiting import Wait, retried, until

PROVIDERS_API_VERSION = "2021-04-01"


def check_providers(run: Run) -> list[Finding]:
    """A finding for each provider that was not registered, or one when all were."""
    providers = run.spec.preflight.providers
    outcomes = [_registered(run, provider) for provider in providers]
    findings = [finding for finding in outcomes if finding is not None]
    if findings:
        return findings
    return [ok(providers[0].step, f"registered resource providers: {', '.join(one.name for one in providers)}")]


def _registered(run: Run, provider: Provider) -> Finding | None:
    """What there is to say of a provider; None when it was registered before."""
    try:
        state = _state(run, provider)
        if state == "Registered":
            return None
        if state != "Registering":
            _register(run, provider)
        _wait_until_registered(run, provider)
    except Exception as error:
        return _not_registered(provider, error)
    return ok(provider.step, f"resource provider {provider.name} was {state}, and is registered now")


def _not_registered(provider: Provider, error: Exception) -> Finding:
    answer = refusal(error)
    advice = f"register it with `az provider register --namespace {provider.name}`"
    if answer is not None and answer.status == 403:
        found = "found it not registered, and this account may not register it"
        return problem(
            provider.step, f"resource provider {provider.name}: {found}; have the subscription's owner {advice}"
        )
    reason = explained(provider.step, f"registering resource provider {provider.name}", error).reason
    return problem(provider.step, f"{reason}; {advice}")


def _state(run: Run, provider: Provider) -> str:
    wait = run.wait(provider.step, f"resource provider {provider.name}", run.spec.waits.resource_s)
    path = f"{_path(run, provider)}?api-version={PROVIDERS_API_VERSION}"
    return str(retried(wait, run.clock, lambda: request(run, "GET", path)).get("registrationState", ""))


def _register(run: Run, provider: Provider) -> None:
    """Ask for it: the answer names no address to poll, the provider itself tells (recording provider_register.json)."""
    wait = run.wait(provider.step, f"registration of {provider.name}", run.spec.waits.resource_s)
    path = f"{_path(run, provider)}/register?api-version={PROVIDERS_API_VERSION}"
    retried(wait, run.clock, lambda: request(run, "POST", path))


def _wait_until_registered(run: Run, provider: Provider) -> None:
    what = f"registration of resource provider {provider.name}"
    wait = Wait(provider.step, what, run.spec.waits.resource_s, run.spec.preflight.register_s)
    until(wait, run.clock, lambda: _state(run, provider), lambda state: state == "Registered")


def _path(run: Run, provider: Provider) -> str:
    return f"/subscriptions/{run.clients.subscription_id}/providers/{provider.name}"
