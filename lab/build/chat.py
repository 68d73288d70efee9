"""Steps 4.1 to 4.3: ask the tuned model the lab's questions, with no system message."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Any

from lab.azure_errors import HalfAnswer, explained
from lab.build.account import Account
from lab.build.deployment import Deployment
from lab.evidence import LONGEST_TEXT
from lab.judge import Judgement, judge
from lab.pacing import tokens_of
from lab.run import Caller
from lab.waiting import retried

FILTERED = "content_filter"
CUT_OFF = "length"
END_OF_SENTENCE = re.compile(r"[.!?…。！？][\"'”’»)*_]*(?=\s|$)")
# For the words that tell how long a text was that is cut.
ROOM = 40


@dataclass(frozen=True)
class Reply:
    """One answer of the model: its text, why it ended, which model gave it, and what the judge says."""

    text: str
    finish_reason: str
    model: str
    judgement: Judgement


@dataclass(frozen=True)
class Conversation:
    """All answers to one of the lab's prompts; the majority decides whether the model keeps to travel."""

    step: str
    prompt: str
    replies: tuple[Reply, ...]

    @property
    def about_travel(self) -> bool:
        return 2 * sum(reply.judgement.travel for reply in self.replies) > len(self.replies)

    @property
    def verdict(self) -> str:
        """The judge's reason for the first answer that is on the side of the majority."""
        return next(r.judgement.reason for r in self.replies if r.judgement.travel == self.about_travel)


def ask(run: Caller, account: Account, deployment: Deployment, step: str, prompt: str, times: int) -> Conversation:
    """Ask one question so many times; raises `Broken` or `Undecided` for the step when no answer comes."""
    return Conversation(step, prompt, tuple(_ask_once(run, account, deployment, step, prompt) for _ in range(times)))


def _ask_once(run: Caller, account: Account, deployment: Deployment, step: str, prompt: str) -> Reply:
    wait = run.wait(step, f"answer of deployment {deployment.name}", run.spec.waits.chat_s)
    try:
        return retried(wait, run.clock, lambda: question(run, account, deployment, prompt))
    except Exception as error:
        raise explained(step, f"asking {deployment.name} {prompt!r}", error) from error


def question(run: Caller, account: Account, deployment: Deployment, prompt: str) -> Reply:
    """Ask one question once, as soon as the deployment's limit allows; raises what the SDK raises, or `HalfAnswer`."""
    completions = run.clients.openai(account.endpoint).chat.completions
    max_tokens = run.spec.chat.max_tokens
    limited = f"{account.id}/{deployment.name}"
    with run.pacing.turn(run.clock, limited, deployment.capacity, tokens_of(prompt, max_tokens)):
        return _reply(
            prompt,
            completions.create(
                model=deployment.name,
                messages=[{"role": "user", "content": prompt}],
                max_tokens=max_tokens,
            ),
        )


def _kept(text: str) -> str:
    """As much of an answer as evidence keeps: what was judged can then be judged again alike, and in no long time."""
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - ROOM]}… ({len(text)} characters)"


@functools.lru_cache(maxsize=1024)
def judged(prompt: str, text: str, finish_reason: str) -> Judgement:
    """Judge an answer; one that ran into our own limit of tokens by its whole sentences, where it has any."""
    if finish_reason != CUT_OFF:
        return judge(prompt, text)
    ends = [found.end() for found in END_OF_SENTENCE.finditer(text)]
    return judge(prompt, text[: ends[-1]] if ends else text)


def _reply(prompt: str, answer: Any) -> Reply:
    """The first choice of an answer, judged; raises `HalfAnswer` when it has no message or leaves its text out."""
    choice = next(iter(getattr(answer, "choices", None) or ()), None)
    message: Any = getattr(choice, "message", None)
    if not hasattr(message, "content"):
        raise HalfAnswer("found no choices with a message in the answer, expected one")
    finish_reason = str(getattr(choice, "finish_reason", None) or "")
    content = message.content
    # A text that is null is the model's own silence, and the content filter leaves out what it took away.
    silent = content is None and (finish_reason == FILTERED or "content" in getattr(message, "model_fields_set", ()))
    if not (silent or isinstance(content, str)):
        raise HalfAnswer("found no content in the answer's message, expected a text")
    text = _kept(content or "")
    return Reply(text, finish_reason, str(getattr(answer, "model", None) or ""), judged(prompt, text, finish_reason))
