"""What the library tells while it waits, and how it gets from one process to another."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lab.arm import finish
from lab.build.job_events import JobEvents, last_words
from lab.build.training import wait_for_job
from lab.clock import Cancelled
from lab.errors import Broken, Undecided
from lab.progress import FileProgress, Message, Tail, Unwatched, showing, state_of, trouble
from lab.run import Run
from lab.waiting import Wait, until
from tests.suite.lab.azure_answers import azure_error, openai_error
from tests.suite.lab.fakes import ACCOUNT, NotedClock, Scripted, a_job, a_run, data_plane, scripted, settings_of


@dataclass
class Told:
    """A progress that keeps what it was told."""

    watched: bool = True
    heard: list[tuple[str, ...]] = field(default_factory=list)

    def began(self, step: str, stage: str) -> None:
        self.heard.append(("began", step, stage))

    def saw(self, step: str, state: str) -> None:
        self.heard.append(("saw", step, state))

    def noted(self, step: str, event: str) -> None:
        self.heard.append(("noted", step, event))

    def ended(self, step: str, stage: str, outcome: str) -> None:
        self.heard.append(("ended", step, stage, outcome))


def watched_run(told: Told, speed: float = 1.0, **jobs: Any) -> Run:
    """A run that tells, whose data plane has these calls for fine-tuning jobs."""
    made = a_run(
        data_plane(fine_tuning=SimpleNamespace(jobs=SimpleNamespace(**jobs))), settings=settings_of(speed=speed)
    )
    return Run(made.spec, made.settings, made.names, made.clients, made.clock, made.journal, told)


class Page(list[Any]):
    """A page of events as the data-plane SDK gives it: its own list, newest first, and an iterator over all pages."""

    @property
    def data(self) -> list[Any]:
        return self


def a_page(*messages: str) -> Page:
    return Page(SimpleNamespace(created_at=1, level="info", message=message) for message in messages)


def test_what_one_process_tells_another_reads(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    progress, tail = FileProgress(path, now=lambda: 7.0), Tail(path)
    assert tail() == []
    progress.began("2.5", "trained")
    progress.saw("2.5", "running")
    assert tail() == [Message(7.0, "began", "2.5", "trained", ""), Message(7.0, "saw", "2.5", "", "running")]
    progress.noted("2.5", "Job started")
    progress.ended("2.5", "trained", "passed")
    assert tail() == [
        Message(7.0, "noted", "2.5", "", "Job started"),
        Message(7.0, "ended", "2.5", "trained", "passed"),
    ]
    assert tail() == []


def test_the_same_state_is_told_once_and_an_empty_one_never(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    progress = FileProgress(path)
    for state in ("running", "running", "", "failed", "failed"):
        progress.saw("2.5", state)
    progress.saw("3.3", "failed")
    assert [(message.step, message.text) for message in Tail(path)()] == [
        ("2.5", "running"),
        ("2.5", "failed"),
        ("3.3", "failed"),
    ]


def test_a_line_that_is_not_whole_yet_is_left_and_one_that_never_will_be_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    FileProgress(path, now=lambda: 1.0).began("1.1", "signed_in")
    whole = path.read_bytes()
    tail = Tail(path)
    path.write_bytes(whole[:10])
    assert tail() == []
    path.write_bytes(whole + b'{"at": 1\n' + whole)
    assert tail() == [Message(1.0, "began", "1.1", "signed_in", "")] * 2


def test_many_threads_write_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    writers = [FileProgress(path), FileProgress(path)]

    def write(number: int) -> None:
        for turn in range(50):
            writers[number % 2].saw(f"{number}", f"{turn} " + "x" * 100)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(Tail(path)()) == 8 * 50


def test_a_file_that_cannot_be_written_costs_nothing_but_the_display(tmp_path: Path) -> None:
    progress = FileProgress(tmp_path / "no such folder" / "progress.jsonl")
    progress.began("1.1", "signed_in")
    progress.ended("1.1", "signed_in", "passed")
    assert not (tmp_path / "no such folder").exists()


@pytest.mark.parametrize(
    ("error", "outcome", "why"),
    [
        pytest.param(Broken("2.5", "failed"), "failed", ["failed"], id="broken"),
        pytest.param(Undecided("2.5", "late"), "inconclusive", ["late"], id="undecided"),
        pytest.param(
            azure_error(400, "InvalidResourceProperties"),
            "failed",
            ["the job: Azure answered 400 InvalidResourceProperties"],
            id="azure-says-no",
        ),
        pytest.param(Cancelled(), "inconclusive", ["the job: the run was interrupted"], id="cancelled"),
        pytest.param(KeyboardInterrupt(), "inconclusive", [], id="interrupted"),
    ],
)
def test_a_stage_is_told_to_its_end_however_it_ends(error: BaseException, outcome: str, why: list[str]) -> None:
    told = Told()
    with pytest.raises(type(error)), showing(told, "2.5", "the_job"):
        raise error
    (began, *said, ended) = told.heard
    assert (began, ended) == (("began", "2.5", "the_job"), ("ended", "2.5", "the_job", outcome))
    assert [(kind, step) for kind, step, _ in said] == [("saw", "2.5")] * len(why)
    for words, (_, _, reason) in zip(why, said, strict=True):
        assert reason.startswith(words)


def test_a_stage_that_went_well_is_told_so() -> None:
    told = Told()
    with showing(told, "2.5", "trained"):
        told.saw("2.5", "running")
    assert told.heard == [("began", "2.5", "trained"), ("saw", "2.5", "running"), ("ended", "2.5", "trained", "passed")]


@pytest.mark.parametrize(
    ("seen", "state"),
    [
        pytest.param("running", "running", id="a-word"),
        pytest.param(a_job(status="pending"), "pending", id="a-job"),
        pytest.param(SimpleNamespace(provisioning_state="Creating"), "Creating", id="a-deployment"),
        pytest.param({"properties": {"provisioningState": "Accepted"}}, "Accepted", id="a-resource"),
        pytest.param({"properties": None}, "", id="a-resource-without-properties"),
        pytest.param(True, "", id="yes-or-no"),
        pytest.param(None, "", id="nothing"),
    ],
)
def test_the_state_of_what_was_seen(seen: object, state: str) -> None:
    assert state_of(seen) == state


@pytest.mark.parametrize(
    ("error", "words"),
    [
        pytest.param(
            azure_error(429, "TooManyRequests"), "Azure answered 429 TooManyRequests; again in 7 s", id="code"
        ),
        pytest.param(openai_error(503, None), "Azure answered 503; again in 7 s", id="no-code"),
        pytest.param(ConnectionResetError("secret-host"), "ConnectionResetError; again in 7 s", id="lost"),
    ],
)
def test_trouble_is_told_without_names(error: Exception, words: str) -> None:
    assert trouble(error, 7.0) == words


def test_a_wait_tells_what_each_look_found() -> None:
    told = Told()
    wait = Wait("3.3", "deployment", every=30, deadline=600, progress=told)
    look = scripted("Creating", azure_error(429, "TooManyRequests", headers={"Retry-After": "9"}), "Succeeded")
    until(wait, NotedClock(), look, lambda seen: seen == "Succeeded")
    assert told.heard == [
        ("saw", "3.3", "Creating"),
        ("saw", "3.3", "Azure answered 429 TooManyRequests; again in 9 s"),
    ]


def test_a_long_running_operation_tells_its_status() -> None:
    told = Told()
    poller: Any = SimpleNamespace(
        done=scripted(False, True), status=lambda: "InProgress", wait=lambda timeout: None, result=lambda: "made"
    )
    run = watched_run(told)
    assert finish(run, run.wait("1.4", "account a", 15), poller) == "made"
    assert told.heard == [("saw", "1.4", "account a: InProgress")]


@pytest.mark.parametrize(
    ("messages", "words"),
    [
        pytest.param([], "", id="none"),
        pytest.param(["Job enqueued.", "Job started."], "Job started", id="the-last"),
        pytest.param(["Step 10: training loss=0.8"], "Step 10: training loss=0.8", id="a-loss"),
        pytest.param(
            ["Step 10: training loss=0.8", "Step 20: training loss=0.5", "Job succeeded."],
            "Job succeeded, training loss 0.5",
            id="the-last-and-the-last-loss",
        ),
    ],
)
def test_the_last_words_of_a_job(messages: list[str], words: str) -> None:
    assert last_words(messages) == words


def look_at(run: Run, jobs: Scripted, *seconds: float) -> None:
    events = JobEvents(run, SimpleNamespace(list_events=jobs), "ftjob-1")
    for pause in seconds:
        run.clock.sleep(pause)
        events.look()


def test_events_are_asked_for_when_somebody_could_have_read_the_last_ones() -> None:
    told, listed = Told(), scripted(a_page("Job started.", "Job enqueued."))
    look_at(watched_run(told), listed, 4, 1, 4, 1)
    assert listed.calls == [(("ftjob-1",), {"limit": 20})] * 2
    assert told.heard == [("noted", "2.5", "Job started")] * 2


def test_the_seconds_between_are_real_ones() -> None:
    told, listed = Told(), scripted(a_page("Job started."))
    look_at(watched_run(told, speed=1000.0), listed, 60, 60, 60)
    assert listed.calls == []


def test_nobody_watching_means_no_request() -> None:
    told, listed = Told(watched=False), scripted(a_page("Job started."))
    look_at(watched_run(told), listed, 60, 60)
    assert (listed.calls, told.heard) == ([], [])
    assert not Unwatched.watched


@pytest.mark.parametrize(
    "failure", [openai_error(503, None), openai_error(404, "notFound"), ValueError("no JSON")], ids=repr
)
def test_events_that_cannot_be_read_do_not_end_the_wait(failure: Exception) -> None:
    told = Told()
    look_at(watched_run(told), scripted(failure, a_page("Job started.")), 60, 60)
    assert told.heard == [
        ("noted", "2.5", f"events cannot be read: {type(failure).__name__}"),
        ("noted", "2.5", "Job started"),
    ]


def test_a_wait_for_a_job_tells_its_state_and_at_last_its_loss() -> None:
    told = Told()
    running, ended = azures(status="running"), azures(status="succeeded")
    listed = scripted(a_page("Step 90: training loss=0.4"))
    run = watched_run(told, retrieve=scripted(running, running, ended), list_events=listed)
    wait_for_job(run, ACCOUNT, a_job(status="pending"))
    assert told.heard == [
        ("saw", "2.5", "running"),
        ("noted", "2.5", "Step 90: training loss=0.4"),
        ("saw", "2.5", "running"),
        ("noted", "2.5", "Step 90: training loss=0.4"),
        ("noted", "2.5", "Step 90: training loss=0.4"),
    ]


def azures(**changes: Any) -> Any:
    """A job as the data-plane SDK gives it."""
    from openai.types.fine_tuning import FineTuningJob

    members = {"id": "ftjob-1", "model": "gpt-35-turbo-0125", "training_file": "file-1", "created_at": 1}
    return FineTuningJob.construct(**{**members, **changes})
