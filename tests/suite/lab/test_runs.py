"""Earlier runs: what their journals say is left, and which of them can be gone on with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lab.errors import InputError
from lab.journal import Journal
from lab.runs import note_gone, note_start, past_run, past_runs, to_resume
from lab.settings import Endpoints, Setting
from tests.suite.lab.fakes import STARTED, SUBSCRIPTION, settings_of

STAND_IN = Endpoints("https://127.0.0.1:8443")


def a_journal(directory: Path, run: str, mode: str = "live", *groups: str, **settings: Any) -> Path:
    """The journal of a run that meant to make these groups."""
    path = directory / f"{run}.jsonl"
    journal = Journal(path)
    note_start(journal, settings_of(run=run, mode=mode, **settings), "gpt-35-turbo")
    for group in groups:
        journal.write("making", "resource group", group, suffix=group[-2:], region="x", subscription=SUBSCRIPTION)
    return path


def test_a_run_is_read_from_its_journal(tmp_path: Path) -> None:
    past = past_run(a_journal(tmp_path, "live-1", "live", "rg-01", "rg-02"))
    assert (past.run, past.mode, past.started) == ("live-1", "live", STARTED)
    assert past.resource_manager == "https://management.azure.com"
    assert (past.model, past.training_file) == ("gpt-35-turbo", None)
    assert [group.name for group in past.left] == ["rg-01", "rg-02"]


def test_a_training_file_of_ones_own_is_remembered_from_wherever_the_run_is_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    note_start(Journal(tmp_path / "live-1.jsonl"), settings_of(training_file=Path("own.jsonl")), "gpt-4o")
    past = past_run(tmp_path / "live-1.jsonl")
    assert (past.model, past.training_file) == ("gpt-4o", tmp_path / "own.jsonl")


def test_past_runs_are_those_with_a_journal_here(tmp_path: Path) -> None:
    a_journal(tmp_path, "live-2")
    a_journal(tmp_path, "live-1", "live", "rg-01")
    (tmp_path / "notes.txt").write_text("not a journal")
    assert [past.run for past in past_runs(tmp_path)] == ["live-1", "live-2"]
    assert past_runs(tmp_path / "none") == ()


def test_an_interrupted_run_is_gone_on_with(tmp_path: Path) -> None:
    a_journal(tmp_path, "live-1", "live", "rg-01", "rg-02")
    past = to_resume(tmp_path, "live-1", settings_of(mode="live"))
    assert past.left[-1].suffix == "02", "the region that it had moved to"


def test_a_region_that_was_asked_for_stays_asked_for(tmp_path: Path) -> None:
    free = a_journal(tmp_path, "live-1", "live", "rg-01")
    asked = a_journal(tmp_path, "live-2", "live", "rg-02", region=Setting("eastus2", "--region"))
    assert (past_run(free).region_is_fixed, past_run(asked).region_is_fixed) == (False, True)


def older(path: Path) -> None:
    """Take out of a journal what older ones do not say."""
    first, *others = path.read_text().splitlines()
    start = {key: value for key, value in json.loads(first).items() if key not in ("region", "resource_manager")}
    path.write_text("\n".join([json.dumps(start), *others, ""]))


def test_an_older_journal_is_gone_on_with_in_its_region(tmp_path: Path) -> None:
    older(a_journal(tmp_path, "emulator-1", "emulator", "rg-01", endpoints=STAND_IN))
    past = to_resume(tmp_path, "emulator-1", settings_of(mode="emulator"))
    assert (past.resource_manager, past.region_is_fixed) == ("", True)


def test_a_run_that_was_made_at_another_address_is_refused(tmp_path: Path) -> None:
    a_journal(tmp_path, "emulator-1", "emulator", "rg-01", endpoints=STAND_IN)
    a_journal(tmp_path, "emulator-2", "emulator", "rg-02", endpoints=Endpoints("https://127.0.0.1:9443"))
    with pytest.raises(InputError) as raised:
        to_resume(tmp_path, "emulator-2", settings_of(mode="emulator", endpoints=STAND_IN))
    (problem,) = raised.value.problems
    assert problem == (
        "found a run made at https://127.0.0.1:9443, expected https://127.0.0.1:8443, where this run would go on with "
        "it; unfinished runs here: emulator-1"
    )


@pytest.mark.parametrize(
    ("run", "mode", "words"),
    [
        pytest.param("live-9", "live", "found no journal live-9.jsonl", id="not-here"),
        pytest.param("../live-1", "live", "found no journal ../live-1.jsonl", id="elsewhere"),
        pytest.param("live-1", "emulator", "found a run made with mode live, expected emulator", id="other-mode"),
        pytest.param("live-2", "live", "found nothing to go on with: it made nothing, or all is deleted", id="nothing"),
        pytest.param("live-3", "live", "found nothing to go on with", id="all-gone"),
        pytest.param("live-4", "live", "found nothing to go on with", id="cut-off-before-its-first-line"),
    ],
)
def test_a_run_that_cannot_be_gone_on_with_is_refused(run: str, mode: str, words: str, tmp_path: Path) -> None:
    journals = tmp_path / "runs"
    a_journal(journals, "live-1", "live", "rg-01")
    a_journal(journals, "live-2")
    a_journal(journals, "live-3", "live", "rg-03")
    a_journal(tmp_path, "live-1", "live", "rg-01")
    note_gone(journals, "rg-03")
    (journals / "live-4.jsonl").write_text('{"event": "sta')
    with pytest.raises(InputError) as raised:
        to_resume(journals, run, settings_of(mode=mode))
    assert words in str(raised.value)
    assert raised.value.source == f"--resume {run}"
    assert mode == "emulator" or "unfinished runs: live-1" in str(raised.value)


def test_a_group_that_a_sweep_deleted_is_unfinished_business_no_more(tmp_path: Path) -> None:
    mine = a_journal(tmp_path, "live-1", "live", "rg-01", "rg-02")
    other = a_journal(tmp_path, "live-2", "live", "rg-03").read_bytes()
    note_gone(tmp_path, "rg-01")
    assert [group.name for group in past_run(mine).left] == ["rg-02"]
    assert (tmp_path / "live-2.jsonl").read_bytes() == other
