"""Step 3.1: the result file of the job and the training loss in it."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from lab.azure_errors import HalfAnswer, explained
from lab.build.account import Account
from lab.build.training import Job
from lab.errors import Broken, shown
from lab.run import Caller
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


def read_metrics(run: Caller, account: Account, job: Job) -> Metrics:
    """Download the job's result file; raises `Broken` for step 3.1 when there is none or it holds no losses."""
    if not job.result_files:
        raise Broken(STEP, f"fine-tuning job {job.id}: found no result file, the lab asks to look at its metrics")
    wait = run.wait(STEP, "download of the result file", run.spec.waits.file_s)
    files = run.clients.openai(account.endpoint).files
    try:
        content = retried(wait, run.clock, lambda: table(files.content(job.result_files[0]).read()))
    except Exception as error:
        raise explained(STEP, f"downloading result file {job.result_files[0]}", error) from error
    return parse_metrics(job.result_files[0], content)


def table(content: bytes) -> bytes:
    """The bytes of a file; raises `HalfAnswer` when they are a page or an error document in the place of it."""
    if content.lstrip()[:1] in (b"<", b"{"):
        said = content[:80].decode("utf-8", errors="replace")
        raise HalfAnswer(f"found no table of metrics in Azure's answer: {shown(said)}")
    return content


def parse_metrics(file_id: str, content: bytes) -> Metrics:
    """The steps and losses of a `results.csv`, whatever order its rows and columns have.

    Raises `Broken` when it holds none, or a loss that is no number: training has come apart.
    """
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig", errors="replace")))
    # The dialect of the documents has small letters and no blanks; neither is what the lab is about.
    rows.fieldnames = [name.strip().lower() for name in rows.fieldnames or ()]
    for column in ("train_loss", "step"):
        if column not in rows.fieldnames:
            found = shown(", ".join(rows.fieldnames) or "an empty file")
            raise Broken(STEP, f"result file {file_id}: found {found}, the lab asks for the training loss ({column})")
    losses = sorted(_losses(rows))
    if not losses:
        raise Broken(STEP, f"result file {file_id}: found no step with a training loss, the lab asks for the metrics")
    for step, loss in losses:
        if not math.isfinite(loss):
            raise Broken(STEP, f"training loss at step {step}: found {loss}, the lab asks for a number that falls")
    return Metrics(file_id, tuple(step for step, _ in losses), tuple(loss for _, loss in losses))


def _losses(rows: Iterable[Mapping[str, str | None]]) -> Iterator[tuple[int, float]]:
    """Each step and its loss; a row that lacks either, such as one of an evaluation only, is left out."""
    for row in rows:
        with suppress(ValueError, OverflowError):
            yield int(float(row.get("step") or "")), float(row.get("train_loss") or "")


def _mean(values: tuple[float, ...]) -> float:
    return sum(values) / len(values)
