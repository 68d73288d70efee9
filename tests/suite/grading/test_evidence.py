"""What is kept of a student's environment: written, read again alike, and with nothing in it that nobody may see."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lab.build.chat import Conversation
from lab.clean_up import DeletedGroup
from lab.errors import Blocked, Broken, InputError, StepError, Undecided
from lab.evidence import LONGEST_TEXT, Redactor
from lab.find.environment import CLEANED, FINDS, find_all
from lab.find.look import Seen
from lab.grading.evidence import FILE, KINDS, LONGEST_REASON, Evidence, read_evidence, write_evidence
from lab.purge import Purge
from tests.suite.find.environments import ACCOUNT_ID, OTHER, TRAVEL, Environment, a_file, a_job, look_at
from tests.suite.lab.azure_answers import azure_error, openai_error
from tests.suite.lab.fakes import SUBSCRIPTION

GRADED = datetime(2024, 11, 15, 12, 30, tzinfo=timezone.utc)
NOTHING_HIDDEN = Redactor({})
GONE = azure_error(404, "ResourceGroupNotFound")


def looked_at(**there: Any) -> dict[str, Seen | StepError]:
    """All that is found in an environment, and after its clean-up."""
    cleaned = find_all(look_at(Environment(group=GONE)), CLEANED)
    return {**cleaned, **find_all(look_at(Environment(**there)), FINDS)}


def kept(folder: Path, found: Mapping[str, Any], redactor: Redactor = NOTHING_HIDDEN) -> Evidence:
    write_evidence(folder, "s001", found, GRADED, redactor)
    return read_evidence(folder)


def the_file(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
    return document


def test_everything_that_checks_take_is_read_as_it_was_found(tmp_path: Path) -> None:
    chosen = SimpleNamespace(to_dict=lambda: {"n_epochs": 3, "batch_size": "auto"})
    found = looked_at(jobs=[a_job(hyperparameters=chosen, trained_tokens=5000)])
    evidence = kept(tmp_path, found)
    assert evidence.outcomes.keys() == KINDS.keys(), "each of them was found"
    for name, value in evidence.outcomes.items():
        outcome = found[name]
        assert isinstance(outcome, Seen)
        assert isinstance(value, KINDS[name])
        expected: Any = outcome.value
        if name == "signed_in":
            expected = replace(expected, subscription_name="")
        if name == "training_data":
            expected = replace(expected, content=b"")
        assert value == expected, name
    assert (evidence.student, evidence.graded, evidence.is_whole) == ("s001", GRADED, True)


def test_when_it_was_read_is_kept_apart_from_when_the_work_was_done(tmp_path: Path) -> None:
    evidence = kept(tmp_path, looked_at())
    assert evidence.graded == GRADED
    assert {name: f"{made:%d %H:%M}" for name, made in evidence.work.items()} == {
        "hub": "14 09:00",
        "account": "14 10:00",
        "project": "14 09:00",
        "training_file": "14 10:43",
        "job": "14 11:00",
        "deployment": "14 13:00",
    }


def test_errors_are_read_as_they_were(tmp_path: Path) -> None:
    cause = Undecided("1.3", "throttled", {"status": 429})
    broken = Broken("1.2", "found none")
    evidence = kept(tmp_path, {"hub": cause, "resource_group": broken, "account": Blocked("1.4", cause)})
    found = evidence.outcomes
    assert {name: (type(one), one.step, one.reason) for name, one in found.items()} == {
        "hub": (Undecided, "1.3", "throttled"),
        "resource_group": (Broken, "1.2", "found none"),
        "account": (Blocked, "1.4", "not tried, because step 1.3 did not come about: throttled"),
    }
    assert isinstance(found["account"].cause, Undecided)
    assert not evidence.is_whole
    with pytest.raises(Undecided, match="throttled"):
        evidence.result("hub")


def test_what_is_only_missing_need_not_be_read_again(tmp_path: Path) -> None:
    broken = Broken("1.2", "found none")
    evidence = kept(tmp_path, {"resource_group": broken, "hub": Blocked("1.3", broken)})
    assert evidence.is_whole
    with pytest.raises(Blocked):
        evidence.result("hub")
    with pytest.raises(Undecided, match="found nothing of metrics; read it again with --grade"):
        evidence.result("metrics")


@pytest.mark.parametrize("reason", ["\x1b[2J\x07 red", "line\r\nbreak\u2028", "\u202eright to left", "half \ud83d"])
def test_a_reason_is_one_line_that_no_terminal_obeys(tmp_path: Path, reason: str) -> None:
    found = kept(tmp_path, {"hub": Broken("1.3", reason)}).outcomes["hub"].reason
    assert found.isprintable()
    assert found == reason.encode("unicode_escape").decode().replace("\\\\", "\\")


def test_a_reason_of_a_megabyte_is_cut(tmp_path: Path) -> None:
    found = kept(tmp_path, {"hub": Broken("1.3", "x" * 1_000_000)}).outcomes["hub"].reason
    assert found == "x" * LONGEST_REASON + "… (1000000 characters)"
    assert (tmp_path / FILE).stat().st_size < 10_000


def test_an_answer_of_a_megabyte_is_cut_and_judged_as_it_is_kept(tmp_path: Path) -> None:
    found = looked_at(answers=[OTHER * 100 + TRAVEL * 20_000])
    evidence = kept(tmp_path, found)
    assert len(evidence.conversations) == 2
    for conversation in evidence.conversations:
        name = {"4.2": "first_prompt", "4.3": "second_prompt"}[conversation.step]
        assert Seen(conversation) == found[name], "it is judged by the same words, then and now"
        assert not conversation.about_travel
        for reply in conversation.replies:
            assert len(reply.text) <= LONGEST_TEXT
            assert reply.text.endswith("characters)")


def test_a_judgement_is_todays_and_not_the_one_that_was_kept(tmp_path: Path) -> None:
    kept(tmp_path, looked_at())
    document = the_file(tmp_path)
    for name in ("playground", "first_prompt", "second_prompt"):
        for reply in document["found"][name]["value"]["replies"]:
            reply["judgement"] = {"travel": False, "score": 0.0, "reason": "of last term"}
    (tmp_path / FILE).write_text(json.dumps(document), encoding="utf-8")
    first, second = read_evidence(tmp_path).conversations
    assert isinstance(first, Conversation)
    assert first.about_travel
    assert second.about_travel


def test_nothing_that_must_not_be_seen_is_in_the_file(tmp_path: Path) -> None:
    refused = openai_error(401, "PermissionDenied", "The principal `9a-principal` of tenant 9a-tenant lacks a role")
    secrets = {SUBSCRIPTION: "<subscription>", "9a-principal": "<principal>", "9a-tenant": "<tenant>", "": "<nothing>"}
    found = looked_at(
        files=refused,
        answers=["Write to ada.lovelace@contoso.edu"],
        accounts=azure_error(403, "AuthorizationFailed", f"The client 'grader@contoso.edu' on {SUBSCRIPTION.upper()}"),
    )
    found |= {name: one for name, one in looked_at(files=refused).items() if name not in ("account", "accounts")}
    kept(tmp_path, found, Redactor(secrets))
    text = (tmp_path / FILE).read_text(encoding="utf-8")
    for secret in (SUBSCRIPTION, "9a-principal", "9a-tenant", "@", "Ada Lovelace", "opaque", "not-a-real-key"):
        assert secret.lower() not in text.lower(), secret
    assert "/subscriptions/<subscription>/resourceGroups/rg-s001" in text
    assert "The principal `<principal>` of tenant <tenant> lacks a role" in text
    assert "<nothing>" not in text


def test_ids_are_still_the_same_to_each_other_when_they_are_redacted(tmp_path: Path) -> None:
    evidence = kept(tmp_path, looked_at(), Redactor({SUBSCRIPTION: "<subscription>"}))
    account, connections, project = (evidence.result(name) for name in ("account", "connections", "project"))
    assert connections.made.account_id.lower() == account.id.lower()
    assert project.hub_id == evidence.result("hub").id
    assert SUBSCRIPTION not in account.id


def identities(folder: Path, redactor: Redactor = NOTHING_HIDDEN, **changed: Any) -> Mapping[str, str]:
    """The fingerprints of an environment in which these finds have another identity, or came to an error."""
    found = looked_at()
    for name, other in changed.items():
        there = found[name]
        found[name] = replace(there, identity=other) if isinstance(there, Seen) and isinstance(other, str) else other
    return kept(folder, found, redactor).identities


def test_fingerprints_tell_the_same_from_another(tmp_path: Path) -> None:
    mine = identities(tmp_path)
    assert mine.keys() == {"resource_group", "account", "job", "deployment"}
    assert len(set(mine.values())) == 4
    hidden = identities(tmp_path, Redactor({SUBSCRIPTION: "<subscription>"}))
    assert hidden == mine, "what is hidden in the file does not make two things one"
    assert identities(tmp_path, account=ACCOUNT_ID.upper())["account"] == mine["account"]
    assert identities(tmp_path, account=f"{ACCOUNT_ID}2")["account"] != mine["account"]
    assert "rg-s001" not in "".join(mine.values())


def test_what_is_not_there_has_no_fingerprint(tmp_path: Path) -> None:
    found = identities(tmp_path, account=Broken("1.4", "none"), job="")
    assert found.keys() == {"resource_group", "deployment"}


def test_an_older_file_is_replaced(tmp_path: Path) -> None:
    kept(tmp_path, {"hub": Undecided("1.3", "throttled")})
    assert kept(tmp_path, looked_at()).is_whole
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_names_of_every_script_survive(tmp_path: Path) -> None:
    evidence = kept(tmp_path, looked_at(files=[a_file(filename='여행, "데이터" كليوباترا.jsonl')]))
    assert evidence.result("training_file").filename == '여행, "데이터" كليوباترا.jsonl'


def test_what_later_versions_add_is_let_be(tmp_path: Path) -> None:
    kept(tmp_path, looked_at())
    document = the_file(tmp_path)
    document["found"]["hub"]["value"]["colour"] = "green"
    document["found"]["another"] = {"value": [1]}
    (tmp_path / FILE).write_text(json.dumps(document), encoding="utf-8")
    assert read_evidence(tmp_path).result("hub").name == "hub-1"


def changed(*path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        inner: Any = document
        for name in path[:-1]:
            inner = inner[name]
        inner[path[-1]] = value

    return change


DAMAGED = {
    "version": changed("version", value=2),
    "no-found": changed("found", value=None),
    "found-is-a-list": changed("found", value=[]),
    "outcome-is-a-text": changed("found", "hub", value="value"),
    "outcome-is-a-number": changed("found", "hub", value=1),
    "no-value": changed("found", "hub", value={}),
    "value-is-null": changed("found", "hub", "value", value=None),
    "member-of-another-kind": changed("found", "deployment", "value", "capacity", value="many"),
    "member-is-missing": changed("found", "hub", "value", value={"id": "x"}),
    "error-without-step": changed("found", "hub", value={"error": {"outcome": "failed"}}),
    "blocked-by-nothing": changed("found", "hub", value={"error": {"outcome": "blocked", "step": "1.3"}}),
    "graded-at-no-time": changed("graded", value="once"),
    "work-at-no-time": changed("work", "hub", value=None),
    "work-is-a-list": changed("work", value=[]),
    "identities-are-a-list": changed("identities", value=["a"]),
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_file_is_refused(tmp_path: Path, damage: Callable[[dict[str, Any]], None]) -> None:
    kept(tmp_path, looked_at())
    document = the_file(tmp_path)
    damage(document)
    (tmp_path / FILE).write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_evidence(tmp_path)
    assert refused.value.source == str(tmp_path / FILE)
    assert len(refused.value.problems) == 1
    assert refused.value.problems[0].isprintable()


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000, '{"version": 1}', "\x00\x01"])
def test_what_is_no_evidence_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="grade the student again"):
        read_evidence(tmp_path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="FileNotFoundError"):
        read_evidence(tmp_path)


def test_the_clean_up_is_kept_too(tmp_path: Path) -> None:
    evidence = kept(tmp_path, find_all(look_at(Environment(group=GONE)), CLEANED))
    assert evidence.result("deleted_group") == DeletedGroup("rg-s001", exists=False)
    assert evidence.result("purge") == Purge((), ())
    assert evidence.conversations == ()
