"""What Azure's errors mean, with the errors made by the SDKs themselves."""

from __future__ import annotations

from typing import Any, cast

import openai
import pytest
import requests
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ServiceRequestError,
    ServiceResponseTimeoutError,
)
from azure.core.polling.base_polling import BadResponse, BadStatus, OperationFailed
from azure.mgmt.core.exceptions import ARMErrorFormat

from lab.azure_errors import (
    HalfAnswer,
    Refusal,
    explained,
    is_of_the_moment,
    is_readable_hint,
    is_untold,
    refusal,
    retry_after,
    survivable,
    words_of,
)
from lab.clock import Cancelled
from lab.errors import Blocked, Broken, NoRoom, StepError, Undecided
from tests.suite.lab.azure_answers import Answer, azure_error, error_body, openai_error, poller_error


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


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param(
            {"code": "A", "details": [{"code": "B"}, {"code": "ScopeLocked"}]}, "ScopeLocked", id="a-later-one"
        ),
        pytest.param(
            {"code": "A", "details": [{"code": "B", "details": [{"code": "InsufficientQuota"}]}]},
            "InsufficientQuota",
            id="deep",
        ),
        pytest.param({"code": "A", "details": [{"code": "B"}]}, "A", id="none-known"),
        pytest.param({"code": "InvalidTemplateDeployment", "details": [{"code": "B"}]}, "B", id="a-templates"),
        pytest.param({"code": "A", "details": "none"}, "A", id="details-that-are-none"),
        pytest.param({"message": "m"}, "", id="no-code"),
    ],
)
def test_the_code_that_means_something_is_found_however_it_is_wrapped(body: dict[str, Any], code: str) -> None:
    answer = cast(Any, Answer(400, {"error": {"message": "m", **body}}))
    found = refusal(HttpResponseError(response=answer, error_format=cast(Any, ARMErrorFormat)))
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize("member", ["innererror", "inner_error"])
def test_a_filtered_prompt_is_known_by_its_inner_code(member: str) -> None:
    error = openai_error(400, "400")
    error.body = {"code": "400", "message": "m", member: {"code": "ResponsibleAIPolicyViolation"}}
    assert isinstance(explained("4.1", "asking", error), Broken)


def test_an_operation_that_failed_is_a_refusal_with_its_own_code() -> None:
    body = {"status": "Failed", **error_body("ServiceModelDeprecated", "gone")}
    error = poller_error(OperationFailed("failed"), body)
    assert refusal(error) == Refusal(200, "ServiceModelDeprecated", "gone")
    assert not survivable(error)
    found = explained("3.2", "deploying", error)
    assert (type(found), found.reason) == (Broken, "deploying: the operation failed with ServiceModelDeprecated: gone")


@pytest.mark.parametrize("cause", [BadResponse("no address"), BadStatus("odd")])
def test_an_operation_without_a_way_to_wait_for_it_is_untold_and_no_refusal(cause: Exception) -> None:
    assert is_untold(poller_error(cause))
    assert refusal(poller_error(cause)) is None
    assert not is_untold(poller_error(OperationFailed("failed")))


def test_an_operation_whose_address_is_gone_is_untold_and_one_that_refuses_is_not() -> None:
    assert is_untold(poller_error(BadStatus("gone"), error_body("NotFound", "no such operation"), 404))
    taken_back = poller_error(BadStatus("no"), error_body("ResourceGroupDeletionBlocked", "blocked"), 409)
    assert not is_untold(taken_back)
    assert refusal(taken_back) == Refusal(409, "ResourceGroupDeletionBlocked", "blocked")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        pytest.param(KeyError("id"), "Azure's answer cannot be read: found no 'id' in it", id="no-member"),
        pytest.param(
            TypeError("'NoneType' is odd"),
            "Azure's answer cannot be read: found a value of another type than expected",
            id="type",
        ),
        pytest.param(IndexError("odd"), "Azure's answer cannot be read: found a list that is too short", id="short"),
        pytest.param(
            AttributeError("'FileObject' object has no attribute 'id'"),
            "Azure's answer cannot be read: found an object, expected one with id",
            id="models-member",
        ),
        pytest.param(
            AttributeError("odd", name="get", obj=["a"]),
            "Azure's answer cannot be read: found a list, expected one with get",
            id="form",
        ),
        pytest.param(ValueError("line 1"), "Azure's answer cannot be read: line 1", id="no-json"),
        pytest.param(HalfAnswer("found no sku"), "found no sku", id="half"),
        pytest.param(openai_error(429, "429", "slow"), "Azure answered 429: slow", id="refused"),
        pytest.param(TimeoutError("slow"), "TimeoutError: slow", id="lost"),
    ],
)
def test_what_an_error_says_to_a_person(error: Exception, words: str) -> None:
    assert words_of(error) == words


@pytest.mark.parametrize(
    ("text", "is_it"),
    [(None, True), ("0", True), ("1.5", True), ("Fri, 15 Nov 2024 09:00:00 GMT", True), ("soon", False), ("-1", False)],
)
def test_whether_a_retry_after_can_be_read(text: str | None, is_it: bool) -> None:
    assert is_readable_hint(text) is is_it


def test_where_an_answer_could_not_be_read_is_in_the_evidence() -> None:
    answer: dict[str, str] = {}
    with pytest.raises(KeyError) as raised:
        _ = answer["id"]
    found = explained("2.4", "reading", raised.value)
    assert found.evidence["error"] == "KeyError"
    assert str(found.evidence["at"]).startswith(f"{__name__}:")


@pytest.mark.parametrize(("code", "is_it"), [("internalFailure", True), ("InsufficientQuota", True), ("A", False)])
def test_codes_of_the_moment(code: str, is_it: bool) -> None:
    assert is_of_the_moment(code) is is_it


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
        pytest.param(openai_error(400, "DeploymentNotReady"), id="deployment-not-ready"),
        pytest.param(ServiceRequestError("no route"), id="azure-core-cannot-connect"),
        pytest.param(ServiceResponseTimeoutError("slow"), id="azure-core-times-out"),
        pytest.param(openai.APITimeoutError(request=openai_error(500, None).request), id="openai-times-out"),
        pytest.param(requests.ConnectionError("refused"), id="requests-cannot-connect"),
        pytest.param(requests.ReadTimeout("slow"), id="requests-times-out"),
        pytest.param(requests.exceptions.ChunkedEncodingError("cut"), id="requests-is-cut-off"),
        pytest.param(ConnectionResetError("reset"), id="socket-reset"),
        pytest.param(TimeoutError("slow"), id="socket-times-out"),
        pytest.param(HalfAnswer("found no sku"), id="half-an-answer"),
        pytest.param(AttributeError("'list' object has no attribute 'id'"), id="an-answer-of-another-form"),
        pytest.param(azure_error(400, "PrincipalNotFound"), id="caller-not-known-everywhere-yet"),
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
        pytest.param(RuntimeError("ours"), id="our-own"),
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
