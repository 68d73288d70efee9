"""Sign-in: what azure-identity, MSAL and the Azure CLI ask before they have a token."""

from __future__ import annotations

import hmac
import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from emulator.errors import OAuthError
from emulator.routing import Route
from emulator.wire import Reply, Request

if TYPE_CHECKING:
    from emulator.world import World

DEFAULT_SCOPE = "/.default"


def openid_configuration(world: World, request: Request) -> Reply:
    """Where a tenant's endpoints are."""
    base = f"{world.settings.url}/{request['tenant']}"
    return Reply(
        document={
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
            "jwks_uri": f"{base}/discovery/v2.0/keys",
            "issuer": f"{base}/v2.0",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "response_types_supported": ["code", "id_token", "token"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["HS256"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "tenant_region_scope": None,
        }
    )


def instance_discovery(world: World, request: Request) -> Reply:
    """Which cloud an authority belongs to: its own."""
    authority = f"{world.settings.url}/{world.directory.tenant_id}"
    return Reply(
        document={
            "tenant_discovery_endpoint": f"{authority}/v2.0/.well-known/openid-configuration",
            "api-version": "1.1",
            "metadata": [],
        }
    )


def token(world: World, request: Request) -> Reply:
    """A token for the service principal, by its client secret."""
    form = {name: values[-1] for name, values in parse_qs(request.body.decode("utf-8", "replace")).items()}
    own = world.directory
    if request["tenant"].lower() not in {own.tenant_id, "organizations", "common"}:
        raise OAuthError(400, "invalid_request", 90002, f"Tenant '{request['tenant']}' not found.")
    if form.get("grant_type") != "client_credentials":
        raise OAuthError(
            400,
            "unsupported_grant_type",
            70003,
            "The app requested a grant type that is not supported: use client_credentials.",
        )
    if form.get("client_id", "").lower() != own.client_id:
        raise OAuthError(
            400,
            "unauthorized_client",
            700016,
            f"Application with identifier '{form.get('client_id', '')}' was not found.",
        )
    if not hmac.compare_digest(form.get("client_secret", "").encode(), own.client_secret.encode()):
        raise OAuthError(401, "invalid_client", 7000215, "Invalid client secret provided.")
    audience = form.get("scope", "").removesuffix(DEFAULT_SCOPE).rstrip("/")
    if not audience:
        raise OAuthError(400, "invalid_scope", 90014, "The required field 'scope' is missing from the credential.")
    issued = own.token(audience, issuer=f"{world.settings.url}/{own.tenant_id}/", issued_at=int(time.time()))
    return Reply(
        document={
            "token_type": "Bearer",
            "expires_in": own.token_lifetime_s,
            "ext_expires_in": own.token_lifetime_s,
            "access_token": issued,
        },
        headers={"Cache-Control": "no-store, no-cache"},
    )


def cloud_metadata(world: World, request: Request) -> Reply:
    """The endpoints of this cloud, for tools that discover them."""
    url = world.settings.url
    return Reply(
        document={
            "name": "AzureEmulator",
            "portal": url,
            "authentication": {
                "loginEndpoint": url,
                "audiences": ["https://management.core.windows.net/", "https://management.azure.com/"],
                "tenant": "common",
                "identityProvider": "AAD",
            },
            "resourceManager": url,
            "activeDirectory": url,
            "graph": url,
            "microsoftGraphResourceId": f"{url}/",
            "activeDirectoryDataLake": "https://datalake.azure.net/",
            "batch": "https://batch.core.windows.net/",
            "media": "https://rest.media.azure.net",
            "suffixes": {
                "storage": "core.windows.net",
                "keyVaultDns": "vault.azure.net",
                "cognitiveServices": "cognitiveservices.azure.com",
            },
        }
    )


ROUTES = (
    Route("GET", "/{tenant}/v2.0/.well-known/openid-configuration", openid_configuration),
    Route("GET", "/common/discovery/instance", instance_discovery),
    Route("POST", "/{tenant}/oauth2/v2.0/token", token),
    Route("GET", "/metadata/endpoints", cloud_metadata),
)
