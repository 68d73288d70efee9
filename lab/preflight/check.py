"""The preflight: every look of it, side by side, without creating anything."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass
from functools import partial
from threading import Thread

from lab.azure_errors import explained
from lab.build.training import TrainingSet, training_data
from lab.errors import StepError
from lab.preflight.dataset import check_dataset
from lab.preflight.findings import Finding, Preflight, from_error, ok, warning
from lab.preflight.providers import check_providers
from lab.preflight.regions import check_regions, region_rows
from lab.preflight.rights import check_rights
from lab.preflight.soft_deleted import check_soft_deleted
from lab.prices import Cost, estimate
from lab.run import Run
from lab.sign_in import SignIn, sign_in
from lab.sign_in_words import cut_ids
from lab.spec import STEP_IDS
from lab.survey import Survey, survey

# Offers with few or no tokens a minute for these models (docs, openai/quotas-limits.md; issue
# Azure-Samples/azure-search-openai-demo#2249), by how their quota ids begin.
SMALL_OFFERS = ("FreeTrial", "AzureForStudents", "AzurePass")


@dataclass(frozen=True)
class _Part:
    """What one look found, and what the table needs of it."""

    findings: tuple[Finding, ...]
    survey: Survey | None = None
    data: TrainingSet | None = None


def preflight(run: Run) -> Preflight:
    """Look at all that a run needs. The only thing that this changes is a provider that it registers.

    What could not be looked at is a finding, not an error.
    """
    charged = run.settings.mode == "live"
    try:
        who = sign_in(run.clients)
    except StepError as error:
        return Preflight(run.spec.model.name, (from_error(error),), charged=charged)
    parts = _side_by_side(run)
    found = next((part.survey for part in parts if part.survey), None)
    data = next((part.data for part in parts if part.data), None)
    findings = [*_signed_in(run, who), *(finding for part in parts for finding in part.findings)]
    return Preflight(
        model=run.spec.model.name,
        findings=tuple(sorted(findings, key=lambda finding: STEP_IDS.index(finding.step))),
        who=who,
        today=found.today if found else None,
        regions=region_rows(run, found) if found else (),
        cost=_cost(run, found, data) if found and data else None,
        charged=charged,
    )


def _signed_in(run: Run, who: SignIn) -> list[Finding]:
    subscription = run.settings.subscription_id
    called = f"{who.subscription_name} ({cut_ids(subscription.value)}, {subscription.source})"
    findings = [ok("1.1", f"{called} is {who.subscription_state}")]
    offer = who.quota_id.partition("_")[0]
    if offer.startswith(SMALL_OFFERS):
        capacity = run.spec.deployment.capacity
        findings.append(
            warning("1.1", f"{called} is of the offer {offer}, which may lack the quota of {capacity}K tokens a minute")
        )
    return findings


def _rights(run: Run) -> _Part:
    return _Part(tuple(check_rights(run)))


def _providers(run: Run) -> _Part:
    return _Part(tuple(check_providers(run)))


def _regions(run: Run) -> _Part:
    found = survey(run)
    return _Part(tuple(check_regions(run, found)), survey=found)


def _dataset(run: Run) -> _Part:
    data = training_data(run)
    return _Part((check_dataset(run, data),), data=data)


def _soft_deleted(run: Run) -> _Part:
    return _Part(tuple(check_soft_deleted(run)))


# Each with the step that its unforeseen errors are told under.
LOOKS: tuple[tuple[str, Callable[[Run], _Part]], ...] = (
    ("1.2", _rights),
    ("1.3", _providers),
    ("2.2", _regions),
    ("2.1", _dataset),
    ("5.2", _soft_deleted),
)


def _side_by_side(run: Run) -> list[_Part]:
    """Every look at once, or one after another when that is asked for; an interruption waits for none of them."""
    # Made here, or two threads would make one each.
    _ = run.clients.cognitive
    if run.settings.one_after_another:
        return [_guarded(run, step, look) for step, look in LOOKS]
    futures = [_started(partial(_guarded, run, step, look)) for step, look in LOOKS]
    try:
        while not all(future.done() for future in futures):
            # With a timeout, so that Ctrl-C is seen on Windows too.
            wait(futures, timeout=0.5)
        return [future.result() for future in futures]
    except BaseException as error:
        run.clock.cancel()
        # Without its traceback: a signal that comes in at a loop's jump leaves a line number of None in it, which
        # pytest cannot print (Python 3.11).
        raise error.with_traceback(None) from None


def _started(look: Callable[[], _Part]) -> Future[_Part]:
    """A look in a thread that ends with the process: it makes nothing, so nobody has to wait for its last answer."""
    future: Future[_Part] = Future()

    def work() -> None:
        try:
            future.set_result(look())
        except BaseException as error:
            future.set_exception(error)

    Thread(target=work, name="preflight", daemon=True).start()
    return future


def _guarded(run: Run, step: str, look: Callable[[Run], _Part]) -> _Part:
    try:
        return look(run)
    except Exception as error:
        return _Part((from_error(explained(step, "preflight", error)),))


def _cost(run: Run, found: Survey, data: TrainingSet) -> Cost | None:
    """What a run costs in the regions that it may use; in all of the lab's while none can be used."""
    spec = run.spec
    regions = found.best_regions(spec.deployment.sku, spec.deployment.capacity)
    if run.settings.region:
        regions = (run.settings.region.value,)
    return estimate(
        spec.prices,
        found.model,
        regions or tuple(region.name for region in spec.regions),
        file_bytes=data.size,
        questions=1 + len(spec.prompts) * spec.chat.asks,
        max_tokens=spec.chat.max_tokens,
        training_hours=spec.step("2.5").usual_s / 3600,
    )
