"""The stages of the lab, what each needs, and two ways to run them: side by side, or one after another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from lab.azure_errors import explained
from lab.build.account import make_account
from lab.build.chat import ask
from lab.build.connection import make_connection
from lab.build.deployment import deploy, wait_for_deployment
from lab.build.hub import make_hub
from lab.build.metrics import read_metrics
from lab.build.project import make_project
from lab.build.resource_group import make_resource_group
from lab.build.training import create_job, training_data, upload, wait_for_job
from lab.clean_up import delete_group
from lab.errors import Blocked, StepError
from lab.judge import load_judge
from lab.progress import showing
from lab.purge import purge_deleted
from lab.run import Run
from lab.sign_in import sign_in
from lab.survey import base_model, survey

Around = Callable[[str], AbstractContextManager[None]]


@dataclass(frozen=True)
class Stage:
    """One stage: its step, the stages whose results its `work` takes, in order, and the work itself.

    `meanwhile` is what this machine can do for later stages while Azure is waited for; should it fail, they will.
    """

    name: str
    step: str
    needs: tuple[str, ...]
    work: Callable[..., Any]
    meanwhile: Callable[[], object] | None = None

    @property
    def section(self) -> str:
        """The lab's section that the stage belongs to."""
        return self.step.partition(".")[0]

    @property
    def cassette(self) -> str:
        """The name of the stage's recording, such as `section-2/2.5-trained`."""
        return f"section-{self.section}/{self.step}-{self.name.replace('_', '-')}"


def _chat(step: str) -> Callable[..., Any]:
    def work(run: Run, account: Any, ready: Any, _: Any) -> Any:
        return ask(run, account, ready, step, run.spec.prompt(step).text, run.spec.chat.asks)

    return work


def _playground(run: Run, account: Any, ready: Any) -> Any:
    return ask(run, account, ready, "4.1", run.spec.prompts[0].text, 1)


STAGES: Mapping[str, Stage] = {
    stage.name: stage
    for stage in (
        Stage("signed_in", "1.1", (), lambda run: sign_in(run.clients)),
        Stage("survey", "2.2", ("signed_in",), lambda run, _: survey(run)),
        Stage(
            "resource_group",
            "1.2",
            ("signed_in", "survey"),
            lambda run, who, found: make_resource_group(run, who, found.region),
        ),
        Stage("hub", "1.3", ("signed_in", "resource_group"), make_hub),
        Stage("account", "1.4", ("signed_in", "resource_group"), make_account),
        Stage("connections", "1.4", ("hub", "account"), make_connection),
        Stage("project", "1.6", ("hub",), make_project),
        Stage("training_data", "2.1", (), training_data),
        Stage("base_model", "2.2", ("survey",), base_model),
        Stage("training_file", "2.3", ("account", "training_data"), upload),
        Stage("job", "2.4", ("account", "training_file", "base_model"), create_job),
        Stage("trained", "2.5", ("account", "job"), wait_for_job, meanwhile=load_judge),
        Stage("metrics", "3.1", ("account", "trained"), read_metrics),
        Stage("deployment", "3.2", ("account", "trained"), deploy),
        Stage("ready", "3.3", ("account", "deployment"), wait_for_deployment),
        Stage("playground", "4.1", ("account", "ready"), _playground),
        Stage("first_prompt", "4.2", ("account", "ready", "playground"), _chat("4.2")),
        Stage("second_prompt", "4.3", ("account", "ready", "playground"), _chat("4.3")),
    )
}
"""What builds the lab. `base_model` asks Azure nothing: it reads the survey."""

CLEAN_UP: Mapping[str, Stage] = {
    stage.name: stage
    for stage in (
        Stage("deleted_group", "5.1", ("resource_group",), lambda run, _: delete_group(run)),
        Stage("purge", "5.2", ("deleted_group",), lambda run, _: purge_deleted(run)),
    )
}
"""What ends the lab: run only when asked for, and after everything that was started has ended."""

