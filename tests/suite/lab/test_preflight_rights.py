"""The preflight's looks at the subscription: what the caller may do there, and which providers it has."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from lab.preflight.providers import check_providers
from lab.preflight.rights import Permission, allowed, check_rights, judge_rights
from tests.suite.lab.azure_answers import Answer, error_body
from tests.suite.lab.fakes import a_run, scripted

OWNER = Permission(("*",), ())
CONTRIBUTOR = Permission(("*",), ("Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write"))
READER = Permission(("*/read",), ())


def levels(findings: Any) -> list[tuple[str, str]]:
    return [(finding.level, finding.step) for finding in findings]


@pytest.mark.parametrize(
    ("permissions", "action", "may"),
    [
        ([OWNER], "Microsoft.Authorization/roleAssignments/write", True),
        ([CONTRIBUTOR], "Microsoft.Authorization/roleAssignments/write", False),
        ([CONTRIBUTOR], "microsoft.resources/subscriptions/resourcegroups/WRITE", True),
        ([CONTRIBUTOR, Permission(("Microsoft.Authorization/*",), ())], "Microsoft.Authorization/x/write", True),
        ([READER], "Microsoft.Storage/storageAccounts/read", True),
        ([READER], "Microsoft.Storage/storageAccounts/write", False),
        ([Permission(("Microsoft.Storage/[s]torage/read",), ())], "Microsoft.Storage/storage/read", False),
        ([], "Microsoft.Storage/storageAccounts/read", False),
    ],
    ids=["owner", "taken-away", "any-case", "only-from-its-own-entry", "wildcard", "too-little", "literal", "nothing"],
)
def test_what_a_caller_may_do(permissions: list[Permission], action: str, may: bool) -> None:
    assert allowed(permissions, action) is may


@pytest.mark.parametrize(
    ("permissions", "expected"),
    [
        ([OWNER], [("ok", "1.2")]),
        ([CONTRIBUTOR], [("warning", "1.4")]),
        (
            [READER],
            [
                *(("warning", "1.4"), ("warning", "5.2")),
                *(("problem", step) for step in ("1.2", "1.3", "1.4", "3.2", "5.1")),
            ],
        ),
    ],
    ids=["owner", "contributor", "reader"],
)
def test_rights_are_compared_with_what_the_lab_does(
    permissions: list[Permission], expected: list[tuple[str, str]]
) -> None:
    assert levels(judge_rights(permissions)) == expected


def test_rights_are_read_for_the_whole_subscription() -> None:
    asked = scripted(Answer(200, {"value": [{"actions": ["*"], "notActions": None}]}))
    run = a_run({"resources": SimpleNamespace(send_request=asked)})
    assert levels(check_rights(run)) == [("ok", "1.2")]
    assert asked.calls[0][0][0].url.endswith("/providers/Microsoft.Authorization/permissions?api-version=2022-04-01")


def test_rights_that_cannot_be_read_are_a_warning() -> None:
    run = a_run({"resources": SimpleNamespace(send_request=scripted(Answer(403, error_body("Forbidden", "no"))))})
    assert levels(check_rights(run)) == [("warning", "1.2")]


class Providers:
    """Resource providers, each going through its states; a POST moves it on."""

    def __init__(self, register: int = 200, **states: list[str]) -> None:
        self._register = register
        self._states = states
        self.posts: list[str] = []

    def send_request(self, request: Any) -> Answer:
        namespace = request.url.split("/providers/Microsoft.")[1].partition("/")[0].partition("?")[0]
        states = self._states.get(namespace, ["Registered"])
        if request.method == "POST":
            self.posts.append(namespace)
            return Answer(self._register, {} if self._register == 200 else error_body("AuthorizationFailed", "no"))
        state = states.pop(0) if len(states) > 1 else states[0]
        return Answer(200, {"registrationState": state})


@pytest.mark.parametrize(
    ("states", "register", "expected", "posts", "words"),
    [
        pytest.param({}, 200, [("ok", "1.3")], [], "registered resource providers: Microsoft.Storage", id="all"),
        pytest.param(
            {"KeyVault": ["NotRegistered", "Registering", "Registered"]},
            *(200, [("ok", "1.3")], ["KeyVault"], "Microsoft.KeyVault was NotRegistered, and is registered now"),
            id="registered",
        ),
        pytest.param(
            {"CognitiveServices": ["Registering", "Registered"]},
            *(200, [("ok", "1.4")], [], "was Registering, and is registered now"),
            id="waited-for",
        ),
        pytest.param(
            {"Storage": ["Unregistered"]},
            *(403, [("problem", "1.3")], ["Storage"], "may not register it; have the subscription's owner"),
            id="not-allowed",
        ),
        pytest.param(
            {"Storage": ["NotRegistered", "Registering"]},
            *(200, [("problem", "1.3")], ["Storage"], "still not there after 600 s; last seen: Registering"),
            id="too-slow",
        ),
    ],
)
def test_providers_are_registered_when_the_caller_may(
    states: dict[str, list[str]], register: int, expected: list[tuple[str, str]], posts: list[str], words: str
) -> None:
    azure = Providers(register, **{name: list(each) for name, each in states.items()})
    findings = check_providers(a_run({"resources": azure}))
    assert levels(findings) == expected
    assert azure.posts == posts
    assert words in findings[0].reason
    assert ("az provider register" in findings[0].reason) is (findings[0].level == "problem")
