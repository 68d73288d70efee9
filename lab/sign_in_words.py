"""What to say when the sign-in does not come about: the thing, what was found, what was expected, what to do next."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lab.azure_errors import refusal
from lab.errors import shown
from lab.settings import Setting

AGAIN = "sign in again with `az login` and run again"
LIST = "`az account list --output table`"
GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_CODE = re.compile(r"AADSTS\d+")
# DefaultAzureCredential's own list of what it tried: a line for each, with a tab before it.
_TRIED = re.compile(r"^\t(\w+): (.+)$", re.MULTILINE)
_TOLD = {"EnvironmentCredential": "environment variables", "AzureCliCredential": "Azure CLI"}
# What Entra's codes mean for a caller: https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes
ENTRA: Mapping[str, str] = {
    "AADSTS50020": "the account is not known in this tenant; sign in with `az login --tenant TENANT` and run again",
    "AADSTS50076": "multi-factor authentication is asked for; sign in with `az login --tenant TENANT` and run again",
    "AADSTS50079": "multi-factor authentication is asked for; sign in with `az login --tenant TENANT` and run again",
    "AADSTS50173": f"the sign-in has expired; {AGAIN}",
    "AADSTS70043": f"the sign-in has expired; {AGAIN}",
    "AADSTS700082": f"the sign-in has expired; {AGAIN}",
    "AADSTS700024": "the federated assertion has expired; have the pipeline sign in again and run again",
    "AADSTS700016": "the application is not known in this tenant; check AZURE_CLIENT_ID and AZURE_TENANT_ID",
    "AADSTS90002": "there is no such tenant; check AZURE_TENANT_ID, or sign in with `az login --tenant TENANT`",
    "AADSTS7000215": "the client secret is wrong; check AZURE_CLIENT_SECRET",
    "AADSTS7000222": "the client secret has expired; make a new one and set AZURE_CLIENT_SECRET",
}
# What the states other than Enabled keep from working (README of the recordings, Providers and subscriptions).
STATES: Mapping[str, str] = {
    "Disabled": "nothing can be created in it; reactivate it in the portal under Subscriptions",
    "Warned": "nothing can be created in it until what is owed is paid; see Subscriptions in the portal",
    "PastDue": "it is about to be disabled; pay what is owed under Subscriptions in the portal",
    "Deleted": "it is gone",
}


def cut_ids(text: str) -> str:
    """The text with every id cut to its first four characters: enough to recognise it, too little to use it."""
    return GUID.sub(lambda found: f"{found.group()[:4]}…", text)


def no_token(error: BaseException) -> str:
    """Why there is no token."""
    text = str(error)
    code = _CODE.search(text)
    if code:
        line = next(line for line in text.splitlines() if code.group() in line)
        meaning = ENTRA.get(code.group(), AGAIN)
        return f"sign-in: Entra answered {code.group()}: {meaning}. It said: {shown(cut_ids(line.strip()), 300)}"
    tried = [f"{_TOLD[name]}: {_sentence(why)}" for name, why in _TRIED.findall(text) if name in _TOLD]
    found = "; ".join(tried) or _sentence((text.splitlines() or ["no reason given"])[0])
    return (
        f"sign-in: found no credential that works ({cut_ids(found)}), expected one; sign in with `az login`, or set "
        "AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, and run again"
    )


def _sentence(text: str) -> str:
    return shown(text.split(". ")[0].strip().rstrip("."))


def not_read(subscription: Setting[str], error: BaseException) -> str | None:
    """Why a subscription could not be read, or None when it is no answer that a caller can do something about."""
    answer = refusal(error)
    if answer is None:
        return None
    thing = f"subscription {cut_ids(subscription.value)} ({subscription.source})"
    said = f"Azure answered {answer.status} {answer.code or 'without a code'}"
    if answer.code == "InvalidAuthenticationTokenTenant":
        tenants = list(dict.fromkeys(GUID.findall(answer.message)))
        found, expected = (*(cut_ids(tenant) for tenant in tenants), "unknown", "unknown")[:2]
        return (
            f"{thing}: {said}: the token is of tenant {found}, expected {expected}, the subscription's; "
            f"sign in with `az login --tenant TENANT` (tenants: `az account tenant list`) and run again"
        )
    meaning = _MEANINGS.get(answer.code) or (_MEANINGS["401"] if answer.status == 401 else None)
    if meaning is None and answer.status == 403:
        meaning = _MEANINGS["AuthorizationFailed"]
    return f"{thing}: {said}: {meaning}" if meaning else None


_MEANINGS: Mapping[str, str] = {
    "ExpiredAuthenticationToken": f"the token has expired and could not be renewed; {AGAIN}",
    "401": f"the token is not accepted; {AGAIN}",
    "AuthorizationFailed": "this account has no role on it, expected Contributor or more; ask its owner for one",
    "SubscriptionNotFound": f"there is none that this account can see, expected one of {LIST}; "
    "give it with `--subscription ID`, or sign in to its tenant with `az login --tenant TENANT`",
    "InvalidSubscriptionId": f"this is no subscription's id, expected one of {LIST}; give it with `--subscription ID`",
}


def not_enabled(name: str, subscription: Setting[str], state: str) -> str:
    """That nothing can be built in a subscription of this state."""
    means = STATES.get(state, "only an enabled one can be used")
    thing = f"subscription {shown(name)} ({cut_ids(subscription.value)}, {subscription.source})"
    found = f"found {state or 'no state'}, the lab asks for Enabled"
    return f"{thing}: {found}; {means}, or use another with `--subscription ID`"
