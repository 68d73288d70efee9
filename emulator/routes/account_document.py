"""An account as a GET answers it, with the members and order of recording cogsvc_openai_account_and_deployment.json."""

from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING

from emulator.behaviour.catalog import region_name
from emulator.timestamps import precise
from emulator.wire import Json

if TYPE_CHECKING:
    from emulator.world import World

TRUSTED_SERVICES = (
    "Microsoft.CognitiveServices,Microsoft.MachineLearningServices,Microsoft.Search,Microsoft.VideoIndexer"
)
# Limits of an account, as strings; a capability without a value is a feature that it has.
CAPABILITIES: tuple[tuple[str, str | None], ...] = (
    ("VirtualNetworks", None),
    ("CustomerManagedKey", None),
    ("EnableRLSForThrottling", "false"),
    ("MaxFineTuneCount", "500"),
    ("MaxRunningFineTuneCount", "3"),
    ("MaxUserFileCount", "100"),
    ("MaxTrainingFileSize", "512000000"),
    ("MaxUserFileImportDurationInHours", "1"),
    ("MaxFineTuneJobDurationInHours", "720"),
    ("MaxEvaluationRunDurationInHours", "5"),
    ("MaxRunningEvaluationCount", "5"),
    ("MaxRunningGlobalStandardFineTuneCount", "3"),
    ("BypassBilling", None),
    ("raiLevelOverride", None),
    ("TrustedServices", TRUSTED_SERVICES),
    ("NetworkSecurityPerimeter", None),
    ("RaiMonitor", None),
    ("FinetunedModelRouterEndpoint", None),
    ("FinetunedModelRouterScoreThreshold", "0.171"),
    ("quotaRefundsEnabled", "false"),
)
ENDPOINTS = (
    "OpenAI Language Model Instance API",
    "OpenAI Dall-E API",
    "OpenAI Sora API",
    "OpenAI Moderations API",
    "OpenAI Whisper API",
    "OpenAI Model Scaleset API",
    "OpenAI Realtime API",
    "Token Service API",
    "Azure OpenAI Legacy API - Latest moniker",
)
CALLS_A_SECOND = 30
_BATCH_RULE: Json = {
    "key": "openai.batches.post",
    "renewalPeriod": 60,
    "count": CALLS_A_SECOND,
    "matchPatterns": [{"path": path, "method": "POST"} for path in ("openai/v1/batches", "openai/batches")],
}


def account_document(world: World, account_id: str, location: str, body: Json) -> Json:
    """The document of a new account in state Creating. `location` is echoed as the caller wrote it."""
    given = body.get("properties") or {}
    document: Json = {
        "id": account_id,
        "name": account_id.rpartition("/")[2],
        "type": "Microsoft.CognitiveServices/accounts",
        "etag": new_etag(),
        "location": location,
        "sku": {"name": body["sku"]["name"]},
        "kind": body["kind"],
    }
    if body.get("tags"):
        document["tags"] = body["tags"]
    if body.get("identity"):
        document["identity"] = {
            **body["identity"],
            "principalId": str(uuid.uuid4()),
            "tenantId": world.directory.tenant_id,
        }
    document["properties"] = _properties(world, location, given)
    document["systemData"] = world.system_data()
    return document


def new_etag() -> str:
    """An etag with its quotation marks: the header has them once, the body twice."""
    return f'"{secrets.token_hex(4)}-0000-{secrets.token_hex(2)}-0000-{secrets.token_hex(6)}"'


def _properties(world: World, location: str, given: Json) -> Json:
    sub_domain = given.get("customSubDomainName")
    endpoint = world.addresses.account(sub_domain, region_name(location))
    properties: Json = {
        "endpoint": endpoint,
        "internalId": uuid.uuid4().hex,
        "dateCreated": precise(world.now),
        "apiProperties": given.get("apiProperties") or {},
        "callRateLimit": {"rules": [_BATCH_RULE, _call_rule("openai", "openai/*"), _call_rule("default", "*")]},
        "isMigrated": False,
    }
    if sub_domain:
        properties["customSubDomainName"] = sub_domain
    for member in ("networkAcls", "disableLocalAuth"):
        if member in given:
            properties[member] = given[member]
    properties |= {
        "allowProjectManagement": False,
        "privateEndpointConnections": [],
        "publicNetworkAccess": given.get("publicNetworkAccess", "Enabled"),
        "capabilities": [
            {"name": name} if value is None else {"name": name, "value": value} for name, value in CAPABILITIES
        ],
        "endpoints": dict.fromkeys(ENDPOINTS, endpoint),
        "provisioningState": "Creating",
    }
    return properties


def _call_rule(key: str, path: str) -> Json:
    patterns = [{"path": path, "method": "*"}]
    return {"key": key, "renewalPeriod": 1, "count": CALLS_A_SECOND, "matchPatterns": patterns}
