"""The journal: what a run meant to make survives its end."""

from __future__ import annotations

import threading
from pathlib import Path

from lab.journal import Entry, Event, Group, Journal, groups_of, read_journal


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


def of_group(event: Event, name: str = "rg-1", **details: str) -> Entry:
    return Entry(event, "resource group", name, details)


MAKING = of_group("making", suffix="s1", region="eastus2", subscription="sub")


def a_group(*, deleted: bool = False, purged: bool = False) -> Group:
    return Group("rg-1", "s1", "eastus2", "sub", deleted, purged)


def test_what_was_only_meant_to_be_made_counts_as_there() -> None:
    (group,) = groups_of((MAKING, MAKING))
    assert group == a_group()
    assert not group.is_gone


def test_a_group_is_gone_when_it_is_deleted_and_its_accounts_are_purged() -> None:
    deleted, purged = of_group("deleted"), of_group("purged")
    assert groups_of((MAKING, of_group("deleting"))) == (a_group(),)
    assert groups_of((MAKING, deleted)) == (a_group(deleted=True),)
    assert not a_group(deleted=True).is_gone
    (gone,) = groups_of((MAKING, deleted, purged))
    assert gone.is_gone


def test_a_group_that_is_made_once_more_is_there_again() -> None:
    entries = (MAKING, of_group("deleted"), of_group("purged"), MAKING)
    assert groups_of(entries) == (a_group(),)


def test_groups_come_in_the_order_in_which_they_were_made_and_other_things_are_none() -> None:
    entries = (
        Entry("started", "run", "live-1", {}),
        of_group("making", "rg-2"),
        Entry("making", "account", "rg-3", {}),
        of_group("deleted", "rg-2"),
        MAKING,
    )
    assert [group.name for group in groups_of(entries)] == ["rg-2", "rg-1"]


def test_what_was_swept_but_made_by_others_is_none_of_this_runs_groups() -> None:
    assert groups_of((of_group("deleted"), of_group("purged"))) == ()


def test_a_journal_knows_what_it_says(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "live-1.jsonl")
    assert not journal.says("resource group", "rg-1", "deleting", "deleted")
    journal.write("deleting", "resource group", "rg-1")
    assert journal.says("resource group", "rg-1", "deleting", "deleted")
    assert not journal.says("resource group", "rg-1", "deleted")
    assert not journal.says("resource group", "rg-2", "deleting")
    assert not Journal(None).says("resource group", "rg-1", "deleting")
