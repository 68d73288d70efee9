"""What Azure's errors mean, with the errors made by the SDKs themselves."""

from __future__ import annotations

import openai
import pytest
import requests
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ServiceRequestError,
    ServiceResponseTimeoutError,
)

from lab.azure_errors import Refusal, explained, refusal, retry_after, survivable
from lab.clock import Cancelled
from lab.errors import Blocked, Broken, NoRoom, StepError, Undecided
from tests.suite.lab.azure_answers import azure_error, openai_error


def test_a_refusal_of_the_management_plane_is_read() -> None:
    answer = refusal(azure_error(409, "ScopeLocked", "The scope\n is locked."))
    assert answer is not None
    assert (answer.status, answer.code) == (409, "ScopeLocked")
    assert "The scope is locked." in answer.message


def test_a_refusal_of_the_data_plane_is_read() -> None:
    assert refusal(openai_error(401, "PermissionDenied", "no role")) == Refusal(401, "PermissionDenied", "no role")


@pytest.mark.parametrize("error", [azure_error(502), openai_error(502, None)], ids=["management", "data"])
def test_an_answer_without_a_body_has_no_code(error: Exception) -> None:
    answer = refusal(error)
    assert answer is not None
    assert (answer.status, answer.code) == (502, "")


def test_the_code_of_a_wrapped_deployment_error_is_the_inner_one() -> None:
    error = azure_error(400, "InvalidTemplateDeployment", details=[("InsufficientQuota", "needs 5, has 0")])
    answer = refusal(error)
    assert answer is not None
    assert answer.code == "InsufficientQuota"


