"""What cannot be used is refused at the start: everything listed, exit code 4, nothing made."""

from __future__ import annotations

import pytest

from tests.suite.projects import Project

pytestmark = pytest.mark.server

LINE = '{"messages":[{"role":"user","content":"Q?"},{"role":"assistant","content":"A?"}]}'


def test_all_contradictions_are_listed(project: Project) -> None:
    run = project.run("--live", "--emulator", "--grade", "roster.csv", "--record", "-n", "2", "--training-file", "none")
    assert run.code == 4, run.output
    for words in ("--live and --emulator", "--grade", "found it with -n", "no file at none"):
        assert words in run.output
    assert run.verdict is None


@pytest.mark.parametrize("option", ["--record", "--grade=roster.csv", "--training-file=x.jsonl", "--speed=5"])
def test_an_option_that_needs_another_is_refused_alone(project: Project, option: str) -> None:
    run = project.run(option)
    assert run.code == 4, run.output
    assert option.partition("=")[0] in run.output


def test_a_bad_training_file_is_refused_with_every_problem(project: Project) -> None:
    path = project.root / "bad.jsonl"
    path.write_bytes(
        b"\n".join(
            [
                LINE.encode(),
                b'{"messages": [',
                LINE.replace("user", "robot").encode(),
                LINE.replace("A?", "").encode(),
                b"\xff\xfe",
            ]
        )
    )
    run = project.run("--emulator", "--training-file", "bad.jsonl")
    assert run.code == 4, run.output
    for words in ("10 or more", "line 2", "line 3", "robot", "line 4", "UTF-8"):
        assert words in run.output, words
    assert run.verdict is None
    assert not (project.root / ".lab").exists()


def test_a_damaged_specification_is_refused(project: Project) -> None:
    path = project.root / "data" / "lab.toml"
    path.write_text(path.read_text().replace("capacity = 5", "capacty = 5"))
    run = project.run("--emulator")
    assert run.code == 4, run.output
    assert "capacity" in run.output
    assert "capacty" in run.output


def test_a_judge_that_cannot_be_used_is_refused_before_anything_is_made(project: Project) -> None:
    found = 'fixtures.start.file_problem = lambda: "judge-model.json: half a file"'
    with (project.root / "conftest.py").open("a") as conftest:
        conftest.write(f"\nimport fixtures.start\n{found}\n")
    run = project.run("--emulator")
    assert run.code == 4, run.output
    assert "judge-model.json: half a file" in run.output
    assert run.verdict is None
    assert not (project.root / ".lab").exists()
