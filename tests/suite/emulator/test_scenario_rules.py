"""Rules of a scenario: which requests they are for, and how an answer is edited. No server."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from emulator import toml
from emulator.addresses import spellings
from emulator.classroom.load import LAB_FILE
from emulator.edits import put, take
from emulator.scenario.edit import edited
from emulator.scenario.load import ScenarioError, load_scenario
from emulator.scenario.rules import Rule, Script, Then, When, is_refused
from emulator.steps import STEPS
from emulator.wire import Reply

JOB = "/_account/oai/openai/fine_tuning/jobs/ftjob-1"


def loaded(tmp_path: Path, text: str, name: str = "s.toml") -> Any:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return load_scenario(file)


@pytest.mark.parametrize(
    ("glob", "fits"),
    [
        ("*/openai/fine_tuning/jobs/ftjob-*", True),
        ("*/OPENAI/Fine_Tuning/jobs/*", True),
        ("/openai/fine_tuning/*", True),
        ("*/openai/fine_tuning/jobs", False),
        ("/fine_tuning/*", False),
        ("*ftjob-[0-9]", False),
        ("*/openai/fine_tuning/job?/ftjob-*", True),
        ("*/openai/fine_tuning/jobs/?", False),
        (JOB, True),
    ],
)
def test_a_glob_is_for_the_whole_path_as_sent_or_as_azures_host_has_it(glob: str, fits: bool) -> None:
    assert When(path=glob, method="GET").fits("GET", spellings(JOB)) is fits


def test_a_rule_begins_after_so_many_matches_and_ends_after_so_many_times() -> None:
    script = Script([Rule(When(path="*/x", method="GET", after=2, times=2), Then(status=500))])
    applied = [bool(script.next("GET", ["/a/x"])) for _ in range(6)]
    assert applied == [False, False, True, True, False, False]
    assert not script.next("POST", ["/a/x"])


def test_every_rule_that_matches_is_applied_in_order() -> None:
    script = Script([Rule(When(path="*"), Then(status=418)), Rule(When(path="*/x"), Then(status=503))])
    assert [then.status for then in script.next("GET", ["/x"])] == [418, 503]


@pytest.mark.parametrize(
    ("path", "value", "document", "result"),
    [
        ("status", "failed", {"status": "running"}, {"status": "failed"}),
        ("error.code", "x", {}, {"error": {"code": "x"}}),
        ("error.code", "x", {"error": None}, {"error": {"code": "x"}}),
        (
            "choices.0.message.content",
            "y",
            {"choices": [{"message": {"content": "z"}}]},
            {"choices": [{"message": {"content": "y"}}]},
        ),
        ("value.1", {"n": 2}, {"value": [{"n": 1}]}, {"value": [{"n": 1}, {"n": 2}]}),
        ("value.0.n", 2, {"value": []}, {"value": [{"n": 2}]}),
        ("a.b.c", 1, None, {"a": {"b": {"c": 1}}}),
    ],
)
def test_a_dotted_path_names_members_and_positions(path: str, value: Any, document: Any, result: Any) -> None:
    assert put(document, path, value) == result


def test_what_is_not_there_cannot_be_taken_away_and_does_no_harm() -> None:
    document = {"a": {"b": 1, "c": 2}, "list": [1, 2, 3]}
    for path in ("a.b", "list.1", "list.9", "x.y.z"):
        take(document, path)
    assert document == {"a": {"c": 2}, "list": [1, 3]}


def test_an_answer_is_changed_and_the_emulators_own_document_is_not() -> None:
    own = {"status": "running", "result_files": ["f"]}
    answer = edited(Reply(200, own), Then(set={"status": "failed"}, unset=("result_files",)))
    assert (answer.document, own) == ({"status": "failed"}, {"status": "running", "result_files": ["f"]})


def test_headers_are_set_and_taken_away_whatever_their_case() -> None:
    reply = Reply(200, {}, headers={"Retry-After": "15", "ETag": "x"})
    changed = edited(reply, Then(headers={"retry-after": "86400", "etag": None}))
    assert dict(changed.headers) == {"retry-after": "86400"}


def test_a_body_replaces_the_answers_and_raw_text_even_its_form() -> None:
    assert edited(Reply(200, {"a": 1}), Then(body={"b": 2})).document == {"b": 2}
    raw = edited(Reply(200, {"a": 1}), Then(raw="<html>"))
    assert (raw.encoded(), raw.media_type) == (b"<html>", "application/json; charset=utf-8")
    assert edited(Reply(200), Then(raw="text")).media_type.startswith("text/plain")


def test_a_success_that_becomes_an_error_keeps_nothing_of_itself() -> None:
    error = edited(Reply(200, {"id": "x"}), Then(status=409, set={"error.code": "CustomDomainInUse"}))
    assert (error.status, error.document) == (409, {"error": {"code": "CustomDomainInUse"}})
    bare = edited(Reply(200, {"id": "x"}), Then(status=503))
    assert bare.document["error"]["code"] == "ServiceUnavailable"
    assert edited(Reply(404, {"error": {"code": "a"}}), Then(status=410)).document == {"error": {"code": "a"}}


def test_azure_does_not_do_what_it_refuses() -> None:
    refusal = [Then(status=403)]
    assert is_refused("PUT", refusal)
    assert not is_refused("GET", refusal)
    assert not is_refused("PUT", [Then(status=200)])


def test_the_contracts_own_example_is_read(tmp_path: Path) -> None:
    scenario = loaded(
        tmp_path,
        """