@pytest.mark.parametrize("error", [ValueError("x"), ServiceRequestError("no route"), HttpResponseError("no answer")])
def test_what_is_no_answer_is_no_refusal(error: Exception) -> None:
    assert refusal(error) is None


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(azure_error(408), id="408"),
        pytest.param(azure_error(409, "RequestConflict"), id="two-writes-at-once"),
        pytest.param(azure_error(429, "TooManyRequests"), id="429"),
        pytest.param(azure_error(500, "InternalServerError"), id="500"),
        pytest.param(openai_error(503, None), id="503-without-body"),
        pytest.param(azure_error(504, "GatewayTimeout"), id="504"),
        pytest.param(openai_error(401, "PermissionDenied"), id="role-has-not-spread"),
        pytest.param(openai_error(404, "DeploymentNotFound"), id="deployment-just-made"),
        pytest.param(ServiceRequestError("no route"), id="azure-core-cannot-connect"),
        pytest.param(ServiceResponseTimeoutError("slow"), id="azure-core-times-out"),
        pytest.param(openai.APITimeoutError(request=openai_error(500, None).request), id="openai-times-out"),
        pytest.param(requests.ConnectionError("refused"), id="requests-cannot-connect"),
        pytest.param(requests.ReadTimeout("slow"), id="requests-times-out"),
        pytest.param(requests.exceptions.ChunkedEncodingError("cut"), id="requests-is-cut-off"),
        pytest.param(ConnectionResetError("reset"), id="socket-reset"),
        pytest.param(TimeoutError("slow"), id="socket-times-out"),
    ],
)
def test_what_may_pass_by_itself_is_survivable(error: Exception) -> None:
    assert survivable(error)


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(azure_error(400, "InsufficientQuota"), id="no-quota"),
        pytest.param(azure_error(401, "InvalidAuthenticationToken"), id="bad-token"),
        pytest.param(openai_error(401, "401"), id="bad-key"),
        pytest.param(azure_error(403, "AuthorizationFailed"), id="no-role"),
        pytest.param(azure_error(404, "ResourceNotFound"), id="not-there"),
        pytest.param(azure_error(409, "FlagMustBeSetForRestore"), id="soft-deleted-name"),
        pytest.param(azure_error(409, "ScopeLocked"), id="locked"),
        pytest.param(azure_error(409, "MissingSubscriptionRegistration"), id="unregistered"),
        pytest.param(ClientAuthenticationError("no credential"), id="no-credential"),
        pytest.param(Cancelled(), id="interrupted"),
        pytest.param(Undecided("2.5", "deadline"), id="a-steps-error"),
        pytest.param(ValueError("ours"), id="our-own"),
    ],
)
def test_what_only_a_person_can_put_right_is_not(error: Exception) -> None:
    assert not survivable(error)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({"Retry-After": "12"}, 12.0, id="seconds"),
        pytest.param({"retry-after-ms": "1500", "Retry-After": "12"}, 1.5, id="milliseconds-first"),
        pytest.param({"x-ms-retry-after-ms": "250"}, 0.25, id="azures-milliseconds"),
        pytest.param({"Retry-After": "86400"}, 300.0, id="capped"),
        pytest.param({"Retry-After": "Fri, 15 Nov 2024 09:00:00 GMT"}, None, id="a-date"),
        pytest.param({"Retry-After": "-3"}, None, id="negative"),
        pytest.param({"Retry-After": "nan"}, None, id="not-a-number"),
        pytest.param({}, None, id="none"),
    ],
)
def test_the_servers_hint_is_in_seconds_and_capped(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(openai_error(429, "429", headers=headers)) == seconds


def test_an_error_without_an_answer_gives_no_hint() -> None:
    assert retry_after(ServiceRequestError("no route")) is None


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        pytest.param(azure_error(400, "ServiceModelDeprecated"), Broken, id="model-retired"),
        pytest.param(azure_error(400, "DeploymentModelNotSupported"), Broken, id="model-unknown"),
        pytest.param(azure_error(400, "InvalidResourceProperties"), Broken, id="sku-not-offered"),
        pytest.param(openai_error(400, "invalidPayload"), Broken, id="job-refused"),
        pytest.param(openai_error(400, "content_filter"), Broken, id="prompt-filtered"),
        pytest.param(azure_error(400, "InsufficientQuota"), NoRoom, id="no-quota"),
        pytest.param(azure_error(403, "AuthorizationFailed"), Undecided, id="no-role"),
        pytest.param(azure_error(429, "TooManyRequests"), Undecided, id="throttled"),
        pytest.param(azure_error(409, "ReadOnlyDisabledSubscription"), Undecided, id="subscription-disabled"),
        pytest.param(azure_error(500), Undecided, id="server-error"),
        pytest.param(ServiceRequestError("no route"), Undecided, id="network-down"),
        pytest.param(KeyError("id"), Undecided, id="our-own"),
    ],
)
def test_only_what_the_lab_gets_wrong_is_broken(error: Exception, kind: type[StepError]) -> None:
    found = explained("3.2", "deploying the model", error)
    assert type(found) is kind
    assert found.step == "3.2"
    assert found.reason.startswith("deploying the model: ")


def test_the_reason_and_the_evidence_name_azures_answer() -> None:
    found = explained("3.2", "deploying", azure_error(400, "ServiceModelDeprecated", "retired on 2025-11-11"))
    assert "Azure answered 400 ServiceModelDeprecated: " in found.reason
    assert "retired on 2025-11-11" in found.reason
    assert found.evidence == {"status": 400, "code": "ServiceModelDeprecated"}


def test_an_answer_without_a_code_says_so() -> None:
    assert "Azure answered 502 without a code" in explained("1.3", "creating hub", azure_error(502)).reason


def test_an_error_that_is_no_answer_is_named_by_its_type() -> None:
    assert explained("2.1", "downloading", OSError("disk full")).reason == "downloading: OSError: disk full"


def test_an_interruption_is_undecided() -> None:
    found = explained("2.5", "waiting for the job", Cancelled())
    assert isinstance(found, Undecided)
    assert found.reason == "waiting for the job: the run was interrupted"


@pytest.mark.parametrize(
    "error",
    [Broken("2.5", "x"), Undecided("2.5", "x"), Blocked("3.2", Broken("2.5", "x"))],
    ids=["broken", "undecided", "blocked"],
)
def test_a_steps_error_stays_as_it_is(error: StepError) -> None:
    assert explained("9.9", "anything", error) is error


def test_a_message_cannot_write_to_the_terminal() -> None:
    reason = explained("1.2", "creating", azure_error(400, "Bad", "red \x1b[31m")).reason
    assert "\x1b" not in reason
    assert "\\x1b[31m" in reason
