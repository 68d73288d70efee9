"""From what stands in a report directory for each student to all that a grader takes from it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from lab.clean_up import CleanUp
from lab.errors import InputError, StepError
from lab.evidence import as_evidence
from lab.files import write_json
from lab.find.environment import CLEANED, FINDS
from lab.grading.assignment import Assignment, assignment_of, problems_of
from lab.grading.evidence import NOT_REACHED, Evidence, read_evidence
from lab.grading.feedback import write_feedback
from lab.grading.flags import shared_work, untimely_work
from lab.grading.graded import Flag, Graded, score_of
from lab.grading.manifest import Manifest
from lab.grading.outputs import outputs
from lab.grading.roster import Roster, Student
from lab.grading.words import read_grading_words
from lab.spec import CLEAN_UP_SECTION, LabSpec, Language
from lab.verdict import Check, RunFacts, Verdict, judge_run

FILE = "verdict.json"
WORDS = Path(__file__).resolve().parents[2] / "data" / "grading.toml"
_STEPS = {find.name: find.step for find in (*FINDS, *CLEANED)}


def publish(directory: Path, roster: Roster, manifest: Manifest, spec: LabSpec) -> None:
    """Write every file of the class, and each student's feedback, from the verdicts and evidence in the directory.

    Students are read one by one, so that memory does not grow with the class. Raises `InputError` when a file of a
    student is not what a grading run wrote.
    """
    students = manifest.shard.of(roster.students)
    spec = marking(spec, manifest)
    assignment = named_assignment(spec, manifest.language)
    shared = shared_work(_everyone(directory, students))
    with outputs(directory, assignment, students) as output:
        for student in students:
            folder = directory / "students" / student.id
            evidence = _evidence(folder)
            graded = _graded(folder, student, evidence, manifest, assignment, shared)
            output.add(graded)
            write_feedback(folder, graded, spec, manifest.language, work=_span(evidence))


def named_assignment(spec: LabSpec, language: Language) -> Assignment:
    """The assignment as `data/grading.toml` calls it; raises `InputError` for a name that an importer misreads."""
    assignment = assignment_of(spec, read_grading_words(WORDS, language), language)
    if problems := list(problems_of(assignment)):
        raise InputError(str(WORDS), problems)
    return assignment


def marking(spec: LabSpec, manifest: Manifest) -> LabSpec:
    """The specification with those steps marked that the run marks: the rubric's, or only the clean-up."""
    if not manifest.expect_clean:
        return spec
    return replace(spec, steps=tuple(replace(step, marked=step.section == CLEAN_UP_SECTION) for step in spec.steps))


def conclude_student(folder: Path, student: str, checks: list[Check], spec: LabSpec, manifest: Manifest) -> None:
    """Write a student's verdict.json from the checks of the environment; `spec` says which steps are marked."""
    seen = _seen(folder)
    facts = RunFacts(
        run=manifest.run,
        mode=manifest.mode,
        environment=student,
        model=spec.model.name,
        region=seen.get("region", ""),
        resource_group=seen.get("resource_group", ""),
        started=seen.get("graded", _time(manifest.started)),
        finished=seen.get("graded", _time(manifest.started)),
    )
    verdict = judge_run(spec, facts, checks, CleanUp(False, False, ()), manifest.language, decisive=_marked(spec))
    write_json(folder / FILE, verdict.as_json())


def _marked(spec: LabSpec) -> frozenset[str]:
    return frozenset(step.id for step in spec.steps if step.marked)


def _span(evidence: Evidence | None) -> tuple[str, str]:
    """When the work began and ended, empty where nothing tells."""
    moments = sorted(evidence.work.values()) if evidence else []
    return (_time(moments[0]), _time(moments[-1])) if moments else ("", "")


def _seen(folder: Path) -> dict[str, str]:
    """The few facts of the evidence that a verdict repeats; none when the student was not read."""
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        document = json.loads((folder / "evidence.json").read_text(encoding="utf-8"))
        found = document["found"]
        return {
            "graded": _time(datetime.fromisoformat(document["graded"])),
            "region": str(found.get("hub", {}).get("value", {}).get("location", "")),
            "resource_group": str(found.get("resource_group", {}).get("value", {}).get("name", "")),
        }
    return {}


def _time(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _everyone(directory: Path, students: tuple[Student, ...]) -> Iterator[Evidence]:
    for student in students:
        evidence = _evidence(directory / "students" / student.id)
        if evidence is not None:
            yield evidence


def _evidence(folder: Path) -> Evidence | None:
    return read_evidence(folder) if (folder / "evidence.json").is_file() else None


def _graded(
    folder: Path,
    student: Student,
    evidence: Evidence | None,
    manifest: Manifest,
    assignment: Assignment,
    shared: Mapping[str, tuple[Flag, ...]],
) -> Graded:
    if not (folder / FILE).is_file():
        checks = [Check(step, "inconclusive", NOT_REACHED, 0.0) for step in sorted(assignment.marked)]
        conclude_student(folder, student.id, checks, assignment.spec, manifest)
    verdict = _with_evidence(_verdict(folder / FILE), evidence)
    flags = (*shared.get(student.id, ()), *(untimely_work(evidence, manifest) if evidence else ()))
    conversations = evidence.conversations if evidence else ()
    return Graded(student, verdict, score_of(verdict.steps, assignment.marked, assignment.spec), conversations, flags)


def _with_evidence(verdict: Verdict, evidence: Evidence | None) -> Verdict:
    """The verdict with what was found at each step, as that of a lab run has it; in the file it would stand twice."""
    if evidence is None:
        return verdict
    by_step: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for name, found in evidence.outcomes.items():
        if not isinstance(found, StepError):
            by_step[_STEPS[name]][name] = as_evidence(found)
    steps = (replace(step, evidence={**by_step[step.id], **step.evidence}) for step in verdict.steps)
    return replace(verdict, steps=tuple(steps))


def _verdict(path: Path) -> Verdict:
    try:
        return Verdict.from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        problem = f"found {type(error).__name__}: {error}, expected a verdict of version 1; grade the student again"
        raise InputError(str(path), [problem]) from error
