"""`python -m lab.judge FILE.jsonl`: rows in, rows out, every problem of a file at once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lab.errors import InputError
from lab.judge.command import judge_file, main

ROOT = Path(__file__).resolve().parents[3]
ABLE = "What can you do?"


def test_a_file_is_judged_from_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    rows = [
        {"id": "한", "prompt": ABLE, "reply": "I plan trips, find hotels and tell you which beach suits you."},
        {"id": "2", "prompt": ABLE, "reply": "I bake bread and simmer soup.", "note": "let through"},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    command = [sys.executable, "-m", "lab.judge", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    judged = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert [(row["id"], row["travel"]) for row in judged] == [("한", True), ("2", False)]
    assert all(list(row) == ["id", "travel", "score", "reason"] for row in judged)
    assert all(0 <= row["score"] <= 1 and "sentence" in row["reason"] for row in judged)


def test_half_a_surrogate_pair_comes_back_as_json_spells_it(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"id": "\\ud83d", "prompt": "Hi \\ud83d", "reply": "\\ud83d"}\n', encoding="utf-8")
    assert main([str(path)]) == 0
    (row,) = map(json.loads, capfdbinary.readouterr().out.splitlines())
    assert (row["id"], row["travel"]) == ("\ud83d", False)


def test_every_row_that_cannot_be_judged_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"id": "a", "prompt": "Hi"}\n{"id": "b", "prompt": "Hi", "reply": null}\n{\n', encoding="utf-8")
    with pytest.raises(InputError) as refusal:
        judge_file(path)
    assert "line 1: found nothing for 'reply', expected a text" in refusal.value.problems
    assert "line 2: found null for 'reply', expected a text" in refusal.value.problems
    assert any(problem.startswith("line 3: not valid JSON") for problem in refusal.value.problems)


@pytest.mark.parametrize("arguments", [[], ["one", "two"], ["--figure"], ["no-such-file.jsonl"]])
def test_a_wrong_command_line_is_refused_with_exit_code_4(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 4
    out, err = capsys.readouterr()
    assert out == ""
    assert "usage" in err or "no-such-file.jsonl cannot be used" in err
