"""What the recordings prove, without the recordings: calls to make and the shapes of Azure's answers.

A call's strings have placeholders in braces: `{subscription}`, `{group 1}`, `{workspaces 2}` for names, `{guid 1}`,
`{answer 0: header location}` and `{answer 3: body data.-1.id}` for what an earlier answer said, `{unknown ftjob}` for
an id that no answer in the recording shows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.suite.conformance.difference import Cut
from tests.suite.conformance.shape import Shape

FOLDER = Path(__file__).with_name("facts")
UNREAD = "unread"
"""In the place of an answer's body that is not in the recording."""


@dataclass(frozen=True)
class Upload:
    """A file that was sent; whether its content was good is known from what became of it."""

    filename: str
    purpose: str
    is_good: bool


@dataclass(frozen=True)
class Fact:
    """One call and the shape of its answer."""

    method: str
    url: str
    sent: Any
    upload: Upload | None
    status: int | None
    headers: Mapping[str, str]
    body: Shape
    repeated: int = 1
    cut: Cut = Cut.NOTHING
    unproven: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The call on one line, without its query."""
        return f"{self.method} {self.url.partition('?')[0]}"


@dataclass(frozen=True)
class Facts:
    """What one recording proves, in the order of its calls. `recorded`: when it was made."""

    name: str
    source: str
    recorded: datetime | None
    location: str
    interactions: tuple[Fact, ...] = field(default=())


def dumps(facts: Facts) -> str:
    """Facts as text, one interaction a line."""
    head = {
        "name": facts.name,
        "source": facts.source,
        "recorded": facts.recorded.isoformat() if facts.recorded else None,
        "location": facts.location,
    }
    lines = ",\n".join(json.dumps(_line(fact), ensure_ascii=False) for fact in facts.interactions)
    return f'{json.dumps(head, ensure_ascii=False, indent=1)[:-2]},\n "interactions": [\n{lines}\n]}}\n'


def loads(text: str) -> Facts:
    """The facts that `dumps` wrote."""
    document = json.loads(text)
    recorded = document["recorded"]
    return Facts(
        name=document["name"],
        source=document["source"],
        recorded=datetime.fromisoformat(recorded) if recorded else None,
        location=document["location"],
        interactions=tuple(_fact(line) for line in document["interactions"]),
    )


def all_facts() -> list[Facts]:
    """The facts of every recording that was distilled, by name."""
    return [loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))]


def _line(fact: Fact) -> dict[str, Any]:
    line: dict[str, Any] = {"method": fact.method, "url": fact.url}
    if fact.sent is not None:
        line["sent"] = fact.sent
    if fact.upload is not None:
        line["upload"] = vars(fact.upload)
    line |= {"status": fact.status, "headers": dict(fact.headers), "body": fact.body}
    if fact.repeated > 1:
        line["repeated"] = fact.repeated
    if fact.cut is not Cut.NOTHING:
        line["cut"] = fact.cut.value
    if fact.unproven:
        line["unproven"] = list(fact.unproven)
    return line


def _fact(line: dict[str, Any]) -> Fact:
    upload = line.get("upload")
    return Fact(
        method=line["method"],
        url=line["url"],
        sent=line.get("sent"),
        upload=Upload(**upload) if upload else None,
        status=line["status"],
        headers=line["headers"],
        body=line["body"],
        repeated=line.get("repeated", 1),
        cut=Cut(line.get("cut", Cut.NOTHING.value)),
        unproven=tuple(line.get("unproven", ())),
    )
