"""The journal: what a run meant to make survives its end."""

from __future__ import annotations

import threading
from pathlib import Path

from lab.journal import Entry, Journal, read_journal, still_there


def test_what_was_written_is_read_again_in_order(tmp_path: Path) -> None:
    path = tmp_path / "runs" / "live-1.jsonl"
    journal = Journal(path)
    journal.write("making", "resource group", "rg-1", region="swedencentral")
    journal.write("deleted", "resource group", "rg-1")
    assert read_journal(path) == (
        Entry("making", "resource group", "rg-1", {"region": "swedencentral"}),
        Entry("deleted", "resource group", "rg-1", {}),
    )


def test_an_entry_is_on_disk_before_write_returns(tmp_path: Path) -> None:
    path = tmp_path / "live-1.jsonl"
    journal = Journal(path)
    for count in (1, 2, 3):
        journal.write("making", "resource", f"r{count}")
        assert len(read_journal(path)) == count


def test_a_journal_that_was_never_written_is_empty(tmp_path: Path) -> None:
    assert read_journal(tmp_path / "none.jsonl") == ()


def test_a_journal_without_a_path_keeps_nothing(tmp_path: Path) -> None:
    Journal(None).write("making", "resource group", "rg-1")
    assert list(tmp_path.iterdir()) == []


def test_a_line_cut_off_by_a_crash_is_left_out_wherever_it_was_cut(tmp_path: Path) -> None:
    path = tmp_path / "live-1.jsonl"
    journal = Journal(path)
    journal.write("making", "resource group", "rg-1")
    whole = path.read_bytes()
    journal.write("making", "resource", "허브-1")
    both = path.read_bytes()
    for end in range(len(whole), len(both) - 2):
        path.write_bytes(both[:end])
        assert [entry.name for entry in read_journal(path)] == ["rg-1"], both[:end]


def test_a_name_with_a_line_separator_stays_one_entry(tmp_path: Path) -> None:
    path = tmp_path / "live-1.jsonl"
    Journal(path).write("making", "resource", "a\u2028b\nc")
    assert [entry.name for entry in read_journal(path)] == ["a\u2028b\nc"]


def test_writers_side_by_side_do_not_mix_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "live-1.jsonl"
    journal = Journal(path)

    def write(writer: int) -> None:
        for number in range(10):
            journal.write("making", "resource", f"{writer}-{number}")

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    expected = {f"{writer}-{number}" for writer in range(4) for number in range(10)}
    assert {entry.name for entry in read_journal(path)} == expected
    assert len(read_journal(path)) == 40


def test_what_nobody_deleted_is_still_there() -> None:
    entries = (
        Entry("making", "resource group", "rg-gone", {}),
        Entry("making", "resource group", "rg-left", {"region": "eastus2"}),
        Entry("making", "account", "rg-gone", {}),
        Entry("made", "resource group", "rg-left", {}),
        Entry("deleted", "resource group", "rg-gone", {}),
    )
    assert still_there(entries, "resource group") == (entries[1],)
    assert still_there(entries, "account") == (entries[2],)
    assert still_there(entries, "deployment") == ()


def test_what_was_only_meant_to_be_made_counts_as_there() -> None:
    meant = Entry("making", "resource group", "rg-1", {})
    assert still_there((meant, meant), "resource group") == (meant,)