id = "job-fails"
title = "The fine-tuning job fails: the training data is rejected"
source = "by design"
start = "2024-11-15T09:00:00Z"
[[rule]]
when = { method = "GET", path = "*/openai/fine_tuning/jobs/ftjob-*", after = 2, times = 5 }
then.status = 200
then.set = { "status" = "failed", "error.code" = "invalidPayload" }
then.headers = { ETag = "null" }
then.delay_s = 2
[expect]
verdict = "broken"
step = "2.5"
reason = "invalidPayload"
""",
        "job-fails.toml",
    )
    assert scenario.start == datetime(2024, 11, 15, 9, tzinfo=timezone.utc)
    rule = scenario.rules[0]
    assert (rule.when.method, rule.when.after, rule.when.times) == ("GET", 2, 5)
    assert dict(rule.then.set) == {"status": "failed", "error.code": "invalidPayload"}
    assert (dict(rule.then.headers), rule.then.delay_s, rule.then.drop) == ({"ETag": None}, 2.0, False)


@pytest.mark.parametrize(
    ("when", "path", "method"),
    [
        ("when = {}", "*", None),
        ('when = { method = "DELETE", times = 1 }', "*", "DELETE"),
        ('when = { path = "*/openai/files?api-version=*" }', "*/openai/files", None),
        ('when = { path = "*/openai/files?api-version=*&$top=*" }', "*/openai/files", None),
        ('when = { path = "*/openai/files?*" }', "*/openai/files", None),
        ('when = { path = "*/openai/file?" }', "*/openai/file?", None),
    ],
)
def test_a_path_is_any_path_unless_it_is_given(tmp_path: Path, when: str, path: str, method: str | None) -> None:
    rule = loaded(tmp_path, f"[[rule]]\n{when}\nthen.status = 500\n").rules[0]
    assert (rule.when.path, rule.when.method) == (path, method)


def test_what_the_rules_did_is_told() -> None:
    rules = [
        Rule(When(path="*/x", method="GET", after=1, times=1), Then(status=500)),
        Rule(When(path="*/y"), Then(status=500)),
    ]
    script = Script(rules, "odd")
    for _ in range(3):
        script.next("GET", ["/x"])
    assert script.document() == {
        "scenario": "odd",
        "rules": [
            {"rule": 1, "method": "GET", "path": "*/x", "after": 1, "matched": 3, "applied": 1},
            {"rule": 2, "method": None, "path": "*/y", "after": 0, "matched": 0, "applied": 0},
        ],
    }


def test_a_scenario_may_only_set_the_clock(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, "id = 'late'\nstart = 2025-11-12T00:00:00Z\n", "late.toml")
    assert (scenario.start, scenario.rules) == (datetime(2025, 11, 12, tzinfo=timezone.utc), ())


def test_a_copy_under_another_name_runs_as_well(tmp_path: Path) -> None:
    assert loaded(tmp_path, "id = 'late'\n", "copy.toml").id == "late"


def test_every_problem_is_named_with_its_line(tmp_path: Path) -> None:
    text = """id = 7
