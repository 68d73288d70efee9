"""The rooms: what each part of the suite may import, and where the environment may be read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.suite.lab.fakes import ROOT

FORBIDDEN = {
    "lab": ("pytest", "_pytest", "vcr", "emulator", "fixtures", "tests", "conftest"),
    "emulator": ("pytest", "_pytest", "vcr", "lab", "fixtures", "tests", "conftest"),
    "fixtures": ("emulator", "tests", "conftest"),
}
ENVIRONMENT = frozenset({"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv", "expandvars"})


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imported(source: str) -> Iterator[tuple[int, str]]:
    """Line and whole name of every module that a source imports, wherever it does, by name in a call too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module
        elif isinstance(node, ast.Call) and _called(node) in ("import_module", "__import__"):
            yield from (
                (node.lineno, given.value)
                for given in node.args
                if isinstance(given, ast.Constant) and isinstance(given.value, str)
            )


def _called(node: ast.Call) -> str:
    return str(getattr(node.func, "attr", None) or getattr(node.func, "id", ""))


def environment_reads(source: str) -> list[int]:
    """The lines that read or change the environment, or import what does."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        named = [alias.name for alias in node.names] if isinstance(node, ast.ImportFrom) else []
        used = [node.attr] if isinstance(node, ast.Attribute) else []
        if ENVIRONMENT.intersection(named + used):
            lines.append(node.lineno)  # type: ignore[attr-defined]  # both kinds of node have one
    return lines


@pytest.mark.parametrize("room", FORBIDDEN)
def test_a_room_imports_nothing_of_the_rooms_above_it(room: str) -> None:
    assert modules(room), f"{room}/ holds no module"
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{line} imports {name}"
        for path in modules(room)
        for line, name in imported(path.read_text(encoding="utf-8"))
        if name.partition(".")[0] in FORBIDDEN[room]
    ]
    assert found == []


def test_only_the_settings_of_the_library_read_the_environment() -> None:
    readers = {
        path.relative_to(ROOT).as_posix()
        for path in modules("lab")
        if environment_reads(path.read_text(encoding="utf-8"))
    }
    assert readers == {"lab/settings.py"}


@pytest.mark.parametrize("room", ["lab", "emulator", "fixtures"])
def test_a_file_fits_on_a_few_screens(room: str) -> None:
    long = [path.name for path in modules(room) if len(path.read_text(encoding="utf-8").splitlines()) > 300]
    assert long == []


@pytest.mark.parametrize(
    ("source", "names"),
    [
        pytest.param("import pytest.mark as m, os", ["pytest.mark", "os"], id="import"),
        pytest.param("from vcr.util import x", ["vcr.util"], id="from"),
        pytest.param("def f():\n    import emulator", ["emulator"], id="inside-a-function"),
        pytest.param("import importlib\nimportlib.import_module('lab.run')", ["importlib", "lab.run"], id="by-name"),
        pytest.param("from . import x\nfrom .lab import y", [], id="relative-ones-stay-in-the-room"),
    ],
)
def test_every_way_to_import_is_seen(source: str, names: list[str]) -> None:
    assert [name for _, name in imported(source)] == names


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        pytest.param("import os\nos.environ['A']", [2], id="environ"),
        pytest.param("import os as system\nsystem.getenv('A')", [2], id="under-another-name"),
        pytest.param("from os import environ", [1], id="imported"),
        pytest.param("import os\nos.fsync(1)", [], id="other-uses-of-os"),
    ],
)
def test_every_way_to_read_the_environment_is_seen(source: str, lines: list[int]) -> None:
    assert environment_reads(source) == lines
