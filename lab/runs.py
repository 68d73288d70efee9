"""The runs whose journals are kept here, and what they left behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lab.errors import InputError
from lab.journal import Group, Journal, groups_of, read_journal
from lab.settings import Settings


@dataclass(frozen=True)
class PastRun:
    """A run as its journal tells it; `resource_manager` is the address it was made at, `left` what is still there.

    `training_file` is None for the lab's own. `region_is_fixed`: somebody asked for the region, so it is not left for
    another; so too when the journal, an older one, does not say.
    """

    run: str
    mode: str
    resource_manager: str
    started: datetime | None
    left: tuple[Group, ...]
    model: str
    training_file: Path | None
    region_is_fixed: bool


def note_start(journal: Journal, settings: Settings, model: str) -> None:
    """Write down where a run is made and with what, so that it can be resumed and found by later ones."""
    journal.write(
        "started",
        "run",
        settings.run,
        mode=settings.mode,
        at=settings.started.isoformat(),
        resource_manager=settings.endpoints.resource_manager,
        model=model,
        region=settings.region.value if settings.region else "",
        training_file=str(settings.training_file.resolve()) if settings.training_file else "",
    )


def note_gone(directory: Path, resource_group: str) -> None:
    """Write down that a group is gone in the journals of the runs that made it, so that none is called unfinished."""
    for past in past_runs(directory):
        if any(group.name == resource_group for group in past.left):
            journal = Journal(directory / f"{past.run}.jsonl")
            journal.write("deleted", "resource group", resource_group)
            journal.write("purged", "resource group", resource_group)


def past_runs(directory: Path) -> tuple[PastRun, ...]:
    """Every run with a journal in this directory, oldest first."""
    return tuple(past_run(path) for path in sorted(directory.glob("*.jsonl")))


def past_run(path: Path) -> PastRun:
    """The run of one journal."""
    entries = read_journal(path)
    start = next((entry.details for entry in entries if entry.event == "started"), {})
    left = tuple(group for group in groups_of(entries) if not group.is_gone)
    at = start.get("at")
    return PastRun(
        path.stem,
        start.get("mode", ""),
        start.get("resource_manager", ""),
        datetime.fromisoformat(at) if at else None,
        left,
        model=start.get("model", ""),
        training_file=Path(start["training_file"]) if start.get("training_file") else None,
        region_is_fixed=start.get("region") != "",
    )


def to_resume(directory: Path, run: str, settings: Settings) -> PastRun:
    """The run to go on with; raises `InputError` when it is not here, was made elsewhere, or left nothing.

    A journal that names no address, an older one, is taken for one of these settings'.
    """
    mode, here = settings.mode, settings.endpoints.resource_manager
    others = [past for past in past_runs(directory) if past.left and past.mode == mode]
    unfinished = ", ".join(past.run for past in others if past.resource_manager in ("", here)) or "none"
    path = directory / f"{run}.jsonl"
    if path.parent != directory or not path.is_file():
        problem = f"found no journal {run}.jsonl in {directory}; unfinished runs: {unfinished}"
        raise InputError(f"--resume {run}", [problem])
    past = past_run(path)
    if not past.left or past.started is None:
        problem = f"found nothing to go on with: it made nothing, or all is deleted; unfinished runs: {unfinished}"
        raise InputError(f"--resume {run}", [problem])
    if past.mode != mode:
        raise InputError(f"--resume {run}", [f"found a run made with mode {past.mode}, expected {mode}"])
    if past.resource_manager not in ("", here):
        problem = f"found a run made at {past.resource_manager}, expected {here}, where this run would go on with it"
        raise InputError(f"--resume {run}", [f"{problem}; unfinished runs here: {unfinished}"])
    return past
