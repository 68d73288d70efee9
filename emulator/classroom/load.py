"""Reading a class file: every problem at once, each with its line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emulator import toml
from emulator.behaviour.catalog import load_catalog, region_name
from emulator.behaviour.examples import InvalidLineError, parse_examples
from emulator.classroom.checks import change_problem, value_problem
from emulator.classroom.students import (
    ABSENT,
    BASE_MODEL,
    DEFAULT_REGION,
    LAB_DATA,
    RESOURCES,
    ClassError,
    Classroom,
    Otherwise,
    Recipe,
    Student,
    TrainingData,
)
from emulator.edits import Edit
from emulator.steps import STEPS

LAB_FILE = Path(__file__).parents[2] / "data" / "lab.toml"
KEYS = ("id", "resource_group", "region", "answers", "set", "expect_failed")
SET_KEYS = ("resource", "path", "value")

_ID = re.compile(r"(?!\.)[\w.-]+")
_GROUP = re.compile(r"[-\w.()]{1,90}(?<!\.)")


def load_class(path: Path, dataset: Path | None) -> Classroom:
    """Read and check a class; `dataset` is the lab's own training data. Raises `ClassError` with all problems."""
    try:
        text, table = toml.read(path)
    except toml.UnreadableError as error:
        raise ClassError([str(error)]) from error
    reader = _Reader(path, text.splitlines(), dataset)
    students = reader.students(table)
    if reader.problems:
        raise ClassError([problem for _, problem in sorted(reader.problems, key=lambda found: found[0])])
    return Classroom(path, load_recipe(LAB_FILE), students)


def load_recipe(path: Path) -> Recipe:
    """What the lab asks of everybody; raises `ClassError` when its file does not say it."""
    try:
        table = toml.loads(path.read_text(encoding="utf-8"))
        return Recipe(
            model=table["model"]["name"],
            suffix=table["model"]["suffix"],
            sku=table["deployment"]["sku"],
            capacity=int(table["deployment"]["capacity"]),
            file_name=table["dataset"]["file"],
        )
    except (OSError, KeyError, ValueError) as error:
        raise ClassError([f"{path}: a class needs [model], [deployment] and [dataset] from here: {error!r}"]) from error


