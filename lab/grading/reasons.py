"""The kind of mistake behind a step's reason: the reason without what is one student's own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from lab.grading.feedback_steps import ASKS, Finding, findings_of, without_hint
from lab.grading.graded import Graded
from lab.grading.text import among_others
from lab.spec import LabSpec
from lab.verdict import StepResult

OWN = "…"
LONGEST = 240
# A found value that is longer than this, such as a reply, is one student's own.
LONGEST_FOUND = 30

# Members of the evidence that hold the names of things, and those that hold things of everybody.
_NAMES = ("name", "id", "filename", "file_id", "endpoint", "target", "training_file", "fine_tuned_model", "model")
_COMMON = ("base_model", "survey", "skus", "signed_in")
_FOUND = re.compile(rf"\bfound .*?(?=, {ASKS}|$)", re.DOTALL)
_WORD = re.compile(r"[\w-]+(?:\.[\w-]+)*")
# Resource ids, addresses, GUIDs and other long ids, e-mail addresses, quoted texts, fractions and long numbers.
_GENERATED = re.compile(
    r"/subscriptions/[^\s,;]+|https?://[^\s,;]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b(?:ftjob|file)-\w+|\b[0-9a-f]{16,}\b"
    r"|\"[^\"]*\"|'[^']*'|\b\d+\.\d+\b|\b\d{5,}\b",
    re.IGNORECASE,
)
# So much of a reason, or of a name, is looked at: a megabyte of either must not cost the time of a class.
_LOOKED_AT = 1000


class Commonest:
    """Counts texts, and keeps those that are frequent: the memory that it takes has a bound.

    A text may come to less than its due when more than `MOST` different ones are counted.
    """

    MOST = 400

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, text: str) -> None:
        self._counts[text] += 1
        if len(self._counts) > self.MOST:
            self._counts = Counter(dict(self._counts.most_common(self.MOST // 2)))

    def first(self, least: int = 1) -> tuple[str, int] | None:
        """The commonest text and how often it came, the first of several; None when it came less than `least` times."""
        found = self._counts.most_common(1)
        return found[0] if found and found[0][1] >= least else None


def own_names(graded: Graded, spec: LabSpec) -> frozenset[str]:
    """The names of a student's own things but for those that the lab asks for; single words are in small letters."""
    student = graded.student
    names = {student.id, student.name, student.email, student.resource_group, graded.verdict.facts.resource_group}
    for step in graded.verdict.steps:
        names.update(_names_in(step.evidence))
    names -= {spec.model.name, spec.model.suffix, spec.deployment.sku, *spec.deployment.content_filters}
    kept = (name for name in names if 1 < len(name) <= LONGEST)
    return frozenset(name.lower() if _WORD.fullmatch(name) else name for name in kept)


def kinds_of(step: StepResult, spec: LabSpec, own: frozenset[str]) -> Iterator[str]:
    """Yield the kinds of mistake in a step's reason: one for each finding, without names and what to do next."""
    reason = without_hint(step.reason, spec.step(step.id), spec)[:_LOOKED_AT]
    for kind in dict.fromkeys(_kind_of(finding, own) for finding in findings_of(reason)):
        if kind:
            yield kind


def without_found(kind: str) -> str:
    """A kind of mistake without the value that was found, for pages that everybody may read."""
    return _FOUND.sub(f"found {OWN}", kind)


def _kind_of(finding: Finding, own: frozenset[str]) -> str:
    thing, word, value = _common(finding.found, own).partition("found ")
    text = f"{thing}{word}{value if len(value) <= LONGEST_FOUND or not word else OWN}"
    asked = f", {ASKS}{_common(finding.asked, own)}" if finding.asked else ""
    return " ".join(among_others(f"{text}{asked}", LONGEST).split())


def _common(text: str, own: frozenset[str]) -> str:
    """A text without what is one student's own."""
    # Sorted, so that of two names of which one holds the other the longer one goes first, each time.
    for name in sorted((name for name in own if not _WORD.fullmatch(name)), key=lambda name: (-len(name), name)):
        text = text.replace(name, OWN)
    text = _GENERATED.sub(OWN, text)
    return _WORD.sub(lambda found: OWN if found[0].lower() in own else found[0], text)


def _names_in(evidence: Any, depth: int = 3) -> Iterator[str]:
    if isinstance(evidence, Mapping):
        for key, value in evidence.items():
            if key in _NAMES and isinstance(value, str):
                yield value
            elif depth and key not in _COMMON and isinstance(value, (Mapping, list)):
                yield from _names_in(value, depth - 1)
    elif isinstance(evidence, list):
        for value in evidence[:50]:
            if isinstance(value, Mapping):
                yield from _names_in(value, depth)
