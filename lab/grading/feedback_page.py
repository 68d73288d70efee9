"""What the feedback for one student says, before it is laid out: texts in one language, none of them escaped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone

from lab.grading.cells import number
from lab.grading.feedback_chat import ChatPart, chat_of
from lab.grading.feedback_steps import SectionPart, Telling, points_of, sections_of
from lab.grading.feedback_words import FeedbackWords
from lab.grading.graded import NOT_GRADED, Graded
from lab.spec import PROMPT_STEPS, LabSpec, Language


@dataclass(frozen=True)
class Page:
    """The whole feedback: `score` and `percent` are empty when it could not be graded, `unchecked` says why.

    `judged` lists the steps whose answers must be about travel.
    """

    language: Language
    lab: str
    name: str
    id: str
    graded_at: str
    work_at: str
    score: str
    percent: str
    unchecked: tuple[str, ...]
    sections: tuple[SectionPart, ...]
    judged: str
    chats: tuple[ChatPart, ...]


def page_of(graded: Graded, spec: LabSpec, language: Language, words: FeedbackWords, work: Iterable[str]) -> Page:
    """Everything that a student is told; nothing of it is anybody else's, and flags are left out."""
    facts, score = graded.verdict.facts, graded.score
    telling = Telling(spec, graded.verdict, language, words)
    return Page(
        language=language,
        lab=spec.title.in_language(language),
        name=graded.student.name,
        id=graded.student.id,
        graded_at=_time(facts.finished or facts.started),
        work_at=_span(work, words),
        score="" if score.earned is None else points_of(words.points_of, score.earned, score.maximum),
        percent="" if score.percent is None else f"{number(score.percent)}%",
        unchecked=() if score.earned is not None else _unchecked(telling, score.status),
        sections=sections_of(telling),
        judged=", ".join(PROMPT_STEPS),
        chats=tuple(chat_of(conversation, words) for conversation in graded.conversations),
    )


def _unchecked(telling: Telling, status: str) -> tuple[str, ...]:
    """What could not be checked: the steps or, when it was none of them, what the score says."""
    steps = tuple(f"{step.id} {step.title.in_language(telling.language)}" for step in telling.unchecked())
    return steps or (status.removeprefix(NOT_GRADED).lstrip(": "),)


def _span(times: Iterable[str], words: FeedbackWords) -> str:
    shown = list(dict.fromkeys(_time(time) for time in times if time))
    return words.from_to.format(first=shown[0], last=shown[-1]) if len(shown) > 1 else "".join(shown)


def _time(text: str) -> str:
    """A time of ISO 8601 as people write it, in UTC; any other text as it is."""
    try:
        # Python 3.10 knows no Z.
        time = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return text
    return f"{time.astimezone(timezone.utc):%Y-%m-%d %H:%M} UTC" if time.tzinfo else text
