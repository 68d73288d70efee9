"""What a student is shown of the chat: each question, the model's answers, and what the judge says of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lab.build.chat import FILTERED, Conversation, Reply
from lab.errors import Outcome
from lab.grading.feedback_steps import SIGNS
from lab.grading.feedback_text import LONGEST_BLOCK
from lab.grading.feedback_words import FeedbackWords
from lab.spec import PROMPT_STEPS


@dataclass(frozen=True)
class ReplyPart:
    """One answer of the model, cut; `notes` say what is not seen of it. `word` and `reason` are the judge's, if any."""

    title: str
    outcome: Outcome
    sign: str
    word: str
    text: str
    notes: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class ChatPart:
    """A question and the model's answers to it."""

    step: str
    prompt: str
    replies: tuple[ReplyPart, ...]


def chat_of(conversation: Conversation, words: FeedbackWords) -> ChatPart:
    """One conversation as it is shown."""
    # What the playground's first message is answered with counts, whatever it is about.
    judged = conversation.step in PROMPT_STEPS
    parts = [_reply(position, reply, judged, words) for position, reply in enumerate(conversation.replies, start=1)]
    return ChatPart(conversation.step, conversation.prompt, tuple(parts))


def _reply(position: int, reply: Reply, judged: bool, words: FeedbackWords) -> ReplyPart:
    travel = reply.judgement.travel
    outcome: Outcome = "skipped" if not judged else "passed" if travel else "failed"
    return ReplyPart(
        title=words.answer.format(number=position),
        outcome=outcome,
        sign=SIGNS[outcome] if judged else "",
        word=(words.about_travel if travel else words.off_topic) if judged else "",
        text=reply.text[:LONGEST_BLOCK],
        notes=tuple(_notes(reply, words)),
        reason=reply.judgement.reason if judged else "",
    )


def _notes(reply: Reply, words: FeedbackWords) -> Iterator[str]:
    if len(reply.text) > LONGEST_BLOCK:
        yield words.cut.format(shown=f"{LONGEST_BLOCK:,}", all=f"{len(reply.text):,}")
    if not reply.text.strip():
        yield words.empty
    if reply.finish_reason == "length":
        yield words.too_long
    if reply.finish_reason == FILTERED:
        yield words.filtered
