"""What is replaced before a recording is saved, and what is refused."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Sequence
from urllib.parse import quote

import pytest

from fixtures.recording.errors import UnscrubbedError
from fixtures.recording.interaction import Interaction, Request, Response
from fixtures.recording.scrub import StandIn, scrub
from fixtures.recording.tree import Json

ARM = "https://management.azure.com"
ROLE = "a001fd3d-188f-4b5d-821b-7da978bf7442"
NOBODY = "00000000-0000-0000-0000-000000000000"
GUIDS = [f"00000000-0000-0000-0000-{number:012d}" for number in range(1, 10)]


def _answer(
    value: Json, uri: str = f"{ARM}/x", headers: dict[str, str] | None = None, method: str = "GET"
) -> Interaction:
    return Interaction(Request(method, uri), Response(200, headers or {}, {"json": value}))


def _scrubbed(interactions: Sequence[Interaction], *pairs: tuple[str, str], head: Json = None) -> list[Interaction]:
    stages, _ = scrub({"stage": interactions}, head, [StandIn(*pair) for pair in pairs])
    return stages["stage"]


def _body(value: Json, *pairs: tuple[str, str]) -> Json:
    (clean,) = _scrubbed([_answer(value)], *pairs)
    assert clean.response.body is not None
    return clean.response.body["json"]


def _refused(value: Json, *pairs: tuple[str, str]) -> list[tuple[str, str]]:
    with pytest.raises(UnscrubbedError) as caught:
        _body(value, *pairs)
    return [(finding.place.removeprefix("response.body.json."), finding.kind) for finding in caught.value.findings]


def test_a_stand_in_is_put_everywhere() -> None:
    real = "rg-Real Name"
    interaction = Interaction(
        Request("PUT", f"{ARM}/groups/{quote(real)}?q={quote(real, safe='')}", {"json": {real: [real.upper()]}}),
        Response(200, {"Location": f"{ARM}/{quote(real)}"}, {"text": f"before {real} after"}),
    )
    (clean,) = _scrubbed([interaction], (real, "rg-lab"))
    assert clean == Interaction(
        Request("PUT", f"{ARM}/groups/rg-lab?q=rg-lab", {"json": {"rg-lab": ["rg-lab"]}}),
        Response(200, {"Location": f"{ARM}/rg-lab"}, {"text": "before rg-lab after"}),
    )


def test_the_longest_real_value_wins_and_may_hold_a_shorter_one() -> None:
    pairs = [("name", "lab"), ("https://10.1.2.3/_account/name", "https://name.openai.azure.com"), ("10.1.2.3", "host")]
    assert _body(["https://10.1.2.3/_account/name/x", "https://10.1.2.3/name"], *pairs) == [
        "https://lab.openai.azure.com/x",
        "https://host/lab",
    ]


def test_a_guid_is_replaced_with_and_without_dashes_in_any_case() -> None:
    real = str(uuid.uuid4())
    value: Json = [real, real.upper(), real.replace("-", ""), f"ip-{real}"]
    assert _body(value, (real, NOBODY)) == [NOBODY, NOBODY, NOBODY.replace("-", ""), f"ip-{NOBODY}"]


def test_ids_are_numbered_by_first_appearance_over_the_whole_run() -> None:
    first, second, third = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    stages, _ = scrub(
        {"a": [_answer({"x": str(first), "y": str(second).upper()})], "b": [_answer([f"file-{third.hex}", first.hex])]},
        None,
        [],
    )
    assert stages["a"][0].response.body == {"json": {"x": GUIDS[0], "y": GUIDS[1]}}
    assert stages["b"][0].response.body == {"json": [f"file-{3:032d}", f"{1:032d}"]}


def test_a_job_and_its_model_keep_one_number() -> None:
    job = uuid.uuid4().hex
    value: Json = [f"ftjob-{job}", f"gpt-35-turbo-0125.ft-{job}-ft-travel", f"ftevent-{uuid.uuid4().hex}"]
    assert _body(value) == [f"ftjob-{1:032d}", f"gpt-35-turbo-0125.ft-{1:032d}-ft-travel", f"ftevent-{2:032d}"]


def test_well_known_ids_and_stand_ins_are_kept_and_not_given_out_again() -> None:
    real, other = str(uuid.uuid4()), str(uuid.uuid4())
    assert _body([ROLE, NOBODY, real, other], (real, GUIDS[0])) == [ROLE, NOBODY, GUIDS[0], GUIDS[1]]


def test_a_real_value_may_equal_another_ones_stand_in() -> None:
    tenant, client = str(uuid.uuid4()), GUIDS[4]
    assert _body([tenant, client], (tenant, GUIDS[4]), (client, GUIDS[5])) == [GUIDS[4], GUIDS[5]]


def test_etags_keep_their_shape() -> None:
    guid = f'"{uuid.uuid4()}"'
    value: Json = {"etag": guid, "list": [{"eTag": 'W/"0x8DD0123456789AB"'}, {"etag": None}, {"etag": '"1"'}]}
    (clean,) = _scrubbed([_answer(value, headers={"ETag": guid})])
    assert clean.response.headers == {"ETag": f'"{GUIDS[0]}"'}
    assert clean.response.body == {
        "json": {
            "etag": f'"{GUIDS[0]}"',
            "list": [{"eTag": f'W/"{1:017d}"'}, {"etag": None}, {"etag": '"1"'}],
        }
    }


def test_chat_ids_keep_their_length() -> None:
    assert _body(["chatcmpl-9xYzAbCdEfGhIjKlMnOpQrStUvWxY"]) == [f"chatcmpl-{1:029d}"]


def test_an_encoded_word_that_hides_a_name_is_replaced_whole() -> None:
    job = base64.urlsafe_b64encode(json.dumps({"jobId": "DELETE-RG-REAL"}).encode()).decode().rstrip("=")
    token = base64.b64encode(b"page after rg-real").decode()
    value: Json = [
        f"{ARM}/operationresults/{job}?api-version=1",
        f"{ARM}/x?$skiptoken={token}",
        job,
        "WorkspaceOperations",
    ]
    assert _body(value, ("rg-real", "rg-lab")) == [
        f"{ARM}/operationresults/opaque-00000001?api-version=1",
        f"{ARM}/x?$skiptoken=opaque-00000002",
        "opaque-00000001",
        "WorkspaceOperations",
    ]


def test_an_operation_that_is_no_guid_is_replaced_whole() -> None:
    guid = str(uuid.uuid4())
    word = "Ul6mT0_x" * 6
    addresses = f"{ARM}/providers/x/workspaceOperationsStatus/{word}?type=async", f"{ARM}/operationResults/{guid}"
    assert _body([*addresses, f"{ARM}/operations/short"]) == [
        f"{ARM}/providers/x/workspaceOperationsStatus/opaque-00000001?type=async",
        f"{ARM}/operationResults/{GUIDS[0]}",
        f"{ARM}/operations/short",
    ]


def test_signatures_are_dropped_from_azures_addresses_only() -> None:
    signed = f"{ARM}/op?api-version=2017-04-18&t=638&c=MIIH-x&s=sig_x&h=abc"
    other = "https://example.com/watch?t=30&h=1"
    first = _answer(
        [signed, f"see {signed} now", other], uri=f"{ARM}/op?t=1&api-version=1&s=2", headers={"Location": signed}
    )
    (clean,) = _scrubbed([first])
    plain = f"{ARM}/op?api-version=2017-04-18"
    assert clean.request.uri == f"{ARM}/op?api-version=1"
    assert clean.response.headers == {"Location": plain}
    assert clean.response.body == {"json": [plain, f"see {plain} now", other]}


def test_polls_are_collapsed_although_their_addresses_are_signed_anew() -> None:
    polls = [_answer({"n": n}, uri=f"{ARM}/op?api-version=1&t={n}&c=c&s=s&h=h") for n in range(3)]
    assert _scrubbed(polls) == [_answer({"n": 2}, uri=f"{ARM}/op?api-version=1")]


def test_addresses_of_people_become_examples_everywhere() -> None:
    value: Json = {
        "systemData": {"createdBy": "Jane.Doe@contoso.com", "lastModifiedBy": str(uuid.uuid4())},
        "error": "jane.doe@contoso.com may not",
        "createdBy": {"userName": "live.com#joe@contoso.com", "userObjectId": NOBODY},
        "lastModifiedBy": None,
        "model": {"createdBy": "Microsoft"},
    }
    assert _body(value) == {
        "systemData": {"createdBy": "user1@example.com", "lastModifiedBy": GUIDS[0]},
        "error": "user1@example.com may not",
        "createdBy": {"userName": "user2@example.com", "userObjectId": NOBODY},
        "lastModifiedBy": None,
        "model": {"createdBy": "Microsoft"},
    }


def test_a_persons_name_is_refused_unless_it_has_a_stand_in() -> None:
    value: Json = {"systemData": {"createdBy": "Jane Doe", "createdByType": "User"}}
    assert _refused(value) == [("systemData.createdBy", "the name of a person or an app")]
    assert _body(value, ("Jane Doe", "An Instructor")) == {
        "systemData": {"createdBy": "An Instructor", "createdByType": "User"}
    }


def test_the_owners_words_are_replaced_where_they_stand_and_azures_own_are_not() -> None:
    value: Json = [
        {"subscriptionId": NOBODY, "displayName": "West US", "state": "Enabled"},
        {"tenantId": NOBODY, "displayName": None, "defaultDomain": "contoso.test", "domains": ["contoso.test"]},
        {"tenantId": NOBODY, "displayName": "Known"},
        {"name": "westus", "displayName": "West US"},
    ]
    assert _body(value, ("real name", "Known")) == [
        {"subscriptionId": NOBODY, "displayName": "Example", "state": "Enabled"},
        {"tenantId": NOBODY, "displayName": None, "defaultDomain": "example.com", "domains": ["example.com"]},
        {"tenantId": NOBODY, "displayName": "Known"},
        {"name": "westus", "displayName": "West US"},
    ]


SECRET_NAMES = ["key1", "key2", "clientSecret", "access_token", "adminPassword", "connectionString", "primaryKey"]


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_a_member_whose_name_says_secret_is_refused(name: str) -> None:
    assert [place for place, _ in _refused({"a": [{name: "short"}]})] == [f"a[0].{name}"]
    assert _body({name: "short"}, ("short", "stand-in")) == {name: "stand-in"}
    assert _body({name: None, "b": {name: True}}) == {name: None, "b": {name: True}}


def test_credentials_are_refused_and_other_keys_are_not() -> None:
    assert [place for place, _ in _refused({"credentials": {"key": "x"}})] == ["credentials.key"]
    harmless: Json = {
        "rateLimits": [{"key": "request"}],
        "permissions": {"secrets": ["get", "list"]},
        "keyCreationTime": {"key1": "2025-09-01T07:15:59.2170731Z"},
        "total_tokens": 1,
    }
    assert _body(harmless) == harmless


def test_a_secret_in_a_query_is_refused() -> None:
    with pytest.raises(UnscrubbedError, match=r"request.uri.api-key"):
        _scrubbed([_answer(None, uri=f"{ARM}/x?api-key=abc")])


REFUSED = {
    "guid inside a word": (f"x{uuid.uuid4()}", "an id that was not replaced"),
    "token": ("eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl", "a JSON Web Token or encoded JSON"),
    "encoded json in a sentence": ("eyJqb2JJZCI6IlJFQUwifQ.", "a JSON Web Token or encoded JSON"),
    "bearer": ("Authorization: Bearer abcdefgh.ijklmnop", "a bearer token"),
    "sas": ("https://a.blob.core.windows.net/c?sv=1&sig=abcdefgh", "a SAS signature"),
    "sas, encoded": (quote("?sv=1&sig=abcdefgh", safe=""), "a SAS signature"),
    "connection string": ("AccountName=a;AccountKey=abc;", "a key or password"),
    "e-mail": ("ask jane@contoso.com", "an e-mail address"),
    "storage key": (base64.b64encode(bytes(range(128, 192))).decode(), "a key"),
    "84 characters": ("aB3" * 28, "a key"),
    "64 hexadecimal digits": ("0a1b2c3d" * 8, "a hexadecimal key or id"),
    "base64url": ("aB3_" * 12, "a key"),
    "loopback": ("https://127.0.0.1/x", "an address of this machine"),
    "localhost": ("on localhost now", "an address of this machine"),
    "port": ("https://host.example:8443/x", "a host with a port"),
    "home": ("/home/jane/lab.py", "a folder of this machine"),
    "windows home": ("C:\\Users\\jane", "a folder of this machine"),
}


@pytest.mark.parametrize(("text", "kind"), REFUSED.values(), ids=REFUSED)
def test_what_looks_private_is_refused(text: str, kind: str) -> None:
    assert ("text", kind) in _refused({"text": text})
    assert ("messages[0]", kind) in _refused({"messages": [text]})
    assert kind in [found for _, found in _refused({text: 1})]


HARMLESS = [
    f"/subscriptions/{NOBODY}/resourceGroups/rg-lab/providers/Microsoft.CognitiveServices/accounts/a/deployments/ft-travel",
    "https://aka.ms/ARMResourceNotFoundFix?tabs=a:443",
    "https://vault.example.com:443/",
    "https://travel.example.com/home/page",
    f"gpt-35-turbo-0125.ft-{1:032d}-ft-travel",
    "MachineLearningServicesWorkspaceOperationsStatus",
    "user@example.com",
    "At 10:30 the bearer of this ticket may enter; password: ask at the desk.",
    "서울로 여행하세요 ✈",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_a_little_like_it_is_kept(text: str) -> None:
    assert _body({"text": text}) == {"text": text}


def test_every_place_is_listed_at_once_and_no_value_whole() -> None:
    key = "zZ9" * 28
    stages = {
        "one/first": [_answer({"a": 1}), _answer({"key1": key, "who": "jane@contoso.com"}, uri=f"{ARM}/y")],
        "two": [_answer(None, headers={"Location": "https://localhost:1234/x"})],
    }
    with pytest.raises(UnscrubbedError) as caught:
        scrub(stages, {"facts": {"folder": "/home/jane/x"}}, [])
    message = str(caught.value)
    assert "every cassette, the head, facts.folder: a folder of this machine" in message
    assert "one/first, interaction 2, response.body.json.key1: a key (starts 'zZ9z')" in message
    assert "one/first, interaction 2, response.body.json.who: an e-mail address (starts 'jane')" in message
    assert "two, interaction 1, response.headers.Location: an address of this machine (starts 'loca')" in message
    assert "zZ9zZ" not in message
    assert "contoso" not in message


def test_a_stand_in_too_short_to_be_found_safely_is_refused() -> None:
    with pytest.raises(ValueError, match="Give 3 characters or more"):
        StandIn("rg", "lab")


def test_the_head_is_scrubbed_too() -> None:
    _, head = scrub({}, {"facts": {"group": "rg-real"}}, [StandIn("rg-real", "rg-lab")])
    assert head == {"facts": {"group": "rg-lab"}}
