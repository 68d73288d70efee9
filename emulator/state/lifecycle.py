"""The states of things, and from which to which they may go."""

from __future__ import annotations

from collections.abc import Mapping

PROVISIONING: Mapping[str, frozenset[str]] = {
    "Accepted": frozenset({"Running", "Succeeded", "Failed", "Deleting"}),
    "Running": frozenset({"Succeeded", "Failed"}),
    "Creating": frozenset({"Succeeded", "Failed", "Deleting"}),
    "RegisteringDns": frozenset({"Succeeded", "Failed", "Deleting"}),
    "Updating": frozenset({"Succeeded", "Failed", "Deleting"}),
    "Succeeded": frozenset({"Updating", "Deleting"}),
    "Failed": frozenset({"Updating", "Deleting"}),
    "Deleting": frozenset({"Succeeded"}),
}
OPERATION: Mapping[str, frozenset[str]] = {
    "Creating": frozenset({"Succeeded", "Failed", "Canceled"}),
    "InProgress": frozenset({"Succeeded", "Failed", "Canceled"}),
    "Running": frozenset({"Succeeded", "Failed", "Canceled"}),
}
FILE: Mapping[str, frozenset[str]] = {"pending": frozenset({"processed", "error"})}
JOB: Mapping[str, frozenset[str]] = {
    "pending": frozenset({"running", "failed", "cancelled"}),
    "running": frozenset({"succeeded", "failed", "cancelled"}),
}
STEP: Mapping[str, frozenset[str]] = {
    "Waiting": frozenset({"Running"}),
    "Running": frozenset({"Succeeded", "Failed"}),
}
PROVIDER: Mapping[str, frozenset[str]] = {
    "Unregistered": frozenset({"Registering"}),
    "Registering": frozenset({"Registered", "Unregistering"}),
    "Registered": frozenset({"Unregistering"}),
    "Unregistering": frozenset({"Unregistered"}),
}


class UndeclaredTransitionError(Exception):
    """A change of state that the tables above do not have: a fault of the emulator."""


def moved(transitions: Mapping[str, frozenset[str]], current: str, target: str) -> str:
    """`target`, when it may follow on `current`."""
    if target not in transitions.get(current, frozenset()):
        raise UndeclaredTransitionError(f"from {current} to {target}")
    return target
