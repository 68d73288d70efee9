"""A run is recorded from a server and played back without it."""

from __future__ import annotations

import logging
import re
from datetime import datetime, timezone
from pathlib import Path

import pytest

from fixtures.recording.tape import (
    Player,
    Recorder,
    StandIn,
    TapeOptions,
    UnplayedError,
    UnscrubbedError,
)
from fixtures.recording.wire import recording
from tests.suite.recording.fake_azure import Answer, FakeAzure
from tests.suite.recording.recorded_lab import AT, COMMAND, Recording
from tests.suite.recording.small_lab import ARM, STAGES, SUBSCRIPTION, SmallLab

pytestmark = pytest.mark.server


def _texts(directory: Path) -> dict[str, str]:
    return {
        path.relative_to(directory).as_posix(): path.read_text("utf-8") for path in sorted(directory.rglob("*.yaml"))
    }


def test_a_recorded_lab_plays_back_with_the_server_gone(
    options: TapeOptions, record: Recording, azure: FakeAzure, replayed_lab: SmallLab
) -> None:
    record(options.directory)
    served = len(azure.served)
    player = Player(options)
    for name in STAGES:
        with player.stage(name):
            replayed_lab.stage(name)
    assert replayed_lab.seen == {
        "operation": {"status": "Succeeded"},
        "account": replayed_lab.seen["account"],
        "endpoint": "https://aoai-lab-recorded.openai.azure.com/",
        "model": f"gpt-35-turbo-0125.ft-{6:032d}-ft-travel",
        "results": "step,train_loss\n1,0.5\n2,0.25\n",
        "replies": ["I plan travels.", "Still: travels.\nAnd more. ✈"],
        "streamed": [f"chatcmpl-{1:029d}"],
        "gone": 404,
    }
    assert replayed_lab.seen["account"]["properties"]["internalId"] == f"{3:032d}"
    assert len(azure.served) == served
    assert (player.recorded_at, player.source, player.facts) == (AT, "emulator", {"region": "westus"})


def test_two_recordings_with_other_ids_and_other_waiting_differ_only_in_their_time(
    tmp_path: Path, record: Recording
) -> None:
    later = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    first = record(tmp_path / "a", polls=1)
    second = record(tmp_path / "b", recorded_at=later, polls=3)
    assert first.suffix != second.suffix
    one, other = _texts(tmp_path / "a"), _texts(tmp_path / "b")
    assert list(one) == [f"{name}.yaml" for name in STAGES]
    assert {name: text.replace("2026-01-02T03:04:05Z", "2024-11-15T09:00:00Z") for name, text in other.items()} == one
    assert other != one


def test_a_cassette_reads_as_a_person_would_write_it(options: TapeOptions, record: Recording) -> None:
    record(options.directory)
    text = (options.directory / f"{STAGES[1]}.yaml").read_text("utf-8")
    assert text.startswith(
        f"""version: 1
recorded:
  from: emulator
  at: '2024-11-15T09:00:00Z'
  command: {COMMAND}
facts:
  region: westus
stage: 2-fine-tuning/job
interactions:
- request:
    method: POST
    uri: https://aoai-lab-recorded.openai.azure.com/openai/files?api-version=2024-10-21
    body:
      parts:
      - name: purpose
        text: fine-tune
      - name: file
        filename: training.jsonl
"""
    )
    assert '        text: |\n          {"messages": [{"role": "user", "content": "Où aller ?"}]}\n' in text
    assert "      text: |\n        step,train_loss\n        1,0.5\n        2,0.25\n" in text
    assert "\r" not in text


def test_nothing_private_and_no_waiting_is_left_in_the_files(options: TapeOptions, record: Recording) -> None:
    ids = record(options.directory)
    everything = "".join(_texts(options.directory).values())
    private = (ids.suffix, ids.subscription, ids.principal, ids.internal, ids.operation, ids.etag, ids.file, ids.job)
    assert [value for value in (*private, ids.chat, ids.delete_job()) if value.lower() in everything.lower()] == []
    for word in ("not-a-real", "127.0.0.1", "&t=", "x-ms-request-id", "Content-Length", "gzip", "Creating", "wait"):
        assert word not in everything
    assert "operationresults/opaque-00000001?api-version=2025-04-01" in everything
    assert "Retry-After: '15'" in everything


def test_waiting_headers_are_not_played(options: TapeOptions, record: Recording, replayed_lab: SmallLab) -> None:
    record(options.directory)
    group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-lab-recorded"
    with pytest.raises(UnplayedError), Player(options).stage(STAGES[3]):
        answer = replayed_lab.arm("DELETE", group)
    assert answer.headers["Location"].startswith(f"{ARM}/subscriptions/{SUBSCRIPTION}/operationresults/")
    assert answer.headers["Date"] == "Fri, 15 Nov 2024 09:00:00 GMT"
    assert "Retry-After" not in answer.headers
    assert answer.headers["Content-Length"] == "0"


