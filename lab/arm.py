"""Azure Resource Manager calls that every kind of resource shares."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from lab.azure_errors import HalfAnswer, explained, is_untold, refusal
from lab.errors import Undecided
from lab.run import Caller, Run
from lab.waiting import Wait, retried, until

if TYPE_CHECKING:
    from azure.core.polling import LROPoller

# How long one look at a poller's thread may block, in real seconds; the thread itself sleeps by the run's clock.
LOOK = 0.02
END_STATES = ("succeeded", "failed", "canceled", "cancelled")
T = TypeVar("T")


def resource_id(run: Run, resource_type: str, name: str) -> str:
    """The id of a resource in the run's resource group, such as `Microsoft.KeyVault/vaults` and its name."""
    group = f"/subscriptions/{run.clients.subscription_id}/resourceGroups/{run.names.resource_group}"
    return f"{group}/providers/{resource_type}/{name}"


def make(
    run: Run,
    wait: Wait,
    identity: str,
    body: dict[str, Any],
    api_version: str,
    members: tuple[str, ...] = ("id",),
) -> dict[str, Any]:
    """Create a resource unless it is there, wait until it is provisioned, and give it as Azure describes it.

    Looking first is what lets an interrupted run go on without making anything twice. The description has all of
    `members`, which are dotted paths. Raises `Broken` or `Undecided` for the wait's step.
    """
    try:
        there = retried(wait, run.clock, lambda: found(lambda: read(run, identity, api_version)))
        if there is None:
            run.journal.write("making", "resource", identity)
            _create(run, wait, identity, body, api_version)
            run.journal.write("made", "resource", identity)
        # Just after its creation a resource may still be answered with 404.
        made = until(
            wait, run.clock, lambda: found(lambda: whole(read(run, identity, api_version), members)), is_provisioned
        )
        return made or {}
    except Exception as error:
        raise explained(wait.step, f"creating {wait.what}", error) from error


def _create(run: Run, wait: Wait, identity: str, body: dict[str, Any], api_version: str) -> None:
    resources = run.clients.resources.resources
    complete(run, wait, lambda: resources.begin_create_or_update_by_id(identity, body, api_version=api_version))


def whole(body: dict[str, Any], members: tuple[str, ...]) -> dict[str, Any]:
    """A description by Azure that has all of these members, dotted paths; raises `HalfAnswer` with those it lacks."""
    lacks = [path for path in members if not _member(body, path)]
    if lacks:
        raise HalfAnswer(f"found no {', '.join(lacks)} in Azure's answer")
    return body


def _member(body: Any, path: str) -> Any:
    for name in path.split("."):
        body = body.get(name) if isinstance(body, dict) else None
    return body


def is_provisioned(body: dict[str, Any] | None) -> bool:
    """Whether a resource is there and has an end state; one that names no state has none to wait for."""
    if body is None:
        return False
    state = str((body.get("properties") or {}).get("provisioningState") or "succeeded")
    return state.lower() in END_STATES


def found(look: Callable[[], T]) -> T | None:
    """What a look finds, or None when Azure answers that there is no such thing."""
    try:
        return look()
    except Exception as error:
        if missing(error):
            return None
        raise


def complete(run: Run, wait: Wait, begin: Callable[[], LROPoller[Any]]) -> Any:
    """Begin a long-running operation and wait for its end; begin it again when a look at it failed for good.

    A poller gives up after some failures in a row, though what it looks at goes on. So `begin` must be a call that can
    be made twice: a PUT or a DELETE. Where Azure tells no way to wait for the end, the result is None: what was begun
    has to be looked at itself.
    """
    try:
        return retried(wait, run.clock, lambda: finish(run, wait, begin()))
    except Exception as error:
        if is_untold(error):
            return None
        raise


def finish(run: Run, wait: Wait, poller: LROPoller[Any]) -> Any:
    """The result of a long-running operation; raises `Undecided` when its deadline passes."""
    expires = run.clock.expiry(wait.deadline)
    while not poller.done():
        if run.clock.seconds() >= expires:
            raise Undecided(
                wait.step, f"{wait.what}: still {poller.status()} after {wait.deadline:.0f} s, its deadline"
            )
        run.progress.saw(wait.step, f"{wait.what}: {poller.status()}")
        poller.wait(LOOK)
    return poller.result()


def read(run: Caller, identity: str, api_version: str) -> dict[str, Any]:
    """A resource as Azure describes it now; raises azure-core's `HttpResponseError` when it is not there."""
    return request(run, "GET", f"{identity}?api-version={api_version}")


def request(run: Caller, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """One call to Azure Resource Manager and its JSON answer (an empty dict for an empty one)."""
    from azure.core.rest import HttpRequest

    url = run.clients.settings.endpoints.resource_manager + path
    response = run.clients.resources.send_request(HttpRequest(method, url, json=body))
    response.raise_for_status()
    answer = response.json() if response.content else {}
    return answer if isinstance(answer, dict) else {"value": answer}


def missing(error: Exception) -> bool:
    """Whether Azure answered that there is no such thing."""
    answer = refusal(error)
    return answer is not None and answer.status == 404
