"""Which subscription is used when none was named."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError

from lab.errors import Undecided
from lab.settings import Setting
from lab.subscription import SOURCE, Candidate, candidates, choose, the_only_subscription
from tests.suite.lab.azure_answers import Answer, error_body
from tests.suite.lab.fakes import SUBSCRIPTION, Scripted, a_run, scripted

MINE = Candidate(SUBSCRIPTION, "Mine", "Enabled")
OTHER = Candidate("22222222-2222-3333-4444-555555555555", "Other", "Enabled")
OLD = Candidate("33333333-2222-3333-4444-555555555555", "Old", "Disabled")


def a_row(candidate: Candidate) -> dict[str, Any]:
    return {"subscriptionId": candidate.id, "displayName": candidate.name, "state": candidate.state}


def seeing(*answers: Any) -> tuple[Any, Scripted]:
    """Clients whose list of subscriptions gives these answers, and its calls."""
    asked = scripted(*answers)
    return a_run({"resources": SimpleNamespace(send_request=asked)}).clients, asked


def test_the_only_enabled_one_is_chosen_from_all_pages() -> None:
    following = "https://management.azure.com/subscriptions?api-version=2022-12-01&$skiptoken=x"
    clients, asked = seeing(
        Answer(200, {"value": [a_row(OLD)], "nextLink": following}), Answer(200, {"value": [a_row(MINE)]})
    )
    assert the_only_subscription(clients) == Setting(SUBSCRIPTION, SOURCE)
    assert [call[0][0].url for call in asked.calls] == [
        "https://management.azure.com/subscriptions?api-version=2022-12-01",
        following,
    ]


def test_a_bad_moment_is_survived() -> None:
    clients, _ = seeing(Answer(503, error_body("ServerBusy", "busy")), Answer(200, {"value": [a_row(MINE)]}))
    assert candidates(clients) == (MINE,)


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        pytest.param(
            (MINE, OTHER, OLD),
            "found 2 that are enabled: Mine (1111…), Other (2222…); expected one to be named; run again with "
            "`--subscription ID`",
            id="several",
        ),
        pytest.param((OLD,), "found none that is enabled: Old (3333…, Disabled); expected one", id="disabled"),
        pytest.param((), "found none that this account sees, expected one; sign in to its tenant", id="none"),
        pytest.param((MINE,) * 12, "and 2 more; expected one to be named", id="too-many-to-list"),
    ],
)
def test_anything_but_one_is_undecided_and_lists_the_candidates(seen: tuple[Candidate, ...], words: str) -> None:
    with pytest.raises(Undecided) as raised:
        choose(seen)
    assert raised.value.step == "1.1"
    assert words in raised.value.reason
    assert not any(candidate.id in raised.value.reason for candidate in seen)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(ClientAuthenticationError("nothing"), "found no credential that works (nothing)", id="no-token"),
        pytest.param(
            Answer(401, error_body("ExpiredAuthenticationToken", "old")), "the token has expired", id="expired"
        ),
        pytest.param(
            Answer(400, error_body("Surprise", "?")), "listing the subscriptions: Azure answered 400", id="odd"
        ),
    ],
)
def test_subscriptions_that_cannot_be_listed_are_undecided(answer: Any, words: str) -> None:
    clients, _ = seeing(answer)
    with pytest.raises(Undecided) as raised:
        the_only_subscription(clients)
    assert raised.value.step == "1.1"
    assert words in raised.value.reason
