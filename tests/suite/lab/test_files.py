"""Writing files: whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lab.files import replacing, write_atomically, write_json


def test_a_file_and_its_directories_are_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "verdict.txt"
    write_atomically(path, "첫째\nsecond\n")
    assert path.read_bytes() == "첫째\nsecond\n".encode()


def test_the_old_content_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "verdict.txt"
    write_atomically(path, "a longer first content")
    write_atomically(path, "second")
    assert path.read_text(encoding="utf-8") == "second"
    assert list(tmp_path.iterdir()) == [path]


def test_others_may_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "verdict.txt"
    write_atomically(path, "content")
    assert path.stat().st_mode & 0o777 == 0o644


def test_an_interruption_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "verdict.txt"
    write_atomically(path, "old")

    def interrupt(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_json_keeps_the_order_of_its_members_and_its_letters(tmp_path: Path) -> None:
    path = tmp_path / "verdict.json"
    write_json(path, {"version": 1, "a": "허브"})
    assert path.read_text(encoding="utf-8") == '{\n  "version": 1,\n  "a": "허브"\n}\n'


def test_half_a_surrogate_pair_in_an_answer_does_not_cost_the_report(tmp_path: Path) -> None:
    path = tmp_path / "verdict.json"
    write_json(path, {"reply": "half \ud83d"})
    assert json.loads(path.read_text(encoding="utf-8")) == {"reply": "half \ud83d"}


def test_a_file_that_is_written_bit_by_bit_takes_the_old_ones_place_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    write_atomically(path, "old\n")
    with replacing(path) as file:
        file.write("a\n")
        assert path.read_text(encoding="utf-8") == "old\n"
        file.write("b\n")
    assert path.read_bytes() == b"a\nb\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_half_written_is_gone_and_the_old_one_stays(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    write_atomically(path, "old\n")

    def half() -> None:
        with replacing(path) as file:
            file.write("a\n")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    assert path.read_text(encoding="utf-8") == "old\n"
    assert list(tmp_path.iterdir()) == [path]


def test_what_steers_a_terminal_is_written_escaped_and_read_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "evidence.json"
    reply = "\x1b[2J\x9b2K\x7f \u202egnp.exe\u2069 \u2028 허브 نص"
    write_json(path, {"reply": reply})
    text = path.read_text(encoding="utf-8")
    assert not [char for char in text if char in "\x1b\x9b\x7f\u202e\u2069\u2028"]
    assert "허브 نص" in text
    assert json.loads(text) == {"reply": reply}
