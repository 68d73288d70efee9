"""Paths of a scenario's `set`, with quotes and without."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.scenario.edit import edited
from emulator.scenario.load import load_scenario
from emulator.scenario.rules import Rule
from emulator.wire import Reply

REPLY = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "a"}}], "usage": {"total": 3, "own": 1}}


def rules(tmp_path: Path, text: str) -> tuple[Rule, ...]:
    file = tmp_path / "s.toml"
    file.write_text(text, encoding="utf-8")
    return load_scenario(file).rules


@pytest.mark.parametrize(
    "then",
    [
        'then = { set = { "choices.0.message.content" = "b", "usage.total" = 4 } }',
        'then = { set = { choices.0.message.content = "b", usage.total = 4 } }',
        "then = { set = { choices . 0 . message . content = 'b', usage.total = 4 } }",
        'then.set.choices.0.message.content = "b"\nthen.set.usage.total = 4',
        '[rule.then.set]\nchoices.0.message.content = "b" # usage.own = 1\nusage.total = 4',
        '[rule.then]\nset.choices.0.message.content = """b"""\nset.usage.total = 4',
        '[rule.then.set]\n"usage.total" = 4\n[rule.then.set.choices.0.message]\nrole = "assistant"\ncontent = "b"',
    ],
)
def test_a_dotted_path_means_the_same_without_its_quotes(tmp_path: Path, then: str) -> None:
    (rule,) = rules(tmp_path, f'[[rule]]\nwhen = {{ path = "*" }}\n{then}\n')
    choice = {"index": 0, "message": {"role": "assistant", "content": "b"}}
    assert edited(Reply(200, REPLY), rule.then).document == {"choices": [choice], "usage": {"total": 4, "own": 1}}


@pytest.mark.parametrize(
    "then",
    [
        "then = { set = { usage = { total = 4 } } }",
        'then = { set = { usage = { total = 4 } }, headers = { X = "usage.total = 4" } } # usage.total = 4',
        "[rule.then.set.usage]\ntotal = 4",
        "then.body = { usage.own = 2 }\nthen.set = { usage = { total = 4 } }",
    ],
)
def test_a_table_takes_the_place_of_what_is_there(tmp_path: Path, then: str) -> None:
    (rule,) = rules(tmp_path, f'[[rule]]\nwhen = {{ path = "*" }}\n{then}\n')
    assert edited(Reply(200, {"usage": {"total": 3, "own": 1}}), rule.then).document == {"usage": {"total": 4}}


def test_a_table_at_a_path_without_quotes_stays_a_table(tmp_path: Path) -> None:
    text = '[[rule]]\nwhen = {}\nthen.set = { properties.model = { name = "x" }, properties.a = {} }\n'
    assert dict(rules(tmp_path, text)[0].then.set) == {"properties.model": {"name": "x"}, "properties.a": {}}
