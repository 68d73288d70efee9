"""Harmless noise: another spelling of the same answer each time, and the same again for the same seed."""

from __future__ import annotations

import copy
import json
import ssl
from typing import Any

import httpx2
import pytest

from emulator.noise import LATE_SHARE, LONGEST_DELAY_S, NEW_HEADERS, NEW_MEMBERS, Noise
from emulator.options import Options, OptionsError, parse
from emulator.server import serve_in_thread
from emulator.wire import Reply
from tests.suite.emulator.settings import settings_of

MANY = 2_000
LIST = {
    "value": [{"name": name, "skus": [{"name": "S0"}, {"name": "S1"}], "properties": {"n": name}} for name in "abcdef"],
    "count": 6,
}


def plain(value: Any) -> Any:
    """A document without the new members, and its lists of things in one order."""
    if isinstance(value, dict):
        return {key: plain(value[key]) for key in sorted(value) if key not in NEW_MEMBERS}
    if isinstance(value, list):
        return sorted((plain(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    return value


def changed(document: Any, seed: int = 1) -> list[Any]:
    """What a row of the same answers becomes."""
    noise = Noise(seed)
    return [noise.changed(Reply(200, copy.deepcopy(document))).document for _ in range(40)]


def test_what_an_answer_says_stays() -> None:
    assert all(plain(document) == plain(LIST) for document in changed(LIST))


def test_orders_and_members_change() -> None:
    written = [json.dumps(document) for document in changed(LIST)]
    assert len(set(written)) == len(written)
    assert {name for document in changed(LIST) for name in document if name not in LIST} == set(NEW_MEMBERS)
    assert len({tuple(row["name"] for row in document["value"]) for document in changed(LIST)}) > 1
    assert any(set(row["properties"]) - {"n"} for document in changed(LIST) for row in document["value"])


def test_a_list_that_goes_on_keeps_its_order_and_so_does_one_that_has_one() -> None:
    pages = [{"data": list("abcdef"), "has_more": True}, {"value": list("abcdef"), "nextLink": "https://x"}]
    for page, key in zip(pages, ("data", "value"), strict=True):
        assert {tuple(document[key]) for document in changed(page)} == {tuple("abcdef")}
    assert {tuple(document["choices"]) for document in changed({"choices": list("abcdef")})} == {tuple("abcdef")}


@pytest.mark.parametrize("reply", [Reply(204), Reply(200, content=b"step,train_loss\n"), Reply(200, ["a", "b"])])
def test_what_is_no_object_stays_as_it_is(reply: Reply) -> None:
    assert Noise(1).changed(reply).encoded() == reply.encoded()


def test_headers_are_added_and_none_is_changed() -> None:
    noise = Noise(1)
    replies = [noise.changed(Reply(200, {}, headers={"ETag": "1"})) for _ in range(20)]
    assert all(reply.headers["ETag"] == "1" for reply in replies)
    assert {name for reply in replies for name in reply.headers} == {"ETag", *NEW_HEADERS}


def test_a_share_of_all_answers_is_late() -> None:
    noise = Noise(1)
    delays = [then.delay_s for _ in range(MANY) for then in noise.next()]
    assert abs(len(delays) / MANY - LATE_SHARE) < 0.05
    assert 0 < min(delays) < max(delays) <= LONGEST_DELAY_S


def test_the_same_seed_gives_the_same_noise_and_another_one_other() -> None:
    assert json.dumps(changed(LIST, 7)) == json.dumps(changed(LIST, 7)) != json.dumps(changed(LIST, 8))


def test_the_seed_is_a_whole_number() -> None:
    assert (parse([]).noise, parse(["--noise", "7"]).noise) == (None, 7)
    with pytest.raises(OptionsError, match="--noise loud: expected a whole number, such as --noise 7"):
        parse(["--noise", "loud"])


@pytest.mark.server
def test_the_emulator_serves_it() -> None:
    with serve_in_thread(Options(step=1.0, noise=1)) as emulator:
        settings = settings_of(emulator)
        trusted = ssl.create_default_context(cafile=str(emulator.ca_file))
        with httpx2.Client(verify=trusted, trust_env=False) as client:
            answers = [client.get(f"{settings['url']}/subscriptions?api-version=2022-12-01") for _ in range(20)]
    assert {answer.status_code for answer in answers} == {401}
    assert any("x-added-later" in answer.headers for answer in answers)
