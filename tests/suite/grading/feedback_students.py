"""Students as the feedback gets them: graded by the lab's own rules from checks that are written here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from lab.build.chat import Conversation, Reply
from lab.clean_up import CleanUp
from lab.errors import Outcome
from lab.grading.graded import Flag, Graded, score_of
from lab.grading.roster import Student
from lab.judge import judge
from lab.spec import LabSpec, Language
from lab.verdict import Check, Finding, RunFacts, judge_run

ADA = Student(row=2, id="s001", resource_group="rg-s001", name="Ada Lovelace")
NO_CLEAN_UP = CleanUp(deleted=False, purged=False, left=())
TRAVEL = "I can help you plan a trip to Lisbon, find a hotel and book flights. Where would you like to go?"
BAKING = "I bake bread in the oven and simmer soup. I can debug Python code too."


def a_reply(text: str, prompt: str = "What can you do?", finish_reason: str = "stop") -> Reply:
    """An answer of the tuned model, judged as the lab does."""
    return Reply(text, finish_reason, "gpt-35-turbo-0125.ft-1", judge(prompt, text))


def a_chat(*texts: str, step: str = "4.2", prompt: str = "What can you do?") -> Conversation:
    """A question and the answers to it."""
    return Conversation(step, prompt, tuple(a_reply(text, prompt) for text in texts))


def a_grade(
    spec: LabSpec,
    found: dict[str, tuple[Outcome, str]] | None = None,
    *,
    student: Student = ADA,
    language: Language = "en",
    chats: Iterable[Conversation] = (),
    warnings: tuple[Finding, ...] = (),
    earned: dict[str, float] | None = None,
) -> Graded:
    """A student whose marked steps passed but for what is `found`: step ids with an outcome and a check's reason."""
    found = found or {}
    passed: tuple[Outcome, str] = ("passed", "")
    checks = [
        Check(step.id, *found.get(step.id, passed), seconds=1.0)
        for step in spec.steps
        if step.marked or step.id in found
    ]
    facts = RunFacts(
        run="live-1",
        mode="live",
        environment=student.id,
        model="gpt-35-turbo",
        region="swedencentral",
        resource_group=student.resource_group,
        started="2026-11-20T09:00:00Z",
        finished="2026-11-20T09:01:30Z",
    )
    verdict = judge_run(spec, facts, checks, NO_CLEAN_UP, language, warnings)
    partial = earned or {}
    # A step with several checks earns a part of its points.
    steps = tuple(replace(step, earned=partial.get(step.id, step.earned)) for step in verdict.steps)
    marked = frozenset(step.id for step in spec.steps if step.marked)
    return Graded(
        student=student,
        verdict=replace(verdict, steps=steps),
        score=score_of(steps, marked, spec),
        conversations=tuple(chats),
        flags=(Flag("shared", "the account is that of s777 too"),),
    )
