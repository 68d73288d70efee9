"""The emulator answers recorded calls as Azure answered them. `python -m tests.suite.conformance` prints the report."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.suite.conformance import facts, traffic
from tests.suite.conformance.deliberate import Agreed, read_agreed
from tests.suite.conformance.distil import distilled
from tests.suite.conformance.facts import Facts
from tests.suite.conformance.replay import Outcome, replay
from tests.suite.conformance.report import complaints, report
from tests.suite.conformance.settings import Settings, read_settings

ALL = facts.all_facts()
RECORDINGS = sorted(traffic.FOLDER.glob("*.json"))
DISTIL = "run `python -m tests.suite.conformance.distil`"
BUILT_IN_ROLE = re.compile(r"roleDefinitions/[0-9a-f-]{36}")
SECRETS = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[\w.]+@[\w.]+|Sanitized")

needs_recordings = pytest.mark.skipif(
    not RECORDINGS, reason="../shared/azure-recordings is not on this machine: the facts distilled from it are checked"
)


class Replays:
    """Each recording's outcomes, replayed when they are first asked for."""

    def __init__(self, settings: Settings, agreed: Agreed) -> None:
        self.settings = settings
        self.agreed = agreed
        self._known: dict[str, list[Outcome]] = {}

    def of(self, recording: Facts) -> list[Outcome]:
        if recording.name not in self._known:
            self._known[recording.name] = replay(recording, self.settings.of(recording.name), self.agreed)
        return self._known[recording.name]

    def all(self) -> dict[str, list[Outcome]]:
        return {recording.name: self.of(recording) for recording in ALL}


@pytest.fixture(scope="module")
def replays() -> Replays:
    return Replays(read_settings(), read_agreed())


@pytest.mark.server
@pytest.mark.parametrize("recording", ALL, ids=[each.name for each in ALL])
def test_emulator_answers_as_azure_did(replays: Replays, recording: Facts) -> None:
    outcomes = replays.of(recording)

    assert len(outcomes) == len(recording.interactions)
    assert complaints(outcomes) == []


@pytest.mark.server
@needs_recordings
def test_a_recording_that_was_not_distilled_yet_agrees_too(replays: Replays) -> None:
    distilled_ones = {recording.name for recording in ALL}
    new = [distilled(path, replays.settings) for path in RECORDINGS if path.stem not in distilled_ones]

    assert {recording.name: complaints(replays.of(recording)) for recording in new} == {each.name: [] for each in new}


@needs_recordings
def test_facts_are_what_the_recordings_say() -> None:
    settings = read_settings()
    expected = {path.name: facts.dumps(distilled(path, settings)) for path in RECORDINGS}
    there = {path.name: path.read_text(encoding="utf-8") for path in facts.FOLDER.glob("*.json")}

    stale = sorted(name for name in expected.keys() | there.keys() if expected.get(name) != there.get(name))
    assert stale == [], f"the facts about these recordings are stale: {DISTIL}"


@pytest.mark.server
def test_report_counts_every_call_and_needs_every_reason(replays: Replays) -> None:
    results = replays.all()
    text = report(results)
    outcomes = [outcome for each in results.values() for outcome in each]
    met = {meant for outcome in outcomes for _, meant in outcome.deliberate}
    unserved = {outcome.unserved for outcome in outcomes if outcome.unserved is not None}

    assert "(100%)" in text.splitlines()[0]
    assert f"recorded: {sum(len(recording.interactions) for recording in ALL)};" in text
    assert [entry.reason for entry in replays.agreed.differences if entry not in met] == []
    assert [entry.call for entry in replays.agreed.unserved if entry not in unserved] == []
    reasons = [*(entry.reason for entry in met), *(entry.reason for entry in unserved)]
    assert all(reason in text for reason in reasons)


@pytest.mark.parametrize("path", sorted(facts.FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_facts_hold_no_ids_and_no_names(path: Path) -> None:
    text = BUILT_IN_ROLE.sub("", path.read_text(encoding="utf-8"))

    assert SECRETS.findall(text) == []


@pytest.mark.server
def test_a_difference_is_noticed(replays: Replays) -> None:
    recording = next(each for each in ALL if each.name == "resource_group")
    create = recording.interactions[4]
    other = replace(create, status=200, body={**create.body, "Tags": {}, "managedBy": "null"}, headers={"etag": "text"})
    changed = replace(recording, name="changed", interactions=(other,))

    found = complaints(replay(changed, replays.settings.of("changed"), replays.agreed))

    what = [line.partition(": ")[2] for line in found]
    assert what == [
        "status: Azure has 200, the emulator 201",
        "headers.etag: Azure has text, the emulator no such header",
        "headers.content-type: Azure has no such header, the emulator =application/json; charset=utf-8",
        "headers.x-ms-ratelimit-remaining-subscription-writes: Azure has no such header, the emulator digits",
        "body.managedBy: Azure has null, the emulator text",
        "body.Tags: Azure has {}, the emulator no such member",
    ]