colour = "red"
start = "soon"
[[rule]]
when = { method = "GET", path = "*" }
then = { status = 99 }
[[rule]]
when = { method = "FETCH", after = -1 }
then = { stauts = 200, drop = "yes", body = {}, raw = "x" }
[[rule]]
when = { path = "*" }
[[rule]]
then = { status = 500 }
[expect]
verdict = "perfect"
"""
    with pytest.raises(ScenarioError) as caught:
        loaded(tmp_path, text)
    found = [problem.partition("s.toml:")[2].split(":")[:2] for problem in caught.value.problems]
    assert [(int(line), key.strip()) for line, key in found] == [
        (1, "id"),
        (2, "colour"),
        (3, "start"),
        (6, "status"),
        (8, "method"),
        (8, "after"),
        (9, "stauts"),
        (9, "raw"),
        (9, "drop"),
        (10, "then"),
        (12, "when"),
        (15, "verdict"),
    ]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ('[expect]\nstep = "9.9"', "s.toml:2: step: found '9.9', expected one of 1.1, 1.2"),
        ("[expect]\nstep = 2.5", "s.toml:2: step: found 2.5"),
        ("[expect]\nreason = 3", "s.toml:2: reason: found 3, expected text in quotes"),
        ('[[rule]]\nwhen.path = "openai/files"\nthen.status = 500', "s.toml:2: path: .*begins with '/' or"),
        ('[[rule]]\nwhen.path = "*/openai/[files"\nthen.status = 500', "s.toml:2: path: .*come in pairs"),
        ('[[rule]]\nwhen.path = ""\nthen.status = 500', "s.toml:2: path: found ''.*begins with '/' or"),
        ("[[rule]]\nthen.status = 500", r"s.toml:1: when: found none, .*`when = \{\}`: every one"),
        ('[[rule]]\nwhen.path = "*"\nwhen.times = 0\nthen.status = 500', "s.toml:3: times: .*of 1 or more"),
        ('[[rule]]\nwhen.path = "*"\nwhen.after = -1\nthen.status = 500', "s.toml:3: after: .*of 0 or more"),
        ('[[rule]]\nwhen.path = "*"\nthen.status = 600', "s.toml:3: status: found 600"),
        ('[[rule]]\nwhen.path = "*"\n[rule.then.set]\n"" = 1', "s.toml:3: set: found ''"),
        ('[[rule]]\nwhen.path = "*"\n[rule.then.set]\n"a..b" = 1', "s.toml:4: set: found 'a..b'"),
        ('[[rule]]\nwhen.path = "*"\nthen.set = { "choices.-1.x" = 1 }', "s.toml:3: set: .*counted from 0"),
        ('[[rule]]\nwhen.path = "*"\nthen.set = { a = 2024-11-15 }', "s.toml:3: set: .*dates and times as text"),
        (
            '[[rule]]\nwhen.path = "*"\nthen.set = { choices = { 0 = { text = "x" } } }',
            's.toml:3: set: .*in quotes, such as "choices.0.text"; a table takes the place of a list',
        ),
        (
            '[[rule]]\nwhen.path = "*"\nthen.set = { "a.b" = { list = { 1 = 2 } } }',
            's.toml:3: set: .*such as "a.b.list.1"',
        ),
        ('[[rule]]\nwhen.path = "*"\nthen.unset = ["a.", 3]', r"s.toml:3: unset: found 'a.'.*unset: found 3"),
        ('[[rule]]\nwhen.path = "*"\nthen.headers = { "X\\n" = "x" }', "s.toml:3: headers: .*no line breaks"),
        ('[[rule]]\nwhen.path = "*"\nthen.headers = { X = "a\\r\\nb" }', "s.toml:3: headers: .*on one line"),
        ('[[rule]]\nwhen.path = "*"\nthen.delay_s = inf', "s.toml:3: delay_s"),
    ],
)
def test_what_can_never_work_is_refused_with_its_line(tmp_path: Path, rule: str, words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        loaded(tmp_path, rule)


def test_steps_are_those_of_the_labs_own_file() -> None:
    sections = toml.loads(LAB_FILE.read_text(encoding="utf-8"))
    assert tuple(step["id"] for step in sections["step"]) == STEPS


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"id = @", "line 1"), (b"\xff\xfe", "not UTF-8"), (b"rule = 3\n", "tables")],
)
def test_files_that_cannot_be_read_at_all(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "s.toml"
    file.write_bytes(content)
    with pytest.raises(ScenarioError, match=words):
        load_scenario(file)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="cannot be read"):
        load_scenario(tmp_path / "none.toml")


def test_an_edited_answer_is_still_json() -> None:
    assert json.loads(edited(Reply(200, {"a": "ü"}), Then(set={"b": 1})).encoded()) == {"a": "ü", "b": 1}
