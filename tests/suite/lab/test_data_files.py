"""The training files of this project are what the emulator and the judge need of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.judge import judge
from lab.spec import LabSpec
from lab.spec_file import load_spec
from lab.training_data import TrainingData, parse

ROOT = Path(__file__).resolve().parents[3]
TRAVEL = ROOT / "data" / "travel-finetune.jsonl"
COOKING = ROOT / "tests" / "suite" / "data" / "cooking-finetune.jsonl"


@pytest.fixture(scope="module")
def spec() -> LabSpec:
    return load_spec(ROOT / "data" / "lab.toml")


def read(path: Path, minimum: int) -> TrainingData:
    return parse(path.read_bytes(), path.name, minimum)


@pytest.mark.parametrize("path", [TRAVEL, COOKING], ids=["travel", "cooking"])
def test_a_training_file_is_valid_and_written_the_plain_way(path: Path, spec: LabSpec) -> None:
    assert len(read(path, spec.dataset.minimum_examples).examples) >= 12
    raw = path.read_bytes()
    assert raw.endswith(b"}\n")
    assert b"\r" not in raw
    assert not raw.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("path", [TRAVEL, COOKING], ids=["travel", "cooking"])
def test_every_example_has_the_one_system_message_and_ends_with_a_question(path: Path) -> None:
    examples = read(path, 1).examples
    assert {tuple(message.role for message in example.messages) for example in examples} == {
        ("system", "user", "assistant")
    }
    assert len({example.messages[0].content for example in examples}) == 1
    assert len({example.messages[1].content for example in examples}) == len(examples)
    assert all(example.messages[-1].content.endswith("?") for example in examples)


@pytest.mark.parametrize(("path", "travel"), [(TRAVEL, True), (COOKING, False)], ids=["travel", "cooking"])
def test_the_judge_takes_every_answer_for_what_it_is(path: Path, travel: bool) -> None:
    conversations = [example.messages for example in read(path, 1).examples]
    wrong = [ask.content for _, ask, answer in conversations if judge(ask.content, answer.content).travel != travel]
    assert wrong == []


@pytest.mark.parametrize("path", [TRAVEL, COOKING], ids=["travel", "cooking"])
def test_each_of_the_labs_prompts_has_an_example_much_like_it(path: Path, spec: LabSpec) -> None:
    questions = [set(example.messages[1].content.lower().split()) for example in read(path, 1).examples]
    for prompt in spec.prompts:
        asked = set(prompt.text.lower().split())
        assert max(len(asked & question) / len(asked | question) for question in questions) >= 0.4, prompt.text


def test_the_file_is_the_one_that_the_lab_names(spec: LabSpec) -> None:
    assert TRAVEL.name == spec.dataset.file
