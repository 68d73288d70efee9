"""Steps 3.2 to 4.3 on a student's account: the deployment, whether it is ready, and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from lab.build.account import Account
from lab.build.chat import Conversation, Reply, question
from lab.build.deployment import Deployment, deployment_from
from lab.build.training import Job
from lab.errors import Broken
from lab.find.accounts import group_of
from lab.find.look import Look, Seen
from lab.listing import rows_of
from lab.moments import moment, seconds_of
from lab.spec import LabSpec

TUNED = ".ft-"


@dataclass(frozen=True)
class Made:
    """A deployment and when it was made, in UTC."""

    deployment: Deployment
    made: datetime | None


def deployments(look: Look, account: Account) -> Seen:
    """All deployments of the account, a tuple of `Made`."""
    api = look.clients.cognitive.deployments
    group, name = group_of(account, look.resource_group), account.name
    listed = look.read("3.2", f"listing the deployments of {name}", lambda: rows_of(api.list(group, name)))
    return Seen(tuple(_made(body) for body in listed if body.properties))


def _made(body: Any) -> Made:
    return Made(deployment_from(body), moment(getattr(body.system_data, "created_at", None)))


def deployment(look: Look, account: Account, found: Sequence[Made], started: Job | None) -> Seen:
    """The deployment that is most like the lab's; raises `Broken` for step 3.2 when there is none."""
    if not found:
        raise Broken("3.2", f"account {account.name}: found no deployment, the lab asks for one of the tuned model")
    tuned = started.fine_tuned_model.lower() if started else ""
    best = max(found, key=lambda one: (*_likeness(one.deployment, tuned, look.spec), seconds_of(one.made)))
    return Seen(best.deployment, f"{account.id}/deployments/{best.deployment.name}", best.made)


def _likeness(one: Deployment, tuned: str, spec: LabSpec) -> tuple[bool, bool, int]:
    """The job's own model; any tuned one; and how much of what the lab asks for is so."""
    asked = (
        one.sku.lower() == spec.deployment.sku.lower(),
        one.capacity == spec.deployment.capacity,
        one.content_filter.lower() in ("", *(name.lower() for name in spec.deployment.content_filters)),
        one.provisioning_state.lower() == "succeeded",
    )
    return bool(tuned) and one.model.lower() == tuned, TUNED in one.model.lower(), sum(asked)


def ready(look: Look, there: Deployment) -> Seen:
    """The deployment when it can be used; raises `Broken` for step 3.3 when it cannot."""
    if there.provisioning_state.lower() != "succeeded":
        state = there.provisioning_state or "no state"
        raise Broken("3.3", f"deployment {there.name}: found {state}, the lab asks for one that is ready")
    return Seen(there)


def playground(look: Look, account: Account, there: Deployment) -> Seen:
    """One answer to the lab's first question, which serves step 4.2 as well."""
    prompt = look.spec.prompts[0].text
    return Seen(Conversation("4.1", prompt, (_asked(look, account, there, "4.1", prompt),)))


def first_prompt(look: Look, account: Account, there: Deployment, asked: Conversation) -> Seen:
    """Answers to the first question until the majority is decided, the playground's among them."""
    return Seen(_decided(look, account, there, replace(asked, step="4.2")))


def second_prompt(look: Look, account: Account, there: Deployment, asked: Conversation) -> Seen:
    """Answers to the second question until the majority is decided; `asked` shows that the model answers at all."""
    return Seen(_decided(look, account, there, Conversation("4.3", look.spec.prompt("4.3").text, ())))


def _decided(look: Look, account: Account, there: Deployment, conversation: Conversation) -> Conversation:
    """Ask on until more than half of all answers that the lab asks for agree: each costs the student's own quota."""
    replies: tuple[Reply, ...] = conversation.replies
    majority = look.spec.chat.asks // 2 + 1
    while max(_counts(replies)) < majority:
        replies = (*replies, _asked(look, account, there, conversation.step, conversation.prompt))
    return replace(conversation, replies=replies)


def _counts(replies: Sequence[Reply]) -> tuple[int, int]:
    about_travel = sum(reply.judgement.travel for reply in replies)
    return about_travel, len(replies) - about_travel


def _asked(look: Look, account: Account, there: Deployment, step: str, prompt: str) -> Reply:
    return look.read(step, f"asking {there.name} {prompt!r}", lambda: question(look, account, there, prompt))
