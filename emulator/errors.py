"""Azure's error answers. Each plane wraps a code and a message in an envelope of its own.

Clients match on the code. The messages say the same as Azure's in the emulator's own words, except where a recording
shows them.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from emulator.timestamps import micro

FAILURE_CAUSE = "x-ms-failure-cause"
"""The header that says that Azure Resource Manager itself refused."""


class AzureError(Exception):
    """An error of the management plane: `{"error": {"code", "message"[, "details"]}}`."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        details: Sequence[Mapping[str, Any]] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})
        self.details = details

    def document(self, now: datetime) -> dict[str, Any]:
        """The body of the answer; `now` is the emulator's time."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.details is not None:
            error["details"] = list(self.details)
        return {"error": error}


class GatewayError(AzureError):
    """An error of Azure Resource Manager itself, before any provider was asked."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(status, code, message, headers={FAILURE_CAUSE: "gateway"})


class DataPlaneError(AzureError):
    """An error of an account's own API. Files and jobs use lower camel codes, the gateway before them digits."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(status, code, message, headers=headers)
        self.extra = dict(extra or {})

    def document(self, now: datetime) -> dict[str, Any]:
        return {"error": {"code": self.code, "message": self.message, **self.extra}}


class BareDataPlaneError(AzureError):
    """The data plane's answer to a token of another audience: no `error` wrapper and no code.

    Source: issue Azure-Samples/azure-search-openai-demo#458.
    """

    def document(self, now: datetime) -> dict[str, Any]:
        return {"statusCode": self.status, "message": self.message}


class OAuthError(AzureError):
    """An error of the sign-in service, in the form that OAuth 2.0 prescribes."""

    def __init__(self, status: int, error: str, number: int, message: str) -> None:
        super().__init__(status, error, message)
        self.number = number

    def document(self, now: datetime) -> dict[str, Any]:
        return {
            "error": self.code,
            "error_description": f"AADSTS{self.number}: {self.message}",
            "error_codes": [self.number],
            "timestamp": now.strftime("%Y-%m-%d %H:%M:%SZ"),
            "trace_id": "00000000-0000-0000-0000-000000000000",
            "correlation_id": "00000000-0000-0000-0000-000000000000",
        }


class MachineLearningError(AzureError):
    """An error of the Machine Learning provider, whose envelope is larger.

    Source: recordings ml_connection_ai_services.json and ml_connection_ai_services_invalid.json.
    """

    def __init__(self, status: int, code: str, message: str, *, location: str, inner: str | None = None) -> None:
        super().__init__(status, code, message)
        self.location = location
        self.inner = inner

    def document(self, now: datetime) -> dict[str, Any]:
        return {
            "error": {
                "code": self.code,
                "severity": None,
                "message": self.message,
                "messageFormat": None,
                "messageParameters": None,
                "referenceCode": None,
                "detailsUri": None,
                "target": None,
                "details": [],
                "innerError": {"code": self.inner, "innerError": None} if self.inner else None,
                "debugInfo": None,
                "additionalInfo": None,
            },
            "correlation": {"operation": secrets.token_hex(16), "request": secrets.token_hex(8)},
            "environment": self.location,
            "location": self.location,
            "time": f"{micro(now)}+00:00",
            "componentName": "account-rp",
            "statusCode": self.status,
        }


def resource_not_found(type_and_name: str, group: str) -> GatewayError:
    """What a GET of a missing resource answers; `type_and_name` as in `Microsoft.Storage/storageAccounts/name`."""
    return GatewayError(
        404,
        "ResourceNotFound",
        f"The Resource '{type_and_name}' under resource group '{group}' was not found. "
        "For more details please go to https://aka.ms/ARMResourceNotFoundFix",
    )


def data_not_found() -> DataPlaneError:
    """What files and jobs answer for an id they do not know (recording openai_create_and_cancel_finetune.json)."""
    return DataPlaneError(404, "notFound", "The specified entity cannot be found.")
