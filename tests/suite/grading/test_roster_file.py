"""The roster as a file: encodings, delimiters, line breaks, rows and sizes."""

from __future__ import annotations

import csv
import hashlib
import os
import tracemalloc
from pathlib import Path

import pytest

from lab.grading.roster import Student, read_roster
from tests.suite.grading.rosters import a_roster, problems, the_problem


def written(directory: Path, content: bytes) -> Path:
    path = directory / "roster.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\xef\xbb\xbfid,resource_group\ns1,rg-1\ns2,rg-2\n", id="byte-order-mark"),
        pytest.param(b"id,resource_group\r\ns1,rg-1\r\ns2,rg-2\r\n", id="crlf"),
        pytest.param(b"id,resource_group\rs1,rg-1\rs2,rg-2\r", id="cr"),
        pytest.param(b"id,resource_group\ns1,rg-1\ns2,rg-2", id="no-last-line-break"),
        pytest.param(b"id;resource_group\ns1;rg-1\ns2;rg-2\n", id="semicolons"),
        pytest.param(b"id\tresource_group\ns1\trg-1\ns2\trg-2\n", id="tabs"),
        pytest.param(b'"id","resource_group"\n"s1","rg-1"\n"s2","rg-2"\n', id="quoted"),
    ],
)
def test_a_roster_is_read_however_a_spreadsheet_writes_it(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path, content)
    roster = read_roster(path)
    assert [(each.row, each.id, each.resource_group) for each in roster.students] == [
        (2, "s1", "rg-1"),
        (3, "s2", "rg-2"),
    ]
    assert roster.digest == hashlib.sha256(content).hexdigest()


def test_a_comma_stays_the_delimiter_when_a_header_holds_the_others(tmp_path: Path) -> None:
    path = a_roster(tmp_path, "s1,rg-1,x", header="id,resource_group,notes; and\tmore")
    assert read_roster(path).students == (Student(2, "s1", "rg-1"),)


def test_rows_are_counted_as_a_spreadsheet_does(tmp_path: Path) -> None:
    rows = ['s1,rg-1,"two\nlines"', "", "s2,rg-2,x", ",,", '"s/3",rg-3,"a\r\nb\r\nc"', "s4,,y"]
    path = a_roster(tmp_path, *rows, header="id,resource_group,name")
    assert problems(path) == (
        "row 6: id: found 's/3', expected none of < > : \" / \\ | ? *: a folder is named after it",
        "row 7: resource_group: is empty, expected one in every row",
    )


def test_a_name_of_a_megabyte_stops_nobody_and_leaves_the_csv_reader_as_it_was(tmp_path: Path) -> None:
    limit = csv.field_size_limit()
    path = a_roster(tmp_path, f"s1,rg-1,{'x' * 1_000_000}", "s2,rg-2,Bo", header="id,resource_group,name")
    assert [len(student.name) for student in read_roster(path).students] == [1_000_000, 2]
    assert csv.field_size_limit() == limit


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "row 1: found no header there, expected id, resource_group, and any of name,", id="empty"),
        pytest.param(b"\xef\xbb\xbf", "row 1: found no header there", id="only-a-byte-order-mark"),
        pytest.param(b"\n\nid,resource_group\ns1,rg-1\n", "row 1: found no header there", id="empty-rows-first"),
        pytest.param(b"id,resource_group\n", "found no students, expected a row for each", id="no-rows"),
        pytest.param(b"id,resource_group\n\n,\n", "found no students, expected a row for each", id="only-empty-rows"),
        pytest.param(b"id,resource_group\ns1\n", "row 2: found 1 cells, expected 2", id="too-few-cells"),
        pytest.param(b"id,resource_group\ns1,rg-1,x\n", "row 2: found 3 cells, expected 2", id="too-many-cells"),
        pytest.param(b'id,resource_group\n"s"1,rg-1\n', "row 2: is not CSV", id="a-quote-inside"),
        pytest.param(
            b'id,resource_group\ns1,rg-1\n"s2,rg\ns3,rg\n', 'row 3: a quote (") is opened and', id="open-quote"
        ),
        pytest.param(b"id,resource_group\ns1,rg-\x001\n", "row 2: holds a NUL character", id="nul"),
        pytest.param(b"PK\x03\x04\x14\x00\x06\x00", "the file is an Excel workbook or another zip", id="xlsx"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "the file is an old Excel workbook", id="xls"),
    ],
)
def test_a_file_that_is_no_roster_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    assert the_problem(written(tmp_path, content)).startswith(said)


@pytest.mark.parametrize(
    ("encoding", "name", "looks"),
    [
        ("utf-16", "김하늘", "the file looks like UTF-16 (Excel's 'Unicode Text')"),
        ("utf-16-be", "김하늘", "the file looks like UTF-16 without a byte-order mark"),
        ("utf-16-le", "Ann", "the file looks like UTF-16 without a byte-order mark"),
        ("utf-32", "Ann", "the file looks like UTF-32"),
        ("cp949", "김하늘", "row 3: is not UTF-8 (byte 9 of its line), it looks like cp949"),
        ("cp949", "펲시맨", "row 3: is not UTF-8 (byte 9 of its line), it looks like cp949"),
        ("latin-1", "Zoë", "row 3: is not UTF-8 (byte 11 of its line), it looks like Windows-1252 or Latin-1"),
        ("cp1252", "Åsa", "row 3: is not UTF-8 (byte 9 of its line), it looks like Windows-1252 or Latin-1"),
    ],
)
def test_another_encoding_is_named_and_how_to_save_as_utf_8(
    tmp_path: Path, encoding: str, name: str, looks: str
) -> None:
    content = f"id,resource_group,name\ns1,rg-1,Ann\ns2,rg-2,{name}\ns3,rg-3,{name}\n"
    problem = the_problem(written(tmp_path, content.encode(encoding)))
    assert problem.startswith(looks)
    assert "CSV UTF-8 (Comma delimited)" in problem


def test_what_is_too_long_for_a_roster_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = a_roster(tmp_path, *("s1,rg" for _ in range(20_000)))
    with path.open("ab") as file:
        file.truncate(file.tell() + 60 * 1024 * 1024)
    tracemalloc.start()
    found = problems(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "found more than 20,000" in found[0] or "too large" in found[0]
    assert peak < 40 * 1024 * 1024, "a line of zeros is read to its limit at most"


def test_an_open_quote_does_not_take_the_rest_of_a_large_file_into_memory(tmp_path: Path) -> None:
    path = a_roster(tmp_path, '"s1,rg-1', *("x" * 1000 for _ in range(6000)))
    assert the_problem(path).startswith("row 2: found a cell of more than 4,194,304 characters")


@pytest.mark.parametrize("kind", ["nothing", "a folder", "something that is no file"])
def test_a_path_without_a_file_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "roster.csv"
    if kind == "a folder":
        path.mkdir()
    elif kind != "nothing":
        os.mkfifo(path)
    assert the_problem(path) == f"found {kind} there, expected a roster, a CSV file; check the path"


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = a_roster(tmp_path, "s1,rg-1")

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)
    assert the_problem(path) == "the file cannot be read: Permission denied; check the path"
