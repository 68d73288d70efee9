"""Lines are broken between words, with the width that a terminal gives each letter."""

from __future__ import annotations

import pytest

from lab.lines import broken, columns


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        pytest.param("short", ["short"], id="fits"),
        pytest.param("", [""], id="empty"),
        pytest.param("one two three four five", ["one two three", "    four five"], id="words"),
        pytest.param(
            "run `az group delete --name x` now", ["run", "    `az group delete --name x`", "    now"], id="command"
        ),
        pytest.param("a file/of/a/very/long/name", ["a", "    file/of/a/very/long/name"], id="long-word"),
        pytest.param("리소스 그룹을 삭제", ["리소스 그룹을", "    삭제"], id="korean-is-wide"),
    ],
)
def test_a_line_is_broken_between_words(line: str, lines: list[str]) -> None:
    assert broken(line, 14, "    ") == lines


def test_no_line_is_wider_than_the_terminal() -> None:
    text = "미세 조정 training loss 3.8999, and what Azure said of it " * 20
    lines = broken(text, 40)
    assert max(columns(line) for line in lines) <= 40
    assert " ".join(line.strip() for line in lines) == text.strip()
