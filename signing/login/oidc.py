"""Owner of Authlib: logging in at an organisation's own OpenID provider, such as Entra ID.

The authorization code flow with PKCE, state and nonce (OpenID Connect Core 3.1, RFC 9700 2.1.1).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # type: ignore[import-untyped]
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from signing.errors import ConfigurationError, LogInFailed, ProviderAway

TIMEOUT = 10.0  # seconds, for each of three questions
LEEWAY = 60  # seconds that clocks may differ
_ALGORITHMS = ("RS256", "PS256", "ES256")  # never "none", never a shared secret
_LOOPBACK = ("127.0.0.1", "localhost")


@dataclass(frozen=True)
class Started:
    """Where the browser goes, and what to remember until it comes back."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Known:
    """Who the provider says this is. ``subject`` never changes; ``mail`` may, and counts once."""

    subject: str
    mail: str


class Provider:
    """The OpenID provider of one organisation."""

    def __init__(self, issuer: str, client_id: str, client_secret: str) -> None:
        """``issuer``: https, or http on loopback. Raises ConfigurationError."""
        if not _is_closed(issuer):
            raise ConfigurationError([f"the issuer {issuer} is no https:// address; give one"])
        self._issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret

    def __repr__(self) -> str:
        return f"Provider({self._issuer})"

    def start(self, back: str, mail: str | None = None) -> Started:
        """``back``: where the browser comes back to, absolute. Raises ProviderAway."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        url = prepare_grant_uri(
            str(self._metadata()["authorization_endpoint"]),
            client_id=self._client_id,
            response_type="code",
            redirect_uri=back,
            scope="openid email profile",
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
            login_hint=mail,
        )
        return Started(url, state, nonce, verifier)

    def finish(self, code: str, back: str, started: Started, now: datetime) -> Known:
        """Who came back with a code. Raises LogInFailed, ProviderAway."""
        metadata = self._metadata()
        token = self._token(str(metadata["token_endpoint"]), code, back, started.verifier)
        keys = _read("GET", str(metadata["jwks_uri"]))
        try:
            read = jwt.decode(token, KeySet.import_key_set(cast(Any, keys)), algorithms=list(_ALGORITHMS))
            claims = CodeIDToken(
                read.claims,
                read.header,
                options={
                    "iss": {"essential": True, "value": self._issuer},
                    "aud": {"essential": True, "value": self._client_id},
                },
                params={"nonce": started.nonce, "client_id": self._client_id},
            )
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
        except (JoseError, ValueError, KeyError, TypeError):
            raise LogInFailed() from None
        # An address that the provider did not check could be somebody else's.
        unsure = claims.get("email_verified") is False
        return Known(str(claims["sub"]), "" if unsure else str(claims.get("email") or ""))

    def _metadata(self) -> Mapping[str, Any]:
        found = _read("GET", f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if found.get("issuer") != self._issuer or not all(_is_closed(found.get(key)) for key in wanted):
            raise ProviderAway(f"{self._issuer} does not describe itself as a provider should")
        return found

    def _token(self, endpoint: str, code: str, back: str, verifier: str) -> str:
        given = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": verifier,
        }
        found = _read("POST", endpoint, data=given, auth=(self._client_id, self._client_secret))
        token = found.get("id_token")
        if not isinstance(token, str):
            raise LogInFailed()
        return token


def _is_closed(url: object) -> bool:
    """Whether nobody can listen on the way there: the client's secret and the codes go along."""
    parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def _read(method: str, url: str, **given: Any) -> dict[str, Any]:
    try:
        answer = httpx.request(method, url, timeout=TIMEOUT, follow_redirects=False, **given)
        if 400 <= answer.status_code < 500 and method == "POST":
            raise LogInFailed()  # the code was used, is old, or is not ours
        answer.raise_for_status()
        found = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise ProviderAway(f"the provider did not answer ({type(error).__name__})") from None
    if not isinstance(found, dict):
        raise ProviderAway("the provider answered with something else than an object")
    return found