SILENT = frozenset({"base_model"})
"""Stages that send no request, so that nothing is recorded for them."""


def cassettes() -> tuple[str, ...]:
    """The names of all recordings, in the lab's order."""
    stages = (*STAGES.values(), *CLEAN_UP.values())
    return tuple(stage.cassette for stage in stages if stage.name not in SILENT)


def closure(names: Iterable[str]) -> list[str]:
    """These stages and all that they need, each after what it needs."""
    ordered: list[str] = []

    def visit(name: str) -> None:
        if name in STAGES and name not in ordered:
            for need in STAGES[name].needs:
                visit(need)
            ordered.append(name)

    for name in names:
        visit(name)
    return ordered


class Stages:
    """The stages of one run. A result is computed once; an error of a stage is kept and raised to all who ask."""

    def __init__(self, run: Run, around: Around | None = None) -> None:
        self._run = run
        self._around: Around = around or (lambda _: nullcontext())
        self._one_after_another = run.settings.one_after_another
        self._pool = ThreadPoolExecutor(max_workers=len(STAGES) + 1, thread_name_prefix="stage")
        self._futures: dict[str, Future[Any]] = {}
        self._lock = threading.RLock()

    def start(self, names: Iterable[str]) -> None:
        """Start these stages and what they need, each as soon as its needs are there."""
        if not self._one_after_another:
            for name in closure(names):
                self._future(name)

    def result(self, name: str) -> Any:
        """The result of a stage, waiting for it; raises its `StepError`, or `Blocked` when an earlier stage has one."""
        if name in CLEAN_UP:
            self.settle()
        self.error(name)
        return self._future(name).result()

    def known(self, name: str) -> Any:
        """The result of a stage that has ended well, else None; waits for nothing."""
        future = self._futures.get(name)
        if future is None or not future.done() or future.cancelled():
            return None
        return future.result() if future.exception() is None else None

    def error(self, name: str) -> BaseException | None:
        """What became of a stage, waiting for its end; None when it went well."""
        future = self._future(name)
        for _ in iter(future.done, True):
            # With a timeout, so that Ctrl-C is seen on Windows too.
            wait([future], timeout=0.5)
        return future.exception()

    def settle(self) -> None:
        """Wait until everything that was started has ended, whatever came of it."""
        with self._lock:
            started = list(self._futures.values())
        for _ in iter(lambda: all(future.done() for future in started), True):
            wait(started, timeout=0.5)

    def cancel(self) -> None:
        """Stop waiting everywhere and start nothing more; returns when every stage has ended."""
        self._run.clock.cancel()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _future(self, name: str) -> Future[Any]:
        stage = STAGES.get(name) or CLEAN_UP[name]
        with self._lock:
            if name in self._futures:
                return self._futures[name]
            if not self._one_after_another:
                self._futures[name] = self._pool.submit(self._outcome, stage)
                return self._futures[name]
            future: Future[Any] = Future()
            self._futures[name] = future
        try:
            future.set_result(self._outcome(stage))
        except BaseException as error:
            # An interruption too: who asks for this stage afterwards would wait for ever.
            future.set_exception(error)
            if not isinstance(error, Exception):
                raise
        return future

    def _outcome(self, stage: Stage) -> Any:
        needs = [self._need(stage, name) for name in stage.needs]
        try:
            self._run.clock.checkpoint()
            if stage.meanwhile is not None and not self._one_after_another:
                self._pool.submit(stage.meanwhile)
            around = self._around(stage.cassette) if stage.name not in SILENT else nullcontext()
            with showing(self._run.progress, stage.step, stage.name), around:
                return stage.work(self._run, *needs)
        except StepError:
            raise
        except Exception as error:
            raise explained(stage.step, stage.name.replace("_", " "), error) from error

    def _need(self, stage: Stage, name: str) -> Any:
        try:
            return self._future(name).result()
        except StepError as error:
            cause = error.cause if isinstance(error, Blocked) else error
            raise Blocked(stage.step, cause) from error
