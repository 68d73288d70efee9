"""Step 3.1: the result file of the job and the training loss in it."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass

from lab.azure_errors import explained
from lab.build.account import Account
from lab.build.training import Job
from lab.errors import Broken
from lab.run import Run
from lab.waiting import retried

STEP = "3.1"


@dataclass(frozen=True)
class Metrics:
    """The training loss by step, in the order of the steps, from the file `file_id`."""

    file_id: str
    steps: tuple[int, ...]
    train_loss: tuple[float, ...]

    @property
    def first(self) -> float:
        """The mean loss over the first tenth of the steps."""
        return _mean(self.train_loss[: self._tenth])

    @property
    def last(self) -> float:
        """The mean loss over the last tenth of the steps."""
        return _mean(self.train_loss[-self._tenth :])

    @property
    def _tenth(self) -> int:
        return max(1, len(self.train_loss) // 10)


def read_metrics(run: Run, account: Account, job: Job) -> Metrics:
    """Download the job's result file; raises `Broken` for step 3.1 when there is none or it holds no losses."""
    if not job.result_files:
        raise Broken(STEP, f"fine-tuning job {job.id}: found no result file, the lab asks to look at its metrics")
    wait = run.wait(STEP, "download of the result file", run.spec.waits.file_s)
    files = run.clients.openai(account.endpoint).files
    try:
        content = retried(wait, run.clock, lambda: files.content(job.result_files[0]).read())
    except Exception as error:
        raise explained(STEP, f"downloading result file {job.result_files[0]}", error) from error
    return parse_metrics(job.result_files[0], content)


def parse_metrics(file_id: str, content: bytes) -> Metrics:
    """The steps and losses of a `results.csv`; raises `Broken` when it holds none."""
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig", errors="replace")))
    if "train_loss" not in (rows.fieldnames or ()):
        found = ", ".join(rows.fieldnames or ()) or "an empty file"
        raise Broken(STEP, f"result file {file_id}: found {found}, the lab asks for the training loss (train_loss)")
    steps: list[int] = []
    losses: list[float] = []
    for row in rows:
        loss = _number(row.get("train_loss"))
        step = _number(row.get("step"))
        if loss is not None and step is not None:
            steps.append(int(step))
            losses.append(loss)
    if not losses:
        raise Broken(STEP, f"result file {file_id}: found no step with a training loss, the lab asks for the metrics")
    return Metrics(file_id, tuple(steps), tuple(losses))


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _mean(values: tuple[float, ...]) -> float:
    return sum(values) / len(values)
