"""Faults at random: how many, which, and the same again for the same seed. No server, but for the last test."""

from __future__ import annotations

import ssl
from collections import Counter

import httpx2
import pytest

from emulator.faults import FaultRate, Faults
from emulator.options import Options, OptionsError, parse
from emulator.scenario.rules import Then, is_refused
from emulator.server import serve_in_thread
from tests.suite.emulator.settings import settings_of

MANY = 6_000


def faults(share: float, seed: int = 0, path: str = "/subscriptions") -> list[Then]:
    """What a row of requests meets."""
    picked = Faults(FaultRate(share, seed))
    return [then for _ in range(MANY) for then in picked.next(path)]


def kind(then: Then) -> str:
    return f"{'drop' if then.drop else ''}{then.status or ''}{'late' if then.delay_s else ''}"


def test_a_share_of_all_requests_meets_a_fault_of_every_kind() -> None:
    met = faults(0.1)
    assert 0.08 < len(met) / MANY < 0.12
    assert set(Counter(map(kind, met))) == {"429", "500", "503", "late", "drop503", "drop"}
    assert all(1 <= then.delay_s <= 30 for then in met if then.delay_s)
    assert all(then.headers["Retry-After"] for then in met if then.status == 429)


def test_the_same_seed_gives_the_same_faults_and_another_one_others() -> None:
    assert faults(0.1, 7) == faults(0.1, 7) != faults(0.1, 8)


def test_no_share_is_no_fault_and_all_is_a_fault_each_time() -> None:
    assert faults(0) == []
    assert len(faults(1)) == MANY


def test_a_lost_answer_is_carried_out_and_a_lost_request_is_not() -> None:
    dropped = [then for then in faults(1) if then.drop]
    assert {is_refused("PUT", [then]) for then in dropped} == {True, False}


def test_entra_says_it_in_a_form_of_its_own() -> None:
    said = [then.body for then in faults(1, path="/tenant/oauth2/v2.0/token") if then.body]
    assert {body["error"] for body in said} == {"temporarily_unavailable"}
    assert {body["error"]["code"] for body in (then.body for then in faults(1)) if body} == {
        "TooManyRequests",
        "InternalServerError",
        "ServiceUnavailable",
    }


@pytest.mark.parametrize(
    ("text", "rate"), [("0.1", FaultRate(0.1, 0)), ("0.25:7", FaultRate(0.25, 7)), ("0", FaultRate(0))]
)
def test_a_rate_is_read(text: str, rate: FaultRate) -> None:
    assert parse(["--faults", text]).faults == rate
    assert parse([]).faults is None


@pytest.mark.parametrize("text", ["often", "1.5", "-0.1", "nan", "0.1:x"])
def test_a_rate_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(OptionsError, match=f"--faults {text}: expected a share"):
        parse([f"--faults={text}"])


@pytest.mark.server
def test_the_emulators_own_controls_meet_none() -> None:
    with serve_in_thread(Options(step=1.0, faults=FaultRate(1.0))) as emulator:
        settings = settings_of(emulator)
        trusted = ssl.create_default_context(cafile=str(emulator.ca_file))
        with httpx2.Client(verify=trusted, trust_env=False) as client:
            answers = {_status(client, f"{settings['url']}/subscriptions") for _ in range(30)}
    assert {0, 429, 500, 503} <= answers


def _status(client: httpx2.Client, url: str) -> int:
    try:
        return client.get(url).status_code
    except httpx2.RemoteProtocolError:
        return 0