def test_signing_in_is_not_recorded(
    recorder: Recorder, azure: FakeAzure, options: TapeOptions, ca: tuple[str, object]
) -> None:
    azure.on("POST", "/some-tenant/oauth2/v2.0/token", Answer(json={"access_token": "never"}))
    azure.on("GET", "/ok", Answer(json={"ok": True}))
    lab = SmallLab(azure.url, "s", "g", "a", ca=ca)
    with recorder.stage("sign-in"):
        assert lab.arm("POST", f"{azure.url}/some-tenant/oauth2/v2.0/token").json() == {"access_token": "never"}
        lab.arm("GET", "/ok")
    (path,) = recorder.save()
    assert path.read_text("utf-8").count("- request:") == 1
    assert "never" not in path.read_text("utf-8")


def test_ignored_hosts_and_silent_stages_leave_nothing(
    options: TapeOptions, azure: FakeAzure, ca: tuple[str, object]
) -> None:
    azure.on("GET", "/ok", Answer(json={"ok": True}))
    host = azure.url.removeprefix("https://")
    recorder = Recorder(options, source="azure", recorded_at=AT, ignored_hosts=[host])
    with recorder.stage("ignored"):
        assert SmallLab(azure.url, "s", "g", "a", ca=ca).arm("GET", "/ok").json() == {"ok": True}
    assert recorder.save() == []


def test_what_cannot_be_scrubbed_is_all_listed_and_nothing_written(
    recorder: Recorder, azure: FakeAzure, options: TapeOptions, ca: tuple[str, object]
) -> None:
    key = "Ab1" * 28
    azure.on("POST", "/keys", Answer(json={"key1": key, "key2": key}))
    azure.on("GET", "/picture", Answer(content=b"\xff\xd8\xff", headers={"Content-Type": "image/jpeg"}))
    lab = SmallLab(azure.url, "s", "g", "a", ca=ca)
    with recorder.stage("secrets/keys"):
        lab.arm("POST", "/keys")
    with recorder.stage("secrets/picture"):
        lab.arm("GET", "/picture")
    with pytest.raises(UnscrubbedError) as caught:
        recorder.save()
    message = str(caught.value)
    assert "secrets/keys, interaction 1, response.body.json.key1: " in message
    assert "secrets/keys, interaction 1, response.body.json.key2: " in message
    assert "secrets/picture, interaction 1, response.body.unreadable: a body that cannot be read" in message
    assert key[:5] not in message
    assert "starts 'Ab1A'" in message
    assert not options.directory.exists()


def test_tokens_are_not_held_in_memory(azure: FakeAzure, ca: tuple[str, object]) -> None:
    azure.on("PUT", "/x", Answer(json={}))
    with recording("stage", frozenset()) as reel:
        SmallLab(azure.url, "s", "g", "a", ca=ca).arm("PUT", "/x", {"a": 1})
    assert [dict(request.headers) for request in reel.cassette.requests] == [{"Content-Type": "application/json"}]
    assert [one.request.body for one in reel.interactions()] == [{"json": {"a": 1}}]


def test_raw_traffic_is_neither_logged_nor_written(
    recorder: Recorder, azure: FakeAzure, tmp_path: Path, ca: tuple[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    azure.on("GET", "/secret", Answer(json={"value": "never-on-disk"}))
    with caplog.at_level(logging.DEBUG, logger="vcr"), recorder.stage("one"):
        SmallLab(azure.url, "s", "g", "a", ca=ca).arm("GET", "/secret")
    assert [record for record in caplog.records if record.name.startswith("vcr")] == []
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_stage_has_one_cassette_inside_the_folder(recorder: Recorder) -> None:
    with recorder.stage("one"):
        pass
    with pytest.raises(ValueError, match="recorded already"), recorder.stage("one"):
        pass
    with pytest.raises(ValueError, match="leads out"), recorder.stage("../one"):
        pass


def test_contradicting_stand_ins_are_refused_when_given(recorder: Recorder, options: TapeOptions) -> None:
    recorder.stand_in("real-name", "one")
    recorder.stand_in("real-name", "one")
    with pytest.raises(ValueError, match=re.escape("(starts 'real'): 'one', 'two'")):
        recorder.stand_in("real-name", "two")
    with pytest.raises(ValueError, match="Two stand-ins"):
        Recorder(options, source="azure", stand_ins=[StandIn("abc", "x"), StandIn("ABC", "y")], recorded_at=AT)


def test_a_recording_knows_its_time_zone(options: TapeOptions) -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        Recorder(options, source="azure", recorded_at=AT.replace(tzinfo=None))
