"""What an error of Azure or of the network means: a lab that is wrong, or a check that could not be made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_tz
from typing import Any

from lab.clock import Cancelled
from lab.errors import Broken, NoRoom, StepError, Undecided, shown
from lab.jsonl import json_type

# Codes that say the lab asks for something Azure no longer (or never) gives; every other code is about this
# subscription or this moment. Sources: README of the recordings (Deployment, Fine-tuning job) and public issues.
LAB_IS_WRONG = frozenset(
    {
        "servicemodeldeprecated",
        "servicemodeldeprecating",
        "deploymentmodelnotsupported",
        "invalidresourceproperties",
        "invalidpayload",
        "jsonlvalidationfailed",
        "content_filter",
        "contentfilter",
        "responsibleaipolicyviolation",
        # What is deployed is no model to chat with (https://github.com/microsoft/graphrag/issues/1557).
        "operationnotsupported",
    }
)
# Codes that say this region has no room for this subscription; sources as above.
REGION_IS_FULL = frozenset(
    {
        "insufficientquota",
        "quotaexceeded",
        "deploymentlimitreached",
        "insufficientcapacity",
        "skunotavailable",
        "locationnotavailableforresourcetype",
        "requestdisallowedbyazure",
    }
)
# Codes of the service's own bad moment, as they also stand in jobs that failed (spec, ErrorCode).
OF_THE_MOMENT = frozenset(
    {
        "internalfailure",
        "internalservererror",
        "internalerror",
        "servererror",
        "server_error",
        "serviceunavailable",
        "toomanyrequests",
        "timeout",
    }
)
SURVIVABLE_STATUS = frozenset({408, 409, 429, 500, 502, 503, 504})
# 409 that only a person can solve; trying again changes nothing.
FINAL_CONFLICTS = frozenset(
    {
        "flagmustbesetforrestore",
        "customdomaininuse",
        "resourcegroupbeingdeleted",
        "resourcegroupdeletionblocked",
        "scopelocked",
        "missingsubscriptionregistration",
        "readonlydisabledsubscription",
        "storageaccountalreadytaken",
        "vaultalreadyexists",
        "conflicterror",
        "roleassignmentexists",
        "cannotdeleteresource",
        "resourcekindrequireacceptterms",
        "apisetdisabledforcreation",
        "specialfeatureorquotaidrequired",
    }
)
# By name, so that none of these libraries has to be loaded: azure-core, openai, requests, httpx2 and Python itself.
LOST_CONNECTION = frozenset(
    {
        "ServiceRequestError",
        "ServiceResponseError",
        "APIConnectionError",
        "ConnectionError",
        "HTTPError",
        "Timeout",
        "TimeoutError",
        "ChunkedEncodingError",
        # Half an answer.
        "JSONDecodeError",
        "DecodeError",
        "APIResponseValidationError",
        "HalfAnswer",
    }
)
# What Python raises where an answer has another form than Azure's documents give it.
UNREADABLE = (AttributeError, IndexError, KeyError, TypeError, ValueError)
LONGEST_HINT = 300.0


class HalfAnswer(Exception):
    """An answer of Azure that lacks what is looked for in it: it is asked for again, as one that was cut off is."""


@dataclass(frozen=True)
class Refusal:
    """What Azure answered: HTTP status (0 without an answer), error code ('' when none was given) and message."""

    status: int
    code: str
    message: str


def refusal(error: BaseException) -> Refusal | None:
    """What Azure refused in this error of azure-core or openai, or None when it is no refusal at all.

    A long-running operation that failed is a refusal with the status of the answer that told it, mostly 200.
    """
    response = getattr(error, "response", None)
    status = getattr(error, "status_code", None) or getattr(response, "status_code", None)
    # An answer of 200 that cannot be read is no refusal: the SDKs' errors of decoding carry it too. One that says that
    # a long-running operation has failed is.
    if status is None or (int(status) < 400 and _of_the_poller(error) != "OperationFailed"):
        return None
    return Refusal(int(status), _code(error), _message(error))


def _of_the_poller(error: BaseException) -> str:
    """The name of what made azure-core's poller give up, '' for any other error."""
    return type(getattr(error, "inner_exception", None)).__name__


def is_untold(error: BaseException) -> bool:
    """Whether Azure took a request and told no address, or no status, by which to wait for the end of it."""
    answer = refusal(error)
    # An address of the operation that refuses tells its end: a group's delete that is taken back says so with 409.
    return _of_the_poller(error) in ("BadResponse", "BadStatus") and (answer is None or answer.status == 404)


def _code(error: BaseException) -> str:
    """The first code that means something to the lab, however deep Azure wraps it, else the outermost one."""
    body = getattr(error, "body", None)
    said = body.get("error", body) if isinstance(body, dict) else getattr(error, "error", None)
    codes = list(_codes(said))
    known = LAB_IS_WRONG | REGION_IS_FULL | FINAL_CONFLICTS
    wrapped = codes[1:2] if codes[:1] == ["InvalidTemplateDeployment"] else []
    return next(iter([*(code for code in codes if code.lower() in known), *wrapped, *codes]), "")


def _codes(said: Any) -> Iterator[str]:
    """The codes of an error and of all that it wraps, as JSON or as azure-core reads it, outermost first."""

    def member(name: str) -> Any:
        return said.get(name) if isinstance(said, dict) else getattr(said, name, None)

    if code := member("code"):
        yield str(code)
    # Some answers spell it with an underscore (https://github.com/browser-use/browser-use/issues/262).
    wrapped = member("details") or [member("innererror") or member("inner_error") or member("innerError")]
    for inner in wrapped if isinstance(wrapped, list) else []:
        if inner is not None and inner is not said:
            yield from _codes(inner)


