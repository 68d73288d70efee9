"""Reading a class file: what is wrong is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.classroom.load import LAB_FILE, load_class, load_recipe
from emulator.classroom.students import ClassError, Classroom
from emulator.edits import Edit
from tests.suite.emulator import lab

COOKING = lab.DATA / "cooking-finetune.jsonl"


def loaded(tmp_path: Path, text: str, dataset: Path | None = COOKING) -> Classroom:
    file = tmp_path / "class.toml"
    file.write_text(text, encoding="utf-8")
    return load_class(file, dataset)


def test_a_student_has_the_labs_data_and_a_region_unless_the_file_says_otherwise(tmp_path: Path) -> None:
    (student,) = loaded(tmp_path, '[[student]]\nid = "s1"\nresource_group = "rg-s1"\n').students
    assert (student.region, student.deploys_base, student.otherwise) == ("swedencentral", False, ())
    assert student.data.content == COOKING.read_bytes()


def test_the_contracts_own_example_is_read(tmp_path: Path) -> None:
    text = """
[[student]]
id = "s001"
resource_group = "rg-s001"
region = "eastus2"
answers = "base"
set = [ { resource = "deployment", path = "sku.capacity", value = 10 }, { resource = "connection", value = "absent" } ]
expect_failed = ["3.2"]
"""
    (student,) = loaded(tmp_path, text).students
    assert student.deploys_base
    assert student.edits("deployment") == (Edit("sku.capacity", 10),)
    assert (student.lacks("connection"), student.lacks("hub")) == (True, False)


def test_answers_may_be_a_file_beside_the_class(tmp_path: Path) -> None:
    (tmp_path / "tea.jsonl").write_bytes(lab.chats("tea"))
    text = '[[student]]\nid = "s1"\nresource_group = "rg-s1"\nanswers = "tea.jsonl"\n'
    assert loaded(tmp_path, text).students[0].data.content == lab.chats("tea")


def test_what_the_lab_asks_is_read_from_its_own_file() -> None:
    recipe = load_recipe(LAB_FILE)
    assert (recipe.model, recipe.sku, recipe.capacity) == ("gpt-35-turbo", "Standard", 5)
    assert recipe.file_name.endswith(".jsonl")


def test_every_problem_is_named_with_its_line(tmp_path: Path) -> None:
    text = """colour = "red"
[[student]]
id = "s1"
resource_group = "rg-s1"
answers = "poetry"
expect_failed = "3.2"
[[student]]
id = "S1"
resource_group = "bad group?"
nick = "x"
set = [ { resource = "shelf", path = "a", value = 1 } ]
[[student]]
resource_group = "rg-s3"
answers = "none.jsonl"
set = [ { resource = "hub", value = 3 }, { resource = "job", pth = "x", value = "absent" } ]
"""
    with pytest.raises(ClassError) as caught:
        loaded(tmp_path, text)
    found = [problem.partition("class.toml:")[2].split(":")[:2] for problem in caught.value.problems]
    assert [(int(line), key.strip()) for line, key in found] == [
        (1, "colour"),
        (6, "expect_failed"),
        (5, "answers"),
        (10, "nick"),
        (9, "resource_group"),
        (11, "resource"),
        (12, "id"),
        (14, "answers"),
        (15, "value"),
        (15, "pth"),
        (8, "id"),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "no students"), (b"[[student]\n", "line 1"), (b"\xff", "not UTF-8"), (b"student = 3", "no students")],
)
def test_files_that_hold_no_class(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "class.toml"
    file.write_bytes(content)
    with pytest.raises(ClassError, match=words):
        load_class(file, COOKING)


def test_the_labs_data_have_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(ClassError, match="--dataset"):
        loaded(tmp_path, '[[student]]\nid = "s1"\nresource_group = "rg-s1"\n', dataset=None)


def test_a_lab_file_without_a_model_is_told(tmp_path: Path) -> None:
    file = tmp_path / "lab.toml"
    file.write_text("[model]\n", encoding="utf-8")
    with pytest.raises(ClassError, match="name"):
        load_recipe(file)