@dataclass
class _Reader:
    """Turns tables into students, and keeps what is wrong with them."""

    source: Path
    lines: list[str]
    dataset: Path | None
    problems: list[tuple[int, str]] = field(default_factory=list)
    _regions: frozenset[str] = field(default_factory=lambda: frozenset(load_catalog().regions))
    _data: dict[Path, TrainingData] = field(default_factory=dict)

    def students(self, table: dict[str, Any]) -> tuple[Student, ...]:
        for key in table:
            if key != "student":
                self._complain(0, key, "no such table of a class; expected [[student]]")
        entries = table.get("student", [])
        if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
            self._complain(0, "student", "found no students, expected [[student]] tables")
            return ()
        students = [self._student(entry, number) for number, entry in enumerate(entries, start=1)]
        for member in ("id", "resource_group"):
            self._unique(member, [str(getattr(student, member)).lower() for student in students])
        return tuple(students)

    def _student(self, table: dict[str, Any], number: int) -> Student:
        for key in table:
            if key not in KEYS:
                self._complain(number, key, f"no such member of a student; expected one of {', '.join(KEYS)}")
        answers = self._text(table, "answers", number, default=LAB_DATA)
        self._check_steps(table.get("expect_failed", []), number)
        student_id = self._text(table, "id", number)
        if student_id and not _ID.fullmatch(student_id):
            expected = "letters, digits, '.', '_' and '-', the first of them no '.'"
            self._complain(number, "id", f"found {student_id!r}, expected {expected}: files are named after it")
        group = self._text(table, "resource_group", number)
        if group and not _GROUP.fullmatch(group):
            self._complain(number, "resource_group", f"found {group!r}, expected a name that Azure takes")
        region = self._text(table, "region", number, default=DEFAULT_REGION)
        if region and region_name(region) not in self._regions:
            known = ", ".join(sorted(self._regions))
            self._complain(number, "region", f"found {region!r}, expected one of {known}")
        return Student(
            id=student_id,
            resource_group=group,
            region=region,
            data=self._training_data(answers, number),
            deploys_base=answers == BASE_MODEL,
            otherwise=self._otherwise(table.get("set", []), number),
        )

    def _check_steps(self, failed: Any, number: int) -> None:
        if not isinstance(failed, list):
            self._complain(number, "expect_failed", f"found {failed!r}, expected a list of step ids")
            return
        for step in failed:
            if step not in STEPS:
                found = f"found {step!r}, expected ids of steps, in quotes: {', '.join(STEPS)}"
                self._complain(number, "expect_failed", found)

    def _otherwise(self, entries: Any, number: int) -> tuple[Otherwise, ...]:
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            self._complain(number, "set", f"found {entries!r}, expected a list of tables")
            return ()
        return tuple(self._one_otherwise(entry, number) for entry in entries)

    def _one_otherwise(self, entry: dict[str, Any], number: int) -> Otherwise:
        for key in entry:
            if key not in SET_KEYS:
                self._complain(number, key, f"no such member of `set`; expected one of {', '.join(SET_KEYS)}")
        resource, path = entry.get("resource"), entry.get("path", "")
        if resource not in RESOURCES:
            self._complain(number, "resource", f"found {resource!r}, expected one of {', '.join(RESOURCES)}")
        if not isinstance(path, str):
            self._complain(number, "path", f"found {path!r}, expected a dotted path such as sku.capacity")
        if "value" not in entry or (not path and entry["value"] != ABSENT):
            self._complain(number, "value", 'found no path to set, expected a path and a value, or the value "absent"')
        elif resource in RESOURCES and isinstance(path, str) and path:
            self._check_change(resource, path, entry["value"], number)
        return Otherwise(str(resource), Edit(str(path), entry.get("value"), entry.get("value") == ABSENT))

    def _check_change(self, resource: str, path: str, value: Any, number: int) -> None:
        expected = change_problem(resource, path)
        if expected:
            self._complain(number, "path", f"found {path!r} of resource {resource!r}, expected {expected}", path)
        elif expected := value_problem(path, value):
            self._complain(number, "value", f"found {value!r} for {path!r}, expected {expected}", path)

    def _training_data(self, answers: str, number: int) -> TrainingData:
        """The data that a student's model was tuned on. A base model is deployed beside one that was tuned as usual."""
        if answers in {LAB_DATA, BASE_MODEL}:
            if self.dataset is None:
                self._complain(number, "answers", "there is no data set; start the emulator with --dataset FILE")
                return TrainingData(b"", ())
            return self._read(self.dataset, number)
        if not answers.endswith(".jsonl"):
            self._complain(
                number,
                "answers",
                f'found {answers!r}, expected "{LAB_DATA}", "{BASE_MODEL}" or the path of a .jsonl file',
            )
            return TrainingData(b"", ())
        return self._read(self.source.parent / answers, number)

    def _read(self, path: Path, number: int) -> TrainingData:
        if path not in self._data:
            self._data[path] = TrainingData(b"", ())
            try:
                content = path.read_bytes()
                self._data[path] = TrainingData(content, parse_examples(content))
            except OSError as error:
                self._complain(number, "answers", f"{path}: cannot be read ({error.strerror})")
            except InvalidLineError as error:
                self._complain(number, "answers", f"{path}: {error.reason}")
        return self._data[path]

    def _text(self, table: dict[str, Any], key: str, number: int, *, default: str | None = None) -> str:
        value = table.get(key, default)
        if isinstance(value, str) and value.strip():
            return value.strip()
        self._complain(number, key, "is missing" if value is None else f"found {value!r}, expected text in quotes")
        return ""

    def _unique(self, member: str, values: list[str]) -> None:
        for number, value in enumerate(values, start=1):
            if value and value in values[: number - 1]:
                self._complain(number, member, f"found {value!r} for the second time, expected one of its own")

    def _complain(self, number: int, key: str, problem: str, within: str = "") -> None:
        """Keep a problem of a member; `within` is a value that stands on the same line, where the key occurs often."""
        line = self._line(number, rf"[\"']{re.escape(within)}[\"']") if within else None
        line = line or self._line(number, rf"(^|[\s{{,]){re.escape(key)}\s*=") or self._span(number)[0] + 1
        self.problems.append((line, f"{self.source}:{line}: {key}: {problem}"))

    def _line(self, number: int, pattern: str) -> int | None:
        begin, end = self._span(number)
        return next((at + 1 for at in range(begin, end) if re.search(pattern, self.lines[at])), None)

    def _span(self, number: int) -> tuple[int, int]:
        """Where the student of this number begins and ends, or the whole file for 0."""
        headers = [at for at, line in enumerate(self.lines) if re.match(r"\s*\[\[\s*student\s*\]\]", line)]
        if not 0 < number <= len(headers):
            return 0, len(self.lines)
        return headers[number - 1], (*headers, len(self.lines))[number]
