"""Makes a recording's calls again, on an emulator in the same state, and holds its answers to Azure's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tests.suite.conformance.deliberate import Agreed, Deliberate, Unserved
from tests.suite.conformance.difference import Comparison, Difference
from tests.suite.conformance.facts import UNREAD, Fact, Facts
from tests.suite.conformance.headers import header_differences
from tests.suite.conformance.session import Answer, MissingAnswerError, Session, open_session
from tests.suite.conformance.settings import Notes
from tests.suite.conformance.states import enter, prepare

WAITS_S = (5.0,) * 24 + (30.0,) * 120
"""How long a poll goes on, in the emulator's time: two minutes closely, then an hour."""


@dataclass(frozen=True)
class Outcome:
    """How one call came out: what differs, what differs deliberately, or why the address is not served at all.

    `is_read`: whether Azure's answer is in the recording, so that there is something to compare.
    """

    number: int
    label: str
    is_read: bool = True
    differences: tuple[Difference, ...] = ()
    deliberate: tuple[tuple[Difference, Deliberate], ...] = ()
    unserved: Unserved | None = None

    @property
    def is_in_scope(self) -> bool:
        return self.unserved is None and self.is_read


def replay(facts: Facts, notes: Notes, agreed: Agreed) -> list[Outcome]:
    """Make all calls of one recording in order, on an emulator of their own."""
    with open_session(facts) as session:
        enter(session, facts, notes.before)
        return [_replayed(session, facts, number, notes, agreed) for number in range(len(facts.interactions))]


def _replayed(session: Session, facts: Facts, number: int, notes: Notes, agreed: Agreed) -> Outcome:
    fact = facts.interactions[number]
    if not session.serves(fact.method, fact.url):
        reason = next((each for each in agreed.unserved if each.covers(fact.label)), None)
        if reason is None:
            missing = Difference("address", fact.label, "no such route")
            return Outcome(number, fact.label, differences=(missing,))
        return Outcome(number, fact.label, unserved=reason)
    session.wait(notes.pauses.get(number, 0.0))
    prepare(session, facts, fact)
    try:
        ready = replace(fact, url=session.filled(fact.url), sent=session.filled_body(fact.sent))
    except MissingAnswerError as error:
        return Outcome(number, fact.label, differences=(Difference("request", "an answer", str(error)),))
    return _asked(session, facts, number, ready, agreed)


def _asked(session: Session, facts: Facts, number: int, ready: Fact, agreed: Agreed) -> Outcome:
    """Ask, and go on asking where a client would, until the answer is Azure's; else the nearest that was had."""
    best: Outcome | None = None
    for wait in (0.0, *WAITS_S):
        session.wait(wait)
        answer = session.call(ready.method, ready.url, ready.sent, ready.upload)
        outcome = _judged(facts, number, answer, agreed)
        if best is None or len(outcome.differences) < len(best.differences):
            best, session.answers[number] = outcome, answer
        if not outcome.differences or not _is_poll(ready):
            break
    if best is None or best.differences or ready.repeated == 1:
        return best or Outcome(number, ready.label)
    return _judged(facts, number, session.call(ready.method, ready.url, ready.sent), agreed)


def _judged(facts: Facts, number: int, answer: Answer, agreed: Agreed) -> Outcome:
    fact = facts.interactions[number]
    reasons = agreed.at(facts.name, number)
    found = list(_all_differences(facts, fact, answer, reasons.covers))
    return Outcome(
        number,
        fact.label,
        is_read=fact.status is not None,
        differences=tuple(each for each in found if not reasons.covers(each)),
        deliberate=tuple((each, reason) for each in found if (reason := reasons.of(each)) is not None),
    )


def _all_differences(
    facts: Facts, fact: Fact, answer: Answer, is_meant: Callable[[Difference], bool]
) -> Iterator[Difference]:
    if fact.status is None:
        return
    if fact.status != answer.status:
        yield Difference("status", str(fact.status), str(answer.status))
    yield from header_differences(fact.headers, answer.header_shapes, unproven=fact.unproven, recorded=facts.recorded)
    if fact.body != UNREAD:
        yield from Comparison(fact.cut, is_meant).differences(fact.body, answer.shape, "body")


def _is_poll(fact: Fact) -> bool:
    """Whether a client would ask again until the answer is another: a read, or a chat with what is not ready yet."""
    return fact.method in {"GET", "HEAD"} or fact.url.partition("?")[0].endswith("/chat/completions")
