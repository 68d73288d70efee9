"""What a grader is told to look at: shared work, and work outside of the time that was given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pytest

from lab.grading.evidence import Evidence
from lab.grading.flags import shared_work, untimely_work
from lab.grading.graded import Flag
from lab.grading.manifest import Manifest
from lab.grading.shards import WHOLE

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=timezone.utc)
A_SECOND = timedelta(seconds=1)


def worked(student: str, *, work: dict[str, datetime] | None = None, **identities: str) -> Evidence:
    return Evidence(student, NOON, {}, work or {}, identities)


def given(not_before: datetime | None = None, deadline: datetime | None = None) -> Manifest:
    return Manifest("live-1", "live", "0" * 64, 1, WHOLE, "en", NOON, not_before, deadline)


def test_who_shares_nothing_is_not_flagged() -> None:
    assert shared_work([worked("a", account="1", job="2"), worked("b", account="2", job="1"), worked("c")]) == {}
    assert shared_work([]) == {}


def test_each_of_those_who_share_is_told_of_the_others() -> None:
    everyone = [worked("a", account="1", job="7"), worked("b", account="1", job="8"), worked("c", job="9")]
    assert shared_work(everyone) == {
        "a": (Flag("shared", "the same account as b"),),
        "b": (Flag("shared", "the same account as a"),),
    }


def test_each_thing_that_is_shared_is_told_in_the_labs_order() -> None:
    same = {"deployment": "4", "job": "3", "account": "2", "resource_group": "1"}
    flags = shared_work([Evidence(name, NOON, {}, {}, same) for name in "ab"])["a"]
    assert [flag.reason for flag in flags] == [
        "the same resource group as b",
        "the same account as b",
        "the same job as b",
        "the same deployment as b",
    ]


def test_an_account_and_a_job_are_never_the_same_thing() -> None:
    assert shared_work([worked("a", account="1"), worked("b", job="1")]) == {}


def test_of_many_only_some_are_named() -> None:
    found = shared_work(worked(name, job="1") for name in "abcdefgh")
    assert found["a"] == (Flag("shared", "the same job as b, c, d, e, f and 2 more"),)
    assert found["h"] == (Flag("shared", "the same job as a, b, c, d, e and 2 more"),)
    six = shared_work(worked(name, job="1") for name in "abcdef")
    assert six["b"] == (Flag("shared", "the same job as a, c, d, e, f"),)


def test_a_whole_university_may_share_one_account() -> None:
    def everyone() -> Iterator[Evidence]:
        return (worked(f"s{number}", account="1") for number in range(20_000))

    found = shared_work(everyone())
    assert len(found) == 20_000
    assert found["s19999"] == (Flag("shared", "the same account as s0, s1, s2, s3, s4 and 19994 more"),)


@pytest.mark.parametrize(
    ("made", "reasons"),
    [
        pytest.param(
            NOON - A_SECOND, ["early: hub of 2026-11-20 11:59:59 UTC, before 2026-11-20 12:00:00 UTC"], id="early"
        ),
        pytest.param(NOON, [], id="at-the-first-moment"),
        pytest.param(NOON + timedelta(hours=2), [], id="at-the-last-moment"),
        pytest.param(
            NOON + timedelta(hours=2) + A_SECOND,
            ["late: hub of 2026-11-20 14:00:01 UTC, after 2026-11-20 14:00:00 UTC"],
            id="late",
        ),
    ],
)
def test_work_outside_of_its_time(made: datetime, reasons: list[str]) -> None:
    manifest = given(NOON, NOON + timedelta(hours=2))
    flags = untimely_work(worked("a", work={"hub": made}), manifest)
    assert [f"{flag.kind}: {flag.reason}" for flag in flags] == reasons


def test_each_thing_is_told_by_itself_the_oldest_first() -> None:
    work = {"training_file": NOON + A_SECOND, "job": NOON + 2 * A_SECOND, "hub": NOON - A_SECOND}
    flags = list(untimely_work(worked("a", work=work), given(deadline=NOON)))
    assert [flag.reason.partition(" of ")[0] for flag in flags] == ["training file", "job"]


def test_without_times_nothing_is_untimely() -> None:
    assert list(untimely_work(worked("a", work={"hub": NOON}), given())) == []


def test_a_flag_tells_no_more_of_others_than_their_ids() -> None:
    (flag,) = shared_work([worked("a", account="0f" * 32), worked("b", account="0f" * 32)])["a"]
    assert "0f" not in flag.reason
