"""What an error of Azure or of the network means: a lab that is wrong, or a check that could not be made."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lab.clock import Cancelled
from lab.errors import Broken, NoRoom, StepError, Undecided, shown

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
    }
)
LONGEST_HINT = 300.0


@dataclass(frozen=True)
class Refusal:
    """What Azure answered: HTTP status (0 without an answer), error code ('' when none was given) and message."""

    status: int
    code: str
    message: str


def refusal(error: BaseException) -> Refusal | None:
    """What Azure refused in this error of azure-core or openai, or None when it is no refusal at all."""
    response = getattr(error, "response", None)
    status = getattr(error, "status_code", None) or getattr(response, "status_code", None)
    # An answer of 200 that cannot be read is no refusal: the SDKs' errors of decoding carry it too.
    if status is None or int(status) < 400:
        return None
    return Refusal(int(status), _code(error), _message(error))


def _code(error: BaseException) -> str:
    body = getattr(error, "body", None)
    if isinstance(body, dict):
        inner = body.get("error", body)
        if isinstance(inner, dict) and inner.get("code"):
            return str(inner["code"])
    arm = getattr(error, "error", None)
    details = getattr(arm, "details", None) or []
    code = str(getattr(arm, "code", "") or "")
    if code == "InvalidTemplateDeployment" and details:
        return str(getattr(details[0], "code", code))
    return code


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
        return _lost_connection(error)
    if answer.status in (401, 404):
        return not_yet(error)
    return answer.status in SURVIVABLE_STATUS and answer.code.lower() not in FINAL_CONFLICTS


def not_yet(error: BaseException) -> bool:
    """Whether Azure is well and only says that something just made has not reached everywhere."""
    answer = refusal(error)
    if answer is None:
        return False
    if answer.status == 401:
        # A role just granted takes minutes to reach the data plane (README of the recordings, Chat).
        return answer.code == "PermissionDenied"
    return answer.status == 404 and answer.code in {"DeploymentNotFound", "DeploymentNotReady"}


def _lost_connection(error: BaseException) -> bool:
    names = {kind.__name__ for kind in type(error).__mro__}
    return bool(names & LOST_CONNECTION)


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


def explained(step: str, doing: str, error: Exception) -> StepError:
    """This error as the outcome of a step: `Broken` for what the lab itself gets wrong, else `Undecided`."""
    if isinstance(error, StepError):
        return error
    if isinstance(error, Cancelled):
        return Undecided(step, f"{doing}: the run was interrupted")
    answer = refusal(error)
    if answer is None:
        return Undecided(step, f"{doing}: {type(error).__name__}: {shown(_message(error), 2000)}")
    reason = f"{doing}: Azure answered {answer.status} {answer.code or 'without a code'}: {shown(answer.message, 500)}"
    return _kind(answer.code.lower())(step, reason, {"status": answer.status, "code": answer.code})


def _kind(code: str) -> type[StepError]:
    if code in LAB_IS_WRONG:
        return Broken
    return NoRoom if code in REGION_IS_FULL else Undecided
