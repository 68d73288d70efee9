"""`python -m lab.judge`: judge a file of replies, or show how well the judge does."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from lab.errors import InputError
from lab.jsonl import Record, json_type, read_lines
from lab.judge import judge

USAGE = "usage: python -m lab.judge FILE.jsonl, or python -m lab.judge --figures"


def judge_file(path: Path) -> list[dict[str, object]]:
    """Judge every row of a JSON Lines file, in its order: `id`, `travel`, `score` and `reason` for each.

    Raises `InputError` with every row that has no `id`, `prompt` or `reply`; other members are let through.
    """
    try:
        lines = read_lines(path.read_bytes())
    except OSError as error:
        raise InputError(str(path), [f"the file cannot be read: {error.strerror or error}; check the path"]) from error
    problems = [*map(str, lines.problems), *(problem for record in lines.records for problem in _wrong_in_row(record))]
    if problems:
        raise InputError(str(path), problems)
    return [_judged(record.value) for record in lines.records]


def _wrong_in_row(record: Record) -> Iterator[str]:
    for key, wanted in (("id", (str, int)), ("prompt", str), ("reply", str)):
        value = record.value.get(key)
        if not isinstance(value, wanted):
            found = json_type(value) if key in record.value else "nothing"
            yield f"line {record.line}: found {found} for '{key}', expected a text"


def _judged(row: dict[str, object]) -> dict[str, object]:
    judgement = judge(str(row["prompt"]), str(row["reply"]))
    return {"id": row["id"], **asdict(judgement)}


def main(arguments: Sequence[str]) -> int:
    """Judge the file that the command line names; returns the exit code, 4 for a file that cannot be used."""
    if len(arguments) != 1 or (arguments[0].startswith("-") and arguments[0] != "--figures"):
        print(USAGE, file=sys.stderr)
        return 4
    try:
        lines = _figures() if arguments[0] == "--figures" else map(_as_line, judge_file(Path(arguments[0])))
        for line in lines:
            # An id may hold half a surrogate pair: JSON can write it, UTF-8 cannot.
            sys.stdout.buffer.write(line.encode(errors="backslashreplace") + b"\n")
    except InputError as error:
        print(error, file=sys.stderr)
        return 4
    return 0


def _as_line(row: dict[str, object]) -> str:
    return json.dumps(row, ensure_ascii=False)


def _figures() -> Iterator[str]:
    # Imported here: nobody who judges a file needs it.
    from lab.judge.figures import figures

    yield from figures()
