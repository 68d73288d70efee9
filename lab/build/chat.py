"""Steps 4.1 to 4.3: ask the tuned model the lab's questions, with no system message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lab.azure_errors import explained
from lab.build.account import Account
from lab.build.deployment import Deployment
from lab.errors import Undecided
from lab.judge import Judgement, judge
from lab.pacing import tokens_of
from lab.run import Run
from lab.waiting import retried


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


def ask(run: Run, account: Account, deployment: Deployment, step: str, prompt: str, times: int) -> Conversation:
    """Ask one question so many times; raises `Broken` or `Undecided` for the step when no answer comes."""
    return Conversation(step, prompt, tuple(_ask_once(run, account, deployment, step, prompt) for _ in range(times)))


def _ask_once(run: Run, account: Account, deployment: Deployment, step: str, prompt: str) -> Reply:
    wait = run.wait(step, f"answer of deployment {deployment.name}", run.spec.waits.chat_s)
    completions = run.clients.openai(account.endpoint).chat.completions

    max_tokens = run.spec.chat.max_tokens

    def call() -> Any:
        with run.pacing.turn(run.clock, deployment.name, deployment.capacity, tokens_of(prompt, max_tokens)):
            return completions.create(
                model=deployment.name,
                messages=[{"role": "user", "content": prompt}],
                max_tokens=max_tokens,
            )

    try:
        answer = retried(wait, run.clock, call)
    except Exception as error:
        raise explained(step, f"asking {deployment.name} {prompt!r}", error) from error
    if not answer.choices:
        raise Undecided(step, f"answer of deployment {deployment.name}: found no choices, expected one")
    choice = answer.choices[0]
    text = choice.message.content or ""
    return Reply(text, str(choice.finish_reason or ""), str(answer.model or ""), judge(prompt, text))
