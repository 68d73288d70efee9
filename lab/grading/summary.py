"""summary.md, for whoever grades, and summary-public.md, which names nobody, for a page that everybody may read.

Both are Markdown that reads well as it is. GitHub takes no more than 1 MiB for a job's summary; the lists have an end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

from lab.errors import Outcome
from lab.files import write_atomically
from lab.grading.assignment import Assignment
from lab.grading.cells import number
from lab.grading.tally import Named, Spread, Tally
from lab.grading.text import in_code
from lab.lines import columns

FILE, PUBLIC = "summary.md", "summary-public.md"
# What fewer students than these say is not said in public: it could be about one of them.
SEVERAL = 3
LONGEST_TITLE = 26
LONGEST_NAME = 50
LONGEST_REASON = 300
OUTCOMES: tuple[Outcome, ...] = ("passed", "failed", "blocked", "inconclusive")
FLAGS = ("shared", "early", "late", "data")


@contextmanager
def summaries(directory: Path, assignment: Assignment) -> Iterator[Tally]:
    """Write both summaries of the students that were added; none when the block is left by an error."""
    tally = Tally(assignment)
    yield tally
    write_atomically(directory / FILE, as_markdown(tally, public=False))
    write_atomically(directory / PUBLIC, as_markdown(tally, public=True))


def as_markdown(tally: Tally, *, public: bool) -> str:
    """The summary of a class; in public without ids, names, flags' details, and reasons that not several share."""
    words = tally.assignment.words.summary
    sections = [
        [f"# {words.title.format(title=_plain(tally.assignment.title))}"],
        _counts(tally),
        [f"## {words.scores.format(points=tally.assignment.maximum)}"],
        [_scores(tally)],
        [f"## {words.steps}"],
        _steps(tally),
        *_section(words.reasons, _reasons(tally, public=public)),
        *_section(words.flags, _flags(tally, public=public)),
    ]
    if not public:
        more = (tally.not_graded, "gradebook.csv")
        sections += _section(words.who_not_graded, _named(tally, tally.who_not_graded, *more))
    return "\n\n".join("\n".join(lines) for lines in sections) + "\n"


def _section(title: str, lines: Sequence[str]) -> list[Sequence[str]]:
    return [[f"## {title}"], lines] if lines else []


def _counts(tally: Tally) -> list[str]:
    words = tally.assignment.words.summary
    lines = [words.graded.format(count=tally.graded, all=tally.graded + tally.not_graded)]
    if tally.not_graded:
        lines.append(words.not_graded.format(count=tally.not_graded))
    if tally.flagged:
        lines.append(words.flagged.format(count=tally.flagged))
    lines += [words.left_out.format(file=file, count=count) for file, count in tally.left_out.items() if count]
    return [f"- {line}" for line in lines]


def _scores(tally: Tally) -> str:
    words, spread = tally.assignment.words.summary, tally.spread()
    if spread is None:
        return words.no_scores
    return ", ".join(f"{getattr(words, each.name)} {number(getattr(spread, each.name))}" for each in fields(Spread))


def _steps(tally: Tally) -> list[str]:
    """A table of what the steps came to, without those that were checked for nobody; aligned as it stands."""
    assignment = tally.assignment
    words, outcomes = assignment.words.summary, assignment.spec.words.in_language(assignment.language)
    head = [words.step, words.step_title, *(getattr(outcomes, outcome) for outcome in OUTCOMES)]
    body = [
        [
            step.id,
            _cut(_plain(step.title.in_language(assignment.language))),
            *(str(tally.outcomes[step.id][outcome]) for outcome in OUTCOMES),
        ]
        for step in assignment.spec.steps
        if any(tally.outcomes[step.id][outcome] for outcome in OUTCOMES)
    ]
    widths = [max(columns(row[place]) for row in (head, *body)) for place in range(len(head))]
    rule = ["-" * width if place < 2 else "-" * (width - 1) + ":" for place, width in enumerate(widths)]
    return [_row(row, widths) for row in (head, rule, *body)]


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    padding = [" " * (width - columns(cell)) for cell, width in zip(cells, widths, strict=True)]
    aligned = [f"{cell}{space}" for cell, space in zip(cells[:2], padding[:2], strict=True)]
    aligned += [f"{space}{cell}" for cell, space in zip(cells[2:], padding[2:], strict=True)]
    return f"| {' | '.join(aligned)} |"


def _cut(title: str) -> str:
    """A title that is no wider than its column."""
    if columns(title) <= LONGEST_TITLE:
        return title
    while columns(title) > LONGEST_TITLE - 1:
        title = title[:-1]
    return f"{title.rstrip()}…"


def _reasons(tally: Tally, *, public: bool) -> list[str]:
    words, lines = tally.assignment.words.summary, []
    for step in tally.assignment.spec.steps:
        everyone = tally.outcomes[step.id]["failed"] + tally.outcomes[step.id]["inconclusive"]
        kinds = (tally.public_reasons if public else tally.reasons)[step.id]
        found = kinds.first(SEVERAL if public else 1)
        if found:
            reason = in_code(found[0], LONGEST_REASON)
            lines.append("- " + words.reason.format(step=step.id, count=found[1], all=everyone, reason=reason))
        elif everyone:
            lines.append("- " + words.too_different.format(step=step.id, all=everyone))
    return lines


def _flags(tally: Tally, *, public: bool) -> list[str]:
    words = tally.assignment.words.summary
    lines = [f"- {getattr(words, kind)}: {tally.flags[kind]}" for kind in FLAGS if tally.flags[kind]]
    if not public and tally.flagged:
        lines += ["", *_named(tally, tally.who_flagged, tally.flagged, "flags.csv")]
    return lines


def _named(tally: Tally, listed: Sequence[Named], everyone: int, file: str) -> list[str]:
    lines = [f"- {_who(one)}: {_said(one.said)}" for one in listed]
    if everyone > len(listed):
        lines.append("- " + tally.assignment.words.summary.more.format(count=everyone - len(listed), file=file))
    return lines


def _who(one: Named) -> str:
    return " ".join(part for part in (in_code(one.id, 2 * LONGEST_NAME), in_code(one.name, LONGEST_NAME)) if part)


def _said(texts: Iterable[str]) -> str:
    return "; ".join(in_code(text, LONGEST_REASON) for text in texts)


def _plain(title: str) -> str:
    """A title of the instructor's, in which nothing is Markdown."""
    return "".join(f"\\{char}" if char in "\\`*_[]<>|#" else char for char in title)
