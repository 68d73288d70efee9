"""The workflow that grades a class: its commands exist, its scripts do as they should, and it shows no names."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from fixtures.options import pytest_addoption
from tests.suite.lab.fakes import ROOT

PATH = ROOT / ".github" / "workflows" / "grade.yml"
# What is given to pytest that others than this suite understand: pytest and pytest-xdist.
OTHERS = {"-n", "-q"}
needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="the scripts are bash, which is not here")


@pytest.fixture(scope="module")
def jobs() -> dict[str, Any]:
    """The jobs of the workflow."""
    workflow: dict[Any, Any] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    found: dict[str, Any] = workflow["jobs"]
    return found


def steps(jobs: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for job in jobs.values() for step in job["steps"]]


def scripts(jobs: dict[str, Any]) -> list[str]:
    return [step["run"].replace("\\\n", " ") for step in steps(jobs) if "run" in step]


def script(jobs: dict[str, Any], job: str, name: str) -> str:
    return str(next(step["run"] for step in jobs[job]["steps"] if step.get("name") == name))


class NotedOptions:
    """Stands in for pytest's parser, and notes the options that the suite adds."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def getgroup(self, *_: str) -> NotedOptions:
        return self

    def addoption(self, *names: str, **_: object) -> None:
        self.names.update(names)


def test_it_starts_by_hand_only_and_asks_for_nothing_that_it_does_not_use() -> None:
    text = PATH.read_text(encoding="utf-8")
    # YAML 1.1, which PyYAML reads, takes the word `on` for true.
    (trigger,) = yaml.safe_load(text)[True].items()
    assert trigger[0] == "workflow_dispatch"
    assert set(trigger[1]["inputs"]) == set(re.findall(r"inputs\.(\w+)", text))


def test_every_option_given_to_pytest_is_one_of_the_suite(jobs: dict[str, Any]) -> None:
    noted = NotedOptions()
    pytest_addoption(noted)  # type: ignore[arg-type]  # it adds options and does nothing else
    # `--` ends the options of cp.
    others = [
        line for text in scripts(jobs) for line in text.splitlines() if not re.match(r"\s*(cp|seq|python -m pip)", line)
    ]
    given = {option for line in others for option in re.findall(r"(?<=[\s(])--?[a-z][\w-]*", line)}
    tests_of_the_shell = {"-n", "-f", "-eq", "-ne", "-s"}
    assert {"--grade", "--shard", "--report-dir", "--not-before", "--deadline", "--live", "--lang"} <= given
    assert given - tests_of_the_shell - OTHERS - {"-m"} <= noted.names


def test_every_module_that_is_run_exists(jobs: dict[str, Any]) -> None:
    run = {name for text in scripts(jobs) for name in re.findall(r"python -m ([\w.]+)", text)}
    assert run == {"pip", "pytest", "lab.grading.merge"}
    assert [name for name in run if importlib.util.find_spec(name) is None] == []


def test_a_job_may_do_no_more_than_it_needs(jobs: dict[str, Any]) -> None:
    workflow = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {}
    assert {name: job.get("permissions") for name, job in jobs.items()} == {
        "plan": None,
        "grade": {"contents": "read", "id-token": "write"},
        "merge": {"contents": "read"},
    }
    checkouts = [step for step in steps(jobs) if step.get("uses", "").startswith("actions/checkout@")]
    assert [step["with"]["persist-credentials"] for step in checkouts] == [False, False]


def test_actions_are_pinned_by_their_major_version(jobs: dict[str, Any]) -> None:
    used = {step["uses"] for step in steps(jobs) if "uses" in step}
    assert len({name.partition("@")[0] for name in used}) == len(used), "one version of each"
    assert [name for name in used if not re.fullmatch(r"(actions|azure)/[a-z-]+@v\d+", name)] == []


def test_one_shard_that_fails_stops_no_other_and_the_merge_says_so(jobs: dict[str, Any]) -> None:
    assert jobs["grade"]["strategy"]["fail-fast"] is False
    assert "!cancelled()" in jobs["merge"]["if"]
    assert jobs["merge"]["needs"] == ["plan", "grade"]


def test_what_students_did_is_kept_for_days_only(jobs: dict[str, Any]) -> None:
    kept = [step for step in steps(jobs) if step.get("uses", "").startswith("actions/upload-artifact@")]
    assert [(step["with"]["name"], step["with"]["retention-days"]) for step in kept] == [
        ("shard-${{ matrix.shard }}", 3),
        ("class", 7),
    ]
    assert all(step["if"] == "${{ !cancelled() }}" for step in kept), "what failed says why in there"


def test_nothing_that_was_typed_in_becomes_a_part_of_a_script(jobs: dict[str, Any]) -> None:
    assert [text for text in scripts(jobs) if "${{" in text] == []


def test_only_what_names_nobody_reaches_the_page_of_the_run(jobs: dict[str, Any]) -> None:
    lines = [line.strip() for text in scripts(jobs) for line in text.splitlines() if "GITHUB_STEP_SUMMARY" in line]
    assert lines == ['cat "$RUNNER_TEMP/class/summary-public.md" >> "$GITHUB_STEP_SUMMARY"']


def test_a_public_repository_is_refused_before_anything_else(jobs: dict[str, Any]) -> None:
    first = jobs["plan"]["steps"][0]
    assert first["if"] == "${{ !github.event.repository.private }}"
    assert first["run"].rstrip().endswith("exit 1")
    assert jobs["grade"]["needs"] == "plan"


