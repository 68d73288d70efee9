"""What the conformance run says: how many recorded calls are answered as Azure answered them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.suite.conformance.deliberate import Deliberate
from tests.suite.conformance.replay import Outcome

Results = Mapping[str, Sequence[Outcome]]


def report(results: Results) -> str:
    """The report: totals, a line a recording, every open difference, and those that are meant with their reasons."""
    outcomes = [outcome for each in results.values() for outcome in each]
    in_scope = [outcome for outcome in outcomes if outcome.is_in_scope]
    covered = [outcome for outcome in in_scope if not outcome.differences]
    exactly = [outcome for outcome in covered if not outcome.deliberate]
    unserved = sum(outcome.unserved is not None for outcome in outcomes)
    head = (
        f"covered: {len(covered)} of {len(in_scope)} interactions in scope ({len(covered) / len(in_scope):.0%}); "
        f"{len(exactly)} without any difference, {len(covered) - len(exactly)} with deliberate ones only\n"
        f"recorded: {len(outcomes)}; {unserved} at addresses that the emulator does not serve, "
        f"{len(outcomes) - len(in_scope) - unserved} whose answer is not in the recording"
    )
    lines = [head, "", *(_line(name, each) for name, each in results.items())]
    return "\n".join([*lines, *_open(results), *_deliberate(results), *_unserved(results)])


def complaints(outcomes: Sequence[Outcome]) -> list[str]:
    """Every open difference of one recording, as a line that says where it is."""
    return [
        f"[{outcome.number}] {outcome.label}: {difference}"
        for outcome in outcomes
        for difference in outcome.differences
    ]


def _line(name: str, outcomes: Sequence[Outcome]) -> str:
    in_scope = [outcome for outcome in outcomes if outcome.is_in_scope]
    covered = [outcome for outcome in in_scope if not outcome.differences]
    others = len(outcomes) - len(in_scope)
    return f"{name:45} {len(covered):3} / {len(in_scope):3}{f'  ({others} not in scope)' if others else ''}"


def _open(results: Results) -> list[str]:
    found = [f"  {name} {line}" for name, each in results.items() for line in complaints(each)]
    return ["", "Differences:", *found] if found else []


def _deliberate(results: Results) -> list[str]:
    places: dict[Deliberate, dict[str, None]] = {}
    for name, outcomes in results.items():
        for outcome in outcomes:
            for _, meant in outcome.deliberate:
                places.setdefault(meant, {})[f"{name}[{outcome.number}]"] = None
    lines = ["", f"Deliberate differences: {len(places)}"]
    for meant, where in places.items():
        lines += [f"- {meant.reason}", f"    {', '.join(where)}: {', '.join(meant.paths)}"]
    return lines


def _unserved(results: Results) -> list[str]:
    by_reason: dict[str, list[str]] = {}
    for name, outcomes in results.items():
        for outcome in outcomes:
            if outcome.unserved is not None:
                by_reason.setdefault(outcome.unserved.reason, []).append(f"{name}[{outcome.number}] {outcome.label}")
    lines = ["", f"Not served: {sum(map(len, by_reason.values()))}"]
    for reason, places in by_reason.items():
        lines += [f"- {reason}", *(f"    {place}" for place in places)]
    return lines
