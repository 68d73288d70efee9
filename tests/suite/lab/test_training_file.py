"""Steps 2.1 and 2.3: the training file, from its download to its upload."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from openai.types import FileObject

from lab.azure_errors import HalfAnswer
from lab.build.training import TrainingSet, UploadedFile, training_data, upload, uploaded_file
from lab.errors import Broken, Undecided
from lab.run import Run
from lab.settings import Endpoints
from tests.suite.lab.fakes import ACCOUNT, ROOT, a_run, data_plane, scripted, settings_of

TRAVEL = ROOT / "data" / "travel-finetune.jsonl"
UPLOADED = UploadedFile("file-1", "travel-finetune.jsonl", "fine-tune", "processed", 6000)


def azures_file(**changes: Any) -> Any:
    """A file as the data-plane SDK gives it."""
    members = {"id": "file-1", "filename": "travel-finetune.jsonl", "purpose": "fine-tune", "bytes": 6000}
    return FileObject.construct(**{**members, "status": "pending", **changes})


def with_download(*answers: Any, **settings: Any) -> tuple[Run, Any]:
    get = scripted(*answers)
    return a_run({"get": get}, settings=settings_of(**settings)), get


def test_the_training_data_is_the_labs_file() -> None:
    run, get = with_download((200, TRAVEL.read_bytes()))
    found = training_data(run)
    assert found.content == TRAVEL.read_bytes()
    assert found.source == run.spec.dataset.url
    assert found.size == len(found.content)
    assert found.examples >= 10
    assert get.calls == [((run.spec.dataset.url,), {})]


def test_a_stand_in_is_downloaded_instead_but_the_labs_address_is_named() -> None:
    endpoints = Endpoints(dataset_url="https://127.0.0.1:8443/data")
    run, get = with_download((200, TRAVEL.read_bytes()), endpoints=endpoints)
    assert training_data(run).source == run.spec.dataset.url
    assert get.calls == [(("https://127.0.0.1:8443/data",), {})]


def test_a_given_file_is_read_and_nothing_is_downloaded(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    path.write_bytes(TRAVEL.read_bytes())
    run, get = with_download((404, b""), training_file=path)
    found = training_data(run)
    assert (found.source, found.content) == ("own.jsonl", TRAVEL.read_bytes())
    assert get.calls == []


@pytest.mark.parametrize("busy", [(503, b""), (429, b""), requests.ReadTimeout("slow")], ids=["503", "429", "timeout"])
def test_a_busy_server_is_asked_again(busy: Any) -> None:
    run, get = with_download(busy, (200, TRAVEL.read_bytes()))
    assert training_data(run).examples >= 10
    assert len(get.calls) == 2


def test_a_file_that_is_gone_is_broken() -> None:
    run, _ = with_download((404, b"404: Not Found"))
    with pytest.raises(
        Broken, match=r"training data at https://.*: found HTTP 404, the lab asks for a file there"
    ) as e:
        training_data(run)
    assert e.value.evidence == {"status": 404}


def test_a_file_that_is_not_valid_is_broken_with_all_its_problems() -> None:
    run, _ = with_download((200, b"<html>\n{}\n"))
    with pytest.raises(Broken) as raised:
        training_data(run)
    problems = raised.value.evidence["problems"]
    assert isinstance(problems, list)
    assert len(problems) >= 2
    assert all(problem in raised.value.reason for problem in problems)


def test_a_server_that_stays_busy_is_undecided() -> None:
    run, _ = with_download((503, b""))
    with pytest.raises(Undecided, match=r"still not there after 120 s; last seen: .*503"):
        training_data(run)


def the_set() -> TrainingSet:
    return training_data(with_download((200, TRAVEL.read_bytes()))[0])


def with_files(*seen: Any, there: Sequence[Any] = ()) -> tuple[Run, Any]:
    """A run that uploads a file which it then sees in these states; files that were `there` before it."""
    files = SimpleNamespace(create=scripted(azures_file()), retrieve=scripted(*seen), list=scripted(there))
    return a_run(data_plane(files=files)), files


def test_the_file_is_uploaded_and_waited_for() -> None:
    run, files = with_files(azures_file(status="pending"), azures_file(status="processed"))
    assert upload(run, ACCOUNT, the_set()) == UPLOADED
    named = (run.spec.dataset.file, TRAVEL.read_bytes(), "application/jsonl")
    assert files.create.calls == [((), {"file": named, "purpose": "fine-tune"})]
    assert len(files.retrieve.calls) == 2


def test_a_file_that_an_interrupted_run_uploaded_is_not_uploaded_again() -> None:
    whole = len(TRAVEL.read_bytes())
    there = [azures_file(id="file-0"), azures_file(id="file-e", bytes=whole, status="error"), azures_file(bytes=whole)]
    run, files = with_files(azures_file(status="processed"), there=there)
    assert upload(run, ACCOUNT, the_set()) == UPLOADED
    assert files.create.calls == []
    assert files.retrieve.calls == [(("file-1",), {})]


def test_a_file_that_azure_finds_in_error_is_broken_with_azures_words() -> None:
    run, _ = with_files(azures_file(status="error", status_details="Invalid JSON on line 3"))
    with pytest.raises(Broken, match=r"travel-finetune\.jsonl: Azure found it in error: Invalid JSON on line 3") as e:
        upload(run, ACCOUNT, the_set())
    assert e.value.step == "2.3"


def test_a_file_that_stays_pending_is_undecided() -> None:
    run, _ = with_files(azures_file(status="pending"))
    with pytest.raises(Undecided, match=r"processing of travel-finetune\.jsonl: still not there after 900 s"):
        upload(run, ACCOUNT, the_set())


@pytest.mark.parametrize("status", ["deleted", "deleting"])
def test_a_file_that_is_taken_away_is_undecided(status: str) -> None:
    run, _ = with_files(azures_file(status=status))
    with pytest.raises(Undecided, match=f"found it {status}, the lab asks for a file that is processed"):
        upload(run, ACCOUNT, the_set())


def test_a_file_may_lack_its_bytes() -> None:
    body = FileObject.construct(id="file-1", filename="a.jsonl", purpose="fine-tune", status="Processed")
    assert uploaded_file(body) == UploadedFile("file-1", "a.jsonl", "fine-tune", "processed", None)


def test_half_a_file_says_what_it_lacks() -> None:
    with pytest.raises(HalfAnswer, match="found no purpose, status of the file"):
        uploaded_file(FileObject.construct(id="file-1", filename="a.jsonl", purpose=None, bytes=None, status=None))
