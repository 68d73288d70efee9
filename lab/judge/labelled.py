"""The labelled replies that the judge is fitted on and measured with: `data/judge-replies.jsonl`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lab.errors import InputError
from lab.jsonl import read_lines

REPLIES = Path(__file__).resolve().parents[2] / "data" / "judge-replies.jsonl"

# `held out` rows were written after the rest, by another hand, and nothing is fitted on them.
Part = Literal["fit", "held out"]
LANGUAGES = ("en", "ko", "es", "fr")
# Kinds of rows that are no whole sentences: what "is it sound" has to see through.
UNSOUND = frozenset({"salad", "shuffled", "hidden", "empty", "cutoff", "error", "echo"})
# What a sentence's meaning is asked for, for each kind of row that does not keep to travel.
MEANINGS = {
    "general": "general",
    "specialist": "special",
    "homonym": "special",
    "mixed": "special",
    "refusal": "refusal",
    "negation": "refusal",
    "birthday": "other",
    "vague": "other",
    "error": "broken",
}


@dataclass(frozen=True)
class Labelled:
    """One reply and what it is."""

    kind: str
    language: str
    prompt: str
    reply: str
    travel: bool
    part: str = "fit"

    @property
    def sound(self) -> bool:
        return self.kind not in UNSOUND

    @property
    def meaning(self) -> str | None:
        """The kind of meaning that its sentences are examples of, if of any."""
        return "travel" if self.travel else MEANINGS.get(self.kind)


def read_labelled(path: Path = REPLIES) -> list[Labelled]:
    """Read the labelled replies; raises `InputError` with every row that cannot be used."""
    lines = read_lines(path.read_bytes())
    problems = [str(problem) for problem in lines.problems]
    rows = []
    for record in lines.records:
        value = {key: record.value.get(key) for key in ("kind", "language", "prompt", "reply", "travel", "part")}
        wrong = [key for key, found in value.items() if not isinstance(found, bool if key == "travel" else str)]
        if wrong:
            problems.append(f"line {record.line}: missing or of a wrong type: {', '.join(wrong)}")
        else:
            rows.append(Labelled(**value))  # type: ignore[arg-type]
    if problems:
        raise InputError(str(path), problems)
    return rows
