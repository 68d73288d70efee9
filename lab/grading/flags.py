"""What a grader should look at: work that students share, and work outside of the time that was given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice

from lab.grading.evidence import OWN, Evidence
from lab.grading.graded import Flag
from lab.grading.manifest import Manifest

MOST_NAMED = 5


def shared_work(everyone: Iterable[Evidence]) -> Mapping[str, tuple[Flag, ...]]:
    """The flags of all students who have a group, account, job or deployment in common with others, by their ids."""
    owners: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for evidence in everyone:
        for kind, identity in evidence.identities.items():
            owners[kind, identity].append(evidence.student)
    flags: defaultdict[str, list[Flag]] = defaultdict(list)
    for kind in OWN:
        for (its_kind, _), students in owners.items():
            if its_kind == kind and len(students) > 1:
                for student in students:
                    flags[student].append(_shared(kind, student, students))
    return {student: tuple(found) for student, found in flags.items()}


def _shared(kind: str, student: str, students: list[str]) -> Flag:
    others = list(islice((other for other in students if other != student), MOST_NAMED))
    unnamed = len(students) - 1 - len(others)
    more = f" and {unnamed} more" if unnamed else ""
    return Flag("shared", f"the same {kind.replace('_', ' ')} as {', '.join(others)}{more}")


def untimely_work(evidence: Evidence, manifest: Manifest) -> Iterator[Flag]:
    """What was made before the assignment was given, or after its deadline."""
    for thing, made in sorted(evidence.work.items(), key=lambda one: (one[1], one[0])):
        name = thing.replace("_", " ")
        if manifest.not_before is not None and made < manifest.not_before:
            yield Flag("early", f"{name} of {_time(made)}, before {_time(manifest.not_before)}")
        if manifest.deadline is not None and made > manifest.deadline:
            yield Flag("late", f"{name} of {_time(made)}, after {_time(manifest.deadline)}")


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
