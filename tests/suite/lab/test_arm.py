"""What every kind of resource shares: looked for before it is made, and waited for however its polls fail."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from azure.core.polling.base_polling import BadResponse

from lab.arm import complete, make, whole
from lab.azure_errors import HalfAnswer
from lab.errors import Undecided
from lab.journal import read_journal
from lab.run import Run
from lab.waiting import Wait
from tests.suite.lab.azure_answers import Answer, azure_error, error_body, poller_error
from tests.suite.lab.fakes import GROUP_ID, Poller, Scripted, a_run, scripted

WAIT = Wait("1.3", "hub hub-1", 15.0, 900.0)
HUB = f"{GROUP_ID}/providers/Microsoft.MachineLearningServices/workspaces/hub-1"
NOT_THERE = Answer(404, error_body("ResourceNotFound", "not there"))
MADE = Answer(200, {"id": HUB, "properties": {"provisioningState": "Succeeded"}})


def with_resources(begin: Any, *looks: Answer, journal: Path | None = None) -> Run:
    resources = SimpleNamespace(
        resources=SimpleNamespace(begin_create_or_update_by_id=begin), send_request=scripted(*looks)
    )
    return a_run({"resources": resources}, journal=journal)


def made_by(run: Run) -> dict[str, Any]:
    return make(run, WAIT, HUB, {"kind": "Hub"}, "2024-04-01")


def test_a_resource_is_made_and_the_intent_is_written_down_first(tmp_path: Path) -> None:
    path, begin = tmp_path / "live-1.jsonl", scripted(Poller())
    assert made_by(with_resources(begin, NOT_THERE, MADE, journal=path)) == MADE.body
    assert begin.calls == [((HUB, {"kind": "Hub"}), {"api_version": "2024-04-01"})]
    assert [(entry.event, entry.name) for entry in read_journal(path)] == [("making", HUB), ("made", HUB)]


def test_a_resource_that_is_there_is_not_made_again(tmp_path: Path) -> None:
    path, begin = tmp_path / "live-1.jsonl", scripted(Poller())
    creating = Answer(200, {"id": HUB, "properties": {"provisioningState": "Creating"}})
    assert made_by(with_resources(begin, creating, creating, MADE, journal=path)) == MADE.body
    assert begin.calls == []
    assert read_journal(path) == ()


@pytest.mark.parametrize("error", [azure_error(503, "ServiceUnavailable"), ConnectionResetError("reset")])
def test_an_operation_whose_polls_fail_for_good_is_begun_again(error: Exception) -> None:
    begin = scripted(Poller(error), Poller("done"))
    assert complete(a_run(), WAIT, begin) == "done"
    assert len(begin.calls) == 2


def test_where_azure_tells_no_way_to_wait_the_resource_itself_is_looked_at() -> None:
    begin = scripted(poller_error(BadResponse("Unable to find status link for polling.")))
    creating = Answer(200, {"id": HUB, "properties": {"provisioningState": "Creating"}})
    assert made_by(with_resources(begin, NOT_THERE, creating, MADE)) == MADE.body
    assert len(begin.calls) == 1


@pytest.mark.parametrize("half", [{}, {"id": None}, {"value": []}, {"id": ""}])
def test_half_a_description_is_asked_for_again(half: dict[str, Any]) -> None:
    assert made_by(with_resources(scripted(Poller()), NOT_THERE, Answer(200, half), MADE)) == MADE.body


def test_a_description_says_which_members_it_lacks() -> None:
    with pytest.raises(HalfAnswer, match=r"found no kind, properties\.provisioningState in Azure's answer"):
        whole({"id": HUB, "properties": []}, ("id", "kind", "properties.provisioningState"))


def test_an_operation_that_azure_refuses_is_not() -> None:
    begin = scripted(Poller(azure_error(400, "InsufficientQuota")), Poller("done"))
    with pytest.raises(Exception, match="InsufficientQuota"):
        complete(a_run(), WAIT, begin)
    assert len(begin.calls) == 1


def test_an_operation_that_fails_again_and_again_is_undecided_at_its_deadline() -> None:
    begin: Scripted = scripted(Poller(azure_error(503, "ServiceUnavailable")))
    with pytest.raises(Undecided, match=r"hub hub-1: still not there after 900 s; last seen: .*ServiceUnavailable"):
        complete(a_run(), WAIT, begin)