def ran(text: str, directory: Path, code: int = 0, **environment: str) -> tuple[int, str, str]:
    """Run a step's script as GitHub does, with a `python` that ends with this code: its own code, output and calls."""
    tools, temp = directory / "tools", directory / "temp"
    for folder in (tools, temp):
        folder.mkdir(exist_ok=True)
    (tools / "python").write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> "{directory}/calls"\necho secret\nexit {code}\n')
    (tools / "python").chmod(0o755)
    files = {name: str(directory / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    ended = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text],
        env={"PATH": path, "RUNNER_TEMP": str(temp), **files, **environment},
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=30,
    )
    calls = directory / "calls"
    return ended.returncode, ended.stdout, calls.read_text(encoding="utf-8") if calls.exists() else ""


GRADE = {"SHARD": "3/20", "NOT_BEFORE": "", "DEADLINE": "", "FEEDBACK_LANGUAGE": "ko"}


@needs_bash
@pytest.mark.server
@pytest.mark.parametrize(
    ("code", "ends", "says"),
    [
        (0, 0, ""),
        (10, 0, "::warning title=shard 3/20::somebody could not"),
        (4, 4, "::error title=shard 3/20::exit code 4"),
    ],
)
def test_a_student_who_could_not_be_graded_is_shown_and_other_codes_fail(
    jobs: dict[str, Any], tmp_path: Path, code: int, ends: int, says: str
) -> None:
    ended, output, _ = ran(script(jobs, "grade", "Grade"), tmp_path, code, **GRADE)
    assert ended == ends
    assert output.startswith(says)
    assert "secret" not in output
    assert (tmp_path / "temp" / "session.txt").read_text(encoding="utf-8") == "secret\n"


@needs_bash
@pytest.mark.server
def test_times_with_spaces_stay_one_argument(jobs: dict[str, Any], tmp_path: Path) -> None:
    times = {"NOT_BEFORE": "2026-11-20 09:00", "DEADLINE": "$(touch broken)"}
    _, _, calls = ran(script(jobs, "grade", "Grade"), tmp_path, 0, **{**GRADE, **times})
    assert calls.splitlines()[-4:] == ["--not-before", "2026-11-20 09:00", "--deadline", "$(touch broken)"]
    assert not (tmp_path / "broken").exists()


@needs_bash
@pytest.mark.server
@pytest.mark.parametrize(("code", "ends"), [(0, 0), (10, 0), (4, 4)])
def test_the_merge_shows_numbers_even_when_somebody_could_not_be_graded(
    jobs: dict[str, Any], tmp_path: Path, code: int, ends: int
) -> None:
    for name in ("shard-1", "shard-2"):
        (tmp_path / "temp" / "shards" / name / "report").mkdir(parents=True)
    (tmp_path / "temp" / "class").mkdir()
    (tmp_path / "temp" / "class" / "summary-public.md").write_text("numbers\n", encoding="utf-8")
    ended, output, calls = ran(script(jobs, "merge", "Merge"), tmp_path, code)
    assert ended == ends
    assert "secret" not in output
    assert (tmp_path / "GITHUB_STEP_SUMMARY").read_text(encoding="utf-8") == "numbers\n"
    assert [Path(line).name for line in calls.splitlines()] == ["-m", "lab.grading.merge", "class", "report", "report"]


@needs_bash
@pytest.mark.server
@pytest.mark.parametrize(
    ("shards", "matrix"),
    [("1", "[1]"), ("3", "[1,2,3]"), ("256", f"[{','.join(map(str, range(1, 257)))}]")],
)
def test_the_shards_are_numbered(jobs: dict[str, Any], tmp_path: Path, shards: str, matrix: str) -> None:
    ended, _, _ = ran(script(jobs, "plan", "Number the shards"), tmp_path, SHARDS=shards)
    assert ended == 0
    assert (tmp_path / "GITHUB_OUTPUT").read_text(encoding="utf-8") == f"shards={matrix}\n"


@needs_bash
@pytest.mark.server
@pytest.mark.parametrize("shards", ["", "0", "-1", "257", "1000", "03", "2; ls", "a[$(touch broken)]"])
def test_a_number_of_shards_that_cannot_be_is_refused(jobs: dict[str, Any], tmp_path: Path, shards: str) -> None:
    ended, output, _ = ran(script(jobs, "plan", "Number the shards"), tmp_path, SHARDS=shards)
    assert ended == 4
    assert "expected a number from 1 to 256" in output
    assert not (tmp_path / "broken").exists()


@needs_bash
@pytest.mark.server
@pytest.mark.parametrize(
    ("path", "secret", "taken"),
    [("mine.csv", "", "of the repository\n"), ("", "of the secret", "of the secret\n"), ("", "", None)],
)
def test_the_roster_is_the_repositorys_or_the_secrets(
    jobs: dict[str, Any], tmp_path: Path, path: str, secret: str, taken: str | None
) -> None:
    (tmp_path / "mine.csv").write_text("of the repository\n", encoding="utf-8")
    ended, output, _ = ran(script(jobs, "grade", "Take the roster"), tmp_path, ROSTER_PATH=path, ROSTER_CSV=secret)
    roster = tmp_path / "temp" / "roster.csv"
    assert ended == (0 if taken else 4)
    assert (roster.read_text(encoding="utf-8") if roster.exists() else None) == taken
    assert ("there is no roster" in output) == (taken is None)
