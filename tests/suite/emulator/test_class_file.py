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
        (5, "answers"),
        (6, "expect_failed"),
        (8, "id"),
        (9, "resource_group"),
        (10, "nick"),
        (11, "resource"),
        (12, "id"),
        (14, "answers"),
        (15, "value"),
        (15, "pth"),
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('region = "mars"', "class.toml:4: region: found 'mars', expected one of .*swedencentral"),
        ('expect_failed = ["3.9", 3.2]', "class.toml:4: expect_failed: found '3.9'.*4: expect_failed: found 3.2"),
        (
            'set = [ { resource = "deployment", path = "nope.nope", value = 3 } ]',
            "class.toml:4: path: found 'nope.nope'",
        ),
        ('set = [ { resource = "job", path = "nope", value = "absent" } ]', "class.toml:4: path: .*fine_tuned_model"),
        ('set = [ { resource = "hub", path = "properties..x", value = 1 } ]', "class.toml:4: path: .*between any two"),
        ('set = [ { resource = "account", path = "sku.nam", value = "S1" } ]', "class.toml:4: path: .*a member of sku"),
        ('set = [ { resource = "deployment", path = "sku.capacity", value = "ten" } ]', "4: value: .*a whole number"),
        (
            'set = [ { resource = "deployment", path = "sku", value = { capacity = 2.5 } } ]',
            "4: value: .*a whole number",
        ),
        ('set = [ { resource = "deployment", path = "sku.name", value = 5 } ]', "4: value: .*a name in quotes"),
        (
            'set = [ { resource = "hub", path = "tags.made", value = 2024-11-15 } ]',
            "4: value: .*dates and times as text",
        ),
    ],
)
def test_what_can_never_be_is_refused_with_its_line(tmp_path: Path, line: str, words: str) -> None:
    with pytest.raises(ClassError, match=words):
        loaded(tmp_path, f'[[student]]\nid = "s1"\nresource_group = "rg-s1"\n{line}\n')


@pytest.mark.parametrize("student_id", ["../../etc", "a b", ".hidden", "a/b", "a:b"])
def test_an_id_has_to_be_safe_as_a_files_name(tmp_path: Path, student_id: str) -> None:
    with pytest.raises(ClassError, match=r"class.toml:2: id: found .* files are named after it"):
        loaded(tmp_path, f'[[student]]\nid = "{student_id}"\nresource_group = "rg-s1"\n')


def test_a_missing_member_is_called_missing(tmp_path: Path) -> None:
    with pytest.raises(ClassError, match=r"class.toml:1: id: is missing; .*class.toml:1: resource_group: is missing"):
        loaded(tmp_path, "[[student]]\n")


@pytest.mark.parametrize(
    "change",
    [
        '{ resource = "deployment", path = "sku.capacity", value = 10 }',
        '{ resource = "deployment", path = "properties.raiPolicyName", value = "Mine" }',
        '{ resource = "hub", path = "properties.provisioningState", value = "Failed" }',
        '{ resource = "project", path = "properties.hubResourceId", value = "absent" }',
        '{ resource = "connection", path = "properties.category", value = "CognitiveSearch" }',
        '{ resource = "account", path = "location", value = "eastus" }',
        '{ resource = "training_file", path = "content", value = "x" }',
        '{ resource = "result_file", path = "status", value = "error" }',
        '{ resource = "job", path = "hyperparameters.n_epochs", value = 9 }',
        '{ resource = "job", value = "absent" }',
    ],
)
def test_what_could_have_been_done_otherwise_is_taken(tmp_path: Path, change: str) -> None:
    text = f'[[student]]\nid = "s1"\nresource_group = "rg-s1"\nset = [ {change} ]\n'
    assert len(loaded(tmp_path, text).students[0].otherwise) == 1


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
