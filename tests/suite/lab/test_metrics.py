"""Step 3.1: the result file and the loss in it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from lab.build.metrics import Metrics, parse_metrics, read_metrics
from lab.errors import Broken, Undecided
from tests.suite.lab.azure_answers import openai_error
from tests.suite.lab.fakes import ACCOUNT, a_job, a_run, data_plane, scripted

HEADER = "step,train_loss,train_mean_token_accuracy,valid_loss,validation_mean_token_accuracy\n"


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param("1,2.5,0.4,,\n2,1.5,0.6,,\n3,0.5,0.9,,\n", id="in-order"),
        pytest.param("3,0.5,0.9,,\n1,2.5,0.4,,\n2,1.5,0.6,,\n", id="in-any-order"),
    ],
)
def test_losses_are_read_in_the_order_of_the_steps(rows: str) -> None:
    found = parse_metrics("file-1", f"{HEADER}{rows}".encode())
    assert found == Metrics("file-1", (1, 2, 3), (2.5, 1.5, 0.5))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("\ufeffstep,train_loss\n1,2.0\n", id="byte-order-mark"),
        pytest.param("step,train_loss\r\n1,2.0\r\n", id="windows-line-ends"),
        pytest.param("train_loss,new,step\n2.0,x,1\n", id="other-columns-and-order"),
        pytest.param("Step, TRAIN_LOSS\n1, 2.0\n", id="capitals-and-blanks"),
        pytest.param("step,train_loss\n1,2.0\n2,\n3,n/a\n,1.0\n", id="rows-without-a-loss-are-left-out"),
        pytest.param("step,train_loss\n1,2.0,more,than,asked\n", id="too-long-a-row"),
    ],
)
def test_what_the_file_may_look_like(content: str) -> None:
    assert parse_metrics("file-1", content.encode()) == Metrics("file-1", (1,), (2.0,))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "found an empty file", id="empty"),
        pytest.param(
            b"step,loss\n1,2.0\n", "found step, loss, the lab asks for the training loss", id="no-loss-column"
        ),
        pytest.param(b"step,train_loss\n", "found no step with a training loss", id="header-only"),
        pytest.param(b"step,train_loss\n1,\n", "found no step with a training loss", id="no-values"),
        pytest.param(b"train_loss\n2.0\n", r"found train_loss, the lab asks for .* \(step\)", id="no-steps"),
        pytest.param(b"step,train_loss\n1,2.0\n2,nan\n", "training loss at step 2: found nan", id="come-apart"),
        pytest.param(b"step,train_loss\n1,inf\n2,1.0\n", "training loss at step 1: found inf", id="infinite"),
    ],
)
def test_a_file_without_losses_is_broken(content: bytes, reason: str) -> None:
    with pytest.raises(Broken, match=reason) as raised:
        parse_metrics("file-1", content)
    assert raised.value.step == "3.1"


@pytest.mark.parametrize(
    ("losses", "first", "last"),
    [
        pytest.param(tuple(float(n) for n in range(20, 0, -1)), 19.5, 1.5, id="tenths-of-twenty"),
        pytest.param((3.0, 2.0, 1.0), 3.0, 1.0, id="fewer-than-ten"),
        pytest.param((2.0,), 2.0, 2.0, id="one-step"),
    ],
)
def test_the_loss_is_compared_over_tenths(losses: tuple[float, ...], first: float, last: float) -> None:
    metrics = Metrics("file-1", tuple(range(len(losses))), losses)
    assert (metrics.first, metrics.last) == (first, last)


def files(*answers: Any) -> dict[str, Any]:
    """Clients whose data plane gives these files, or errors."""
    return data_plane(files=SimpleNamespace(content=scripted(*answers)))


def test_the_jobs_first_result_file_is_downloaded() -> None:
    answer = SimpleNamespace(read=lambda: b"step,train_loss\n1,2.0\n")
    clients = files(openai_error(503, None), answer)
    found = read_metrics(a_run(clients), ACCOUNT, a_job(result_files=("file-a", "file-b")))
    assert found == Metrics("file-a", (1,), (2.0,))
    assert clients["openai"]("").files.content.calls == [(("file-a",), {})] * 2


@pytest.mark.parametrize("content", [b"\n<!DOCTYPE html><title>Sorry</title>", b'{"error": {"code": "busy"}}'])
def test_a_page_in_the_place_of_the_file_is_asked_again_and_then_undecided(content: bytes) -> None:
    page, answer = (SimpleNamespace(read=lambda held=held: held) for held in (content, b"step,train_loss\n1,2.0\n"))
    assert read_metrics(a_run(files(page, answer)), ACCOUNT, a_job()).train_loss == (2.0,)
    with pytest.raises(Undecided, match="found no table of metrics in Azure's answer"):
        read_metrics(a_run(files(page)), ACCOUNT, a_job())


def test_a_job_without_a_result_file_is_broken() -> None:
    with pytest.raises(Broken, match="fine-tuning job ftjob-1: found no result file"):
        read_metrics(a_run(files()), ACCOUNT, a_job(result_files=()))


def test_a_file_that_cannot_be_downloaded_is_undecided() -> None:
    with pytest.raises(Undecided, match="downloading result file file-result: Azure answered 404 notFound"):
        read_metrics(a_run(files(openai_error(404, "notFound"))), ACCOUNT, a_job())
