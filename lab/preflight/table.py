"""The preflight as plain text for people, in the language that was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from lab.lines import broken, columns
from lab.preflight.findings import Finding, Preflight, RegionRow
from lab.prices import Cost, Span
from lab.spec import LabSpec, Language, PreflightWords

WIDTH = 80
GAP = "  "


def as_table(preflight: Preflight, spec: LabSpec, language: Language = "en", width: int = WIDTH) -> str:
    """Everything that was found, in lines of `width` columns at the most (a word that is longer is not cut)."""
    words = spec.preflight.words
    today = f" ({preflight.today:%Y-%m-%d})" if preflight.today else ""
    conclusion = {"works": words.works, "broken": words.broken, "inconclusive": words.inconclusive}
    said = conclusion[preflight.conclusion].in_language(language)
    parts = [
        broken(f"{words.title.in_language(language)}: {preflight.model}{today}: {said}", width),
        _findings(preflight.findings, spec, language, width),
        _regions(preflight.regions, words, language),
        _cost(preflight, words, language) if preflight.regions else [],
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def _padded(text: str, width: int, *, right: bool = False) -> str:
    space = " " * (width - columns(text))
    return space + text if right else text + space


def _findings(findings: Iterable[Finding], spec: LabSpec, language: Language, width: int) -> list[str]:
    words = spec.preflight.words
    levels = {"ok": words.ok, "warning": words.warning, "problem": words.problem}
    heads = [
        (levels[one.level].in_language(language), _title(one.step, spec, language), one.reason) for one in findings
    ]
    level_width = max(columns(level) for level, _, _ in heads)
    title_width = max(columns(title) for _, title, _ in heads)
    lines = []
    for level, title, reason in heads:
        head = f"{_padded(level, level_width)}{GAP}{_padded(title, title_width)}{GAP}"
        room = max(width - columns(head), 20)
        first, *rest = broken(reason, room)
        lines += [head + first, *(" " * columns(head) + line for line in rest)]
    return lines


def _title(step: str, spec: LabSpec, language: Language) -> str:
    return f"{step} {spec.step(step).title.in_language(language)}"


def _regions(rows: Sequence[RegionRow], words: PreflightWords, language: Language) -> list[str]:
    if not rows:
        return []
    titles = (
        *(words.region, words.fine_tune, words.deploy, words.version),
        *(words.training_until, words.retires, words.quota_left),
    )
    cells = [
        [title.in_language(language) for title in titles],
        *(
            [
                row.region.in_language(language),
                _yes_or_no(row.can_fine_tune, words, language),
                _yes_or_no(row.can_deploy, words, language),
                row.version or "-",
                _day(row.training_until),
                _day(row.retires),
                _quota(row, words, language),
            ]
            for row in rows
        ),
    ]
    return _aligned(cells)


def _quota(row: RegionRow, words: PreflightWords, language: Language) -> str:
    if row.quota_left is None:
        return "-"
    return words.quota_of.in_language(language).format(left=row.quota_left, limit=row.quota_limit)


def _yes_or_no(value: bool | None, words: PreflightWords, language: Language) -> str:
    if value is None:
        return "?"
    return (words.yes if value else words.no).in_language(language)


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else "-"


def _cost(preflight: Preflight, words: PreflightWords, language: Language) -> list[str]:
    cost = preflight.cost
    if cost is None:
        return [words.no_price.in_language(language)]
    title = f"{words.cost.in_language(language)} {cost.prices.day:%Y-%m-%d} ({cost.prices.currency})"
    note = [] if preflight.charged else [words.not_charged.in_language(language)]
    return [title, *(f"{GAP}{line}" for line in _aligned(_amounts(cost, words, language), right=(1, 2))), *note]


def _amounts(cost: Cost, words: PreflightWords, language: Language) -> list[list[str]]:
    tokens, hours = words.tokens.in_language(language), words.hours.in_language(language)
    rows = [
        (words.training, f"{cost.trained_tokens:,} {tokens}", cost.training),
        (words.hosting, f"{cost.prices.hosting_hours:g} {hours}", cost.hosting),
        (words.questions, f"{cost.question_tokens:,} {tokens}", cost.questions),
        (words.together, "", cost.together),
        (words.left_behind, "", cost.left_behind_a_day),
    ]
    if cost.by_the_hour:
        rows.append((words.by_the_hour, "", cost.by_the_hour))
    return [[label.in_language(language), quantity, _money(span)] for label, quantity, span in rows]


def _money(span: Span) -> str:
    low, high = (f"{amount:.2f}" if amount >= 0.005 else "<0.01" for amount in (span.low, span.high))
    return low if low == high else f"{low} - {high}"


def _aligned(cells: Sequence[Sequence[str]], *, right: tuple[int, ...] = ()) -> list[str]:
    widths = [max(columns(row[position]) for row in cells) for position in range(len(cells[0]))]
    return [
        GAP.join(
            _padded(cell, width, right=position in right)
            for position, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
