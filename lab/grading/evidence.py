"""What was read of a student's environment, as `evidence.json` keeps it: the checks see nothing else.

So the same evidence gives the same mark, whether it was read a moment ago or last term.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from typing import Any, Literal

from lab.build.account import Account
from lab.build.chat import Conversation, judged
from lab.build.connection import Connections
from lab.build.deployment import Deployment
from lab.build.hub import Workspace
from lab.build.metrics import Metrics
from lab.build.resource_group import ResourceGroup
from lab.build.training import Job, TrainingSet, UploadedFile
from lab.clean_up import DeletedGroup
from lab.errors import Blocked, Broken, InputError, StepError, Undecided, shown
from lab.evidence import Redactor, as_evidence
from lab.files import write_json
from lab.find.environment import Outcome
from lab.find.look import Seen
from lab.moments import moment
from lab.purge import Purge
from lab.sign_in import SignIn
from lab.survey import BaseModel, Survey

VERSION = 1
FILE = "evidence.json"
LONGEST_REASON = 2000
NOT_REACHED = "the run ended before this student was read; go on with --resume"
KINDS: Mapping[str, type] = {
    "signed_in": SignIn,
    "resource_group": ResourceGroup,
    "hub": Workspace,
    "survey": Survey,
    "account": Account,
    "connections": Connections,
    "project": Workspace,
    "training_data": TrainingSet,
    "base_model": BaseModel,
    "training_file": UploadedFile,
    "job": Job,
    "trained": Job,
    "metrics": Metrics,
    "deployment": Deployment,
    "ready": Deployment,
    "playground": Conversation,
    "first_prompt": Conversation,
    "second_prompt": Conversation,
    "deleted_group": DeletedGroup,
    "purge": Purge,
}
"""The finds that checks take; what else was read is kept for people."""
# What two students can only have in common when they worked together.
OWN = ("resource_group", "account", "job", "deployment")


@dataclass(frozen=True)
class Evidence:
    """A student's environment as it was found: results and errors by the name of the find.

    `graded` is when it was read, `work` when each thing in it was made (both UTC); `identities` tell two environments
    apart without naming them.
    """

    student: str
    graded: datetime
    outcomes: Mapping[str, Any]
    work: Mapping[str, datetime] = field(default_factory=dict)
    identities: Mapping[str, str] = field(default_factory=dict)

    def result(self, name: str) -> Any:
        """What was found; raises the `StepError` that stands in its place."""
        outcome = self.outcomes.get(name)
        if isinstance(outcome, StepError):
            raise outcome
        if not self.outcomes:
            raise Undecided("1.1", NOT_REACHED)
        if outcome is None:
            raise Undecided("1.1", f"evidence of {self.student}: found nothing of {name}; read it again with --grade")
        return outcome

    @property
    def is_whole(self) -> bool:
        """Whether everything could be read, so that nobody need ask again."""
        return not any(isinstance(outcome, Undecided) for outcome in self.outcomes.values())

    @property
    def conversations(self) -> tuple[Conversation, ...]:
        """What the model was asked and answered."""
        asked = (self.outcomes.get(name) for name in ("first_prompt", "second_prompt"))
        return tuple(one for one in asked if isinstance(one, Conversation))


def write_evidence(
    folder: Path, student: str, found: Mapping[str, Outcome], graded: datetime, redactor: Redactor
) -> None:
    """Keep what was found in the student's folder, scrubbed; an older file is replaced at once."""
    seen = {name: outcome for name, outcome in found.items() if isinstance(outcome, Seen)}
    document = {
        "version": VERSION,
        "student": student,
        "graded": graded.astimezone(timezone.utc).isoformat(),
        "work": {name: one.made.isoformat() for name, one in seen.items() if one.made},
        "identities": {name: _fingerprint(seen[name].identity) for name in OWN if name in seen and seen[name].identity},
        "found": {name: redactor.value(_encoded(outcome)) for name, outcome in found.items()},
    }
    write_json(folder / FILE, document)


def _fingerprint(identity: str) -> str:
    return hashlib.sha256(identity.lower().encode()).hexdigest()


def _encoded(outcome: Outcome) -> dict[str, Any]:
    if not isinstance(outcome, Seen):
        return {"error": _encoded_error(outcome)}
    value = outcome.value
    if isinstance(value, SignIn):
        # Who grades is nobody's business, and a subscription's name may be a person's.
        value = replace(value, principal_id="", tenant_id="", subscription_name="")
    return {"value": as_evidence(value)}


def _encoded_error(error: StepError) -> dict[str, Any]:
    cause = {"cause": _encoded_error(error.cause)} if isinstance(error, Blocked) else {}
    # Azure repeats what students write, and a reason is shown on terminals as well.
    return {"outcome": error.outcome, "step": error.step, "reason": shown(error.reason, LONGEST_REASON), **cause}


def kept_evidence(folder: Path, student: str) -> Evidence:
    """The evidence in a student's folder, without any outcome when the student was not read; raises `InputError`."""
    if (folder / FILE).exists():
        return read_evidence(folder)
    return Evidence(student, datetime.fromtimestamp(0, timezone.utc), {})


def read_evidence(folder: Path) -> Evidence:
    """The evidence in a student's folder; raises `InputError` when the file is not what `write_evidence` wrote."""
    path = folder / FILE
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["version"] != VERSION:
            found = f"found version {shown(document['version'])}, expected {VERSION}"
            raise InputError(str(path), [f"{found}; grade the student again"])
        return Evidence(
            student=str(document["student"]),
            graded=_moment(document["graded"]),
            outcomes=dict(_outcomes(document["found"])),
            work={name: _moment(text) for name, text in document["work"].items()},
            identities={str(name): str(digest) for name, digest in document["identities"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        found = f"found {type(error).__name__}: {shown(str(error))}"
        problem = f"{found}, expected what a grading run wrote; grade the student again"
        raise InputError(str(path), [problem]) from error


def _outcomes(found: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, outcome in found.items():
        if "error" in outcome:
            yield name, _decoded_error(outcome["error"])
        elif name in KINDS:
            yield name, _judged_again(_decoded(name, outcome["value"]))


def _decoded(name: str, value: Any) -> Any:
    from pydantic import ValidationError

    try:
        return _reader(KINDS[name]).validate_python(value)
    except ValidationError as error:
        wrong = (f"{'.'.join((name, *map(str, one['loc'])))}: {one['msg']}" for one in error.errors())
        raise ValueError("; ".join(wrong)) from error


@cache
def _reader(kind: type) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _judged_again(value: Any) -> Any:
    """A conversation with today's judgement of what is kept of it, so that it does not matter when it was read."""
    if not isinstance(value, Conversation):
        return value
    replies = (replace(one, judgement=judged(value.prompt, one.text, one.finish_reason)) for one in value.replies)
    return replace(value, replies=tuple(replies))


def _decoded_error(error: Mapping[str, Any]) -> StepError:
    outcome: Literal["failed", "blocked", "inconclusive"] = error["outcome"]
    if outcome == "blocked":
        return Blocked(error["step"], _decoded_error(error["cause"]))
    return (Broken if outcome == "failed" else Undecided)(error["step"], error["reason"])


def _moment(text: str) -> datetime:
    found = moment(text)
    if found is None:
        raise ValueError(f"{text!r} is no moment")
    return found