def _message(error: BaseException) -> str:
    """Azure's own words where there are any; the SDKs repeat them around the code."""
    body = getattr(error, "body", None)
    inner = body.get("error", body) if isinstance(body, dict) else None
    said = inner.get("message") if isinstance(inner, dict) else getattr(getattr(error, "error", None), "message", None)
    return re.sub(r"\s+", " ", str(said or getattr(error, "message", "") or error)).strip()


def survivable(error: BaseException) -> bool:
    """Whether the same call may work a little later: throttled, a server's bad moment, a lost connection."""
    if isinstance(error, (Cancelled, StepError)):
        return False
    answer = refusal(error)
    if answer is None:
        return _lost_connection(error) or isinstance(error, UNREADABLE)
    if not_yet(error):
        return True
    return answer.status in SURVIVABLE_STATUS and answer.code.lower() not in FINAL_CONFLICTS


def not_yet(error: BaseException) -> bool:
    """Whether Azure is well and only says that something just made has not reached everywhere."""
    answer = refusal(error)
    if answer is None:
        return False
    if answer.code == "PrincipalNotFound":
        # As long as Azure looks for a caller that is new to it (README of the recordings, Role assignments).
        return True
    if answer.status == 401:
        # A role just granted takes minutes to reach the data plane (README of the recordings, Chat).
        # A token that ran out is renewed for the next call (https://github.com/Azure/apiops/issues/671).
        return answer.code in {"PermissionDenied", "ExpiredAuthenticationToken"}
    # Which status the second one comes with is not on record.
    return answer.code == "DeploymentNotReady" or (answer.status == 404 and answer.code == "DeploymentNotFound")


def _lost_connection(error: BaseException) -> bool:
    return bool(_names(error) & LOST_CONNECTION)


def _names(error: BaseException) -> set[str]:
    return {kind.__name__ for kind in type(error).__mro__}


def is_of_the_moment(code: str) -> bool:
    """Whether a code speaks of the service or of what is left in a region, and not of what the lab asks for."""
    return code.strip().lower() in OF_THE_MOMENT | REGION_IS_FULL


def retry_after(error: BaseException) -> float | None:
    """The seconds the server asked to wait, capped at five minutes, or None when it gave no hint."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    for name, unit in (("retry-after-ms", 0.001), ("x-ms-retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name) or "") * unit
        except ValueError:
            continue
        if seconds > 0:
            return min(seconds, LONGEST_HINT)
    return None


def is_readable_hint(text: str | None) -> bool:
    """Whether a Retry-After is missing, or is what it may be: seconds, or a date (RFC 9110, 10.2.3)."""
    if text is None:
        return True
    try:
        return float(text) >= 0
    except ValueError:
        return parsedate_tz(text) is not None


def explained(step: str, doing: str, error: Exception) -> StepError:
    """This error as the outcome of a step: `Broken` for what the lab itself gets wrong, else `Undecided`."""
    if isinstance(error, StepError):
        return error
    if isinstance(error, Cancelled):
        return Undecided(step, f"{doing}: the run was interrupted")
    answer = refusal(error)
    reason = f"{doing}: {words_of(error)}"
    if answer is None:
        return Undecided(step, reason, {"error": type(error).__name__, "at": _place(error)})
    return _kind(answer.code.lower())(step, reason, {"status": answer.status, "code": answer.code})


def words_of(error: BaseException) -> str:
    """What an error says, for a person: Azure's own words, or what is wrong with its answer or the connection."""
    answer = refusal(error)
    if answer is not None:
        found = f"Azure answered {answer.status}" if answer.status >= 400 else "the operation failed with"
        # The data plane's code is often the status once more.
        code = "" if answer.code == str(answer.status) else f" {answer.code or 'without a code'}"
        return f"{found}{code}: {shown(answer.message, 500)}"
    if isinstance(error, UNREADABLE) or "DecodeError" in _names(error):
        return f"Azure's answer cannot be read: {_form(error)}"
    if isinstance(error, HalfAnswer):
        return shown(str(error), 500)
    return f"{type(error).__name__}: {shown(_message(error), 2000)}"


def _form(error: BaseException) -> str:
    """How an answer differs from what was expected, in JSON's words and not in Python's."""
    if isinstance(error, KeyError):
        return f"found no {shown(str(error))} in it"
    if isinstance(error, AttributeError):
        member = error.name or "".join(re.findall(r"no attribute '(\w+)'", str(error)))
        plain = error.obj is None or isinstance(error.obj, (str, int, float, list, dict))
        return f"found {json_type(error.obj) if plain and error.name else 'an object'}, expected one with {member}"
    if isinstance(error, TypeError):
        return "found a value of another type than expected"
    if isinstance(error, IndexError):
        return "found a list that is too short"
    return shown(_message(error), 500)


def _place(error: BaseException) -> str:
    """Where an error was raised, for whoever mends the suite."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    return f"{trace.tb_frame.f_globals.get('__name__', '')}:{trace.tb_lineno}"


def _kind(code: str) -> type[StepError]:
    if code in LAB_IS_WRONG:
        return Broken
    return NoRoom if code in REGION_IS_FULL else Undecided
