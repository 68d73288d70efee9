"""The folder of cassettes always holds one whole run, or says what is wrong with it."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from fixtures.recording.tape import (
    CassetteError,
    Player,
    Recorder,
    TapeOptions,
    check_cassettes,
)
from tests.suite.recording.recorded_lab import COMMAND, Recording
from tests.suite.recording.small_lab import STAGES

pytestmark = pytest.mark.server


def test_recording_anew_takes_the_old_run_away_and_other_files_not(options: TapeOptions, record: Recording) -> None:
    options.directory.mkdir()
    (options.directory / "stale.yaml").write_text("version: 0\ninteractions: []\n", "utf-8")
    (options.directory / "notes.yaml").write_text("mine: true\n", "utf-8")
    record(options.directory)
    assert sorted(path.name for path in options.directory.glob("*")) == [
        "1-hub-and-project",
        "2-fine-tuning",
        "4-chat",
        "5-clean-up",
        "notes.yaml",
    ]
    assert list(options.directory.rglob("*.tmp")) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_cassettes_are_ordinary_files(options: TapeOptions, record: Recording) -> None:
    record(options.directory)
    assert {path.stat().st_mode & 0o777 for path in options.directory.rglob("*.yaml")} == {0o644}


def test_an_empty_run_leaves_the_old_one(options: TapeOptions, record: Recording, recorder: Recorder) -> None:
    record(options.directory)
    assert recorder.save() == []
    assert check_cassettes(options.directory, STAGES) == []


def test_every_problem_of_a_folder_is_told_at_once(options: TapeOptions, record: Recording, tmp_path: Path) -> None:
    directory = options.directory
    record(directory)
    assert check_cassettes(directory, STAGES) == []
    good = (directory / f"{STAGES[0]}.yaml").read_text("utf-8")
    head = good[: good.index("interactions:")]
    bad = {
        "damaged": head + "interactions:\n- request: {a: [\n",
        "version": good.replace("version: 1", "version: 2"),
        "headless": good[good.index("interactions:") :].join(["version: 1\n", ""]),
        "empty": head + "interactions: []\n",
        "broken": head + "interactions:\n- request: {method: GET}\n  response: {status: 200}\n",
        "other": good.replace("2024-11-15T09:00:00Z", "2025-11-15T09:00:00Z"),
    }
    for name, text in bad.items():
        (directory / f"{name}.yaml").write_text(text, "utf-8")
    (directory / "bytes.yaml").write_bytes(b"\xff\xfe")
    problems = check_cassettes(directory, [*STAGES, *bad, "bytes", "gone"], command=COMMAND)
    expected = (
        r"damaged.yaml cannot be used: it is damaged: .* \(line \d+\); record it again: ",
        "version.yaml cannot be used: its version is 2, and this suite reads 1; ",
        "headless.yaml cannot be used: it has no head ",
        "empty.yaml cannot be used: it holds no interactions; ",
        "broken.yaml cannot be used: its interaction 1 is damaged: request.method and request.uri must be text; ",
        "bytes.yaml cannot be used: it is not UTF-8 text; ",
        "gone.yaml is missing; record it: ",
        r"The cassettes come from 2 runs \(emulator at 2024-.*: 1-.* and 1 more; emulator at 2025-.*: other\); ",
    )
    assert len(problems) == len(expected)
    for problem, pattern in zip(problems, expected, strict=True):
        assert re.search(pattern, problem), problem
        assert problem.endswith(COMMAND)
    with pytest.raises(CassetteError) as caught:
        Player(options)
    assert len(caught.value.problems) == len(expected) - 1
    with pytest.raises(CassetteError, match="holds none; record them"):
        Player(TapeOptions(tmp_path / "nowhere", COMMAND))
