"""The stand-in for Entra ID: one tenant, one service principal, and the tokens that it may be given."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

TOKEN_LIFETIME_S = 3600


@dataclass(frozen=True)
class Caller:
    """Whom a token was made out to, and for which service."""

    principal_id: str
    audience: str


@dataclass(frozen=True)
class Directory:
    """The ids that a client signs in with. The secret is made anew at each start, so there is none to keep."""

    tenant_id: str = "e0000000-0000-4000-8000-00000000000a"
    client_id: str = "e0000000-0000-4000-8000-00000000000b"
    principal_id: str = "e0000000-0000-4000-8000-00000000000c"
    client_secret: str = field(default_factory=lambda: f"emulator-only-{secrets.token_urlsafe(12)}", repr=False)
    signing_key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    token_lifetime_s: int = TOKEN_LIFETIME_S

    def token(self, audience: str, *, issuer: str, issued_at: int) -> str:
        """A JSON web token for `audience`. Its times are real ones, since clients hold them against their own clock."""
        claims = {
            "aud": audience,
            "iss": issuer,
            "iat": issued_at,
            "nbf": issued_at,
            "exp": issued_at + self.token_lifetime_s,
            "appid": self.client_id,
            "idtyp": "app",
            "oid": self.principal_id,
            "sub": self.principal_id,
            "tid": self.tenant_id,
            "ver": "1.0",
        }
        signed = f"{_packed({'typ': 'JWT', 'alg': 'HS256'})}.{_packed(claims)}"
        return f"{signed}.{self._signature(signed)}"

    def caller(self, token: str, *, now: float) -> Caller | None:
        """Whose token this is, or None when it is not one of ours or has run out. `now` is real time."""
        signed, _, signature = token.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(signed).encode()):
            return None
        claims = _unpacked(signed.partition(".")[2])
        if claims["exp"] <= now:
            return None
        return Caller(principal_id=str(claims["oid"]), audience=str(claims["aud"]))

    def _signature(self, signed: str) -> str:
        return _base64url(hmac.new(self.signing_key, signed.encode(), hashlib.sha256).digest())


def _packed(value: dict[str, Any]) -> str:
    return _base64url(json.dumps(value, separators=(",", ":")).encode())


def _unpacked(text: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return value


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
