"""An OpenID provider in a process of its own, as an organisation may have.

``python -m tests.openid_provider PORT``. Whoever comes is logged in at once, as the person that the address
names: ``&person=<subject>,<mail>``. With ``&trick=…`` it lies in one way, so that tests see it refused.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import httpx
from authlib.integrations.flask_oauth2 import AuthorizationServer  # type: ignore[import-untyped]
from authlib.oauth2.rfc6749 import ClientMixin, grants  # type: ignore[import-untyped]
from authlib.oauth2.rfc7636 import CodeChallenge  # type: ignore[import-untyped]
from authlib.oidc.core import UserInfo  # type: ignore[import-untyped]
from authlib.oidc.core.grants import OpenIDCode  # type: ignore[import-untyped]
from flask import Flask, Response, jsonify, request
from joserfc.jwk import RSAKey

CLIENT, SECRET = "huurzegel", "a-secret-of-the-client"
TRICKS = ("audience", "issuer", "nonce", "key", "expired", "unverified", "none")


class _Client(ClientMixin):  # type: ignore[misc]
    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> None:
        return None

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, uri: str) -> bool:
        return bool(uri.endswith("/bureau/inloggen/terug/referrer"))

    def check_client_secret(self, secret: str) -> bool:
        return secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return bool(method == "client_secret_basic")

    def check_response_type(self, kind: str) -> bool:
        return kind == "code"

    def check_grant_type(self, kind: str) -> bool:
        return kind == "authorization_code"


@dataclass
class _Code:
    code: str
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str
    user: Any
    auth_time: int = field(default_factory=lambda: int(time.time()))

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return "of-another-log-in" if self.user.trick == "nonce" else self.nonce

    def get_auth_time(self) -> int:
        return self.auth_time

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


_CODES: dict[str, _Code] = {}
_KEY, _OTHER_KEY = (RSAKey.generate_key(2048, {"kid": "one"}) for _ in range(2))


class _Grant(grants.AuthorizationCodeGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

    def save_authorization_code(self, code: str, asked: Any) -> None:
        given = asked.payload.data
        _CODES[code] = _Code(
            code,
            given["redirect_uri"],
            given["scope"],
            given["nonce"],
            given["code_challenge"],
            given["code_challenge_method"],
            asked.user,
        )

    def query_authorization_code(self, code: str, client: Any) -> _Code | None:
        return _CODES.get(code)

    def delete_authorization_code(self, code: _Code) -> None:
        del _CODES[code.code]

    def authenticate_user(self, code: _Code) -> Any:
        return code.user


class _OpenId(OpenIDCode):  # type: ignore[misc]
    def __init__(self, issuer: str) -> None:
        super().__init__(require_nonce=True)
        self._issuer = issuer

    def exists_nonce(self, nonce: str, asked: Any) -> bool:
        return any(code.nonce == nonce for code in _CODES.values())

    def generate_user_info(self, user: Any, scope: str) -> Any:
        return UserInfo(sub=user.subject, email=user.mail, email_verified=user.trick != "unverified")

    def encode_id_token(self, token: Any, asked: Any) -> str:
        self._trick = asked.user.trick
        return str(super().encode_id_token(token, asked))

    def resolve_client_private_key(self, client: Any) -> Any:
        return _OTHER_KEY if self._trick == "key" else _KEY

    def get_client_algorithm(self, client: Any) -> str:
        return "none" if self._trick == "none" else "RS256"

    def get_encode_header(self, client: Any) -> dict[str, str]:
        return {"alg": self.get_client_algorithm(client), "kid": "one"}

    def get_compatible_claims(self, asked: Any) -> dict[str, Any]:
        now = int(time.time())
        late = self._trick == "expired"
        return {
            "iss": "https://elsewhere.voorbeeld.nl" if self._trick == "issuer" else self._issuer,
            "aud": ["somebody-else" if self._trick == "audience" else CLIENT],
            "iat": now - 7200 if late else now,
            "exp": now - 3600 if late else now + 300,
        }


def make_app(port: int) -> Flask:
    """The provider; ``port``: of loopback, where it answers."""
    issuer = f"http://127.0.0.1:{port}"
    app = Flask("openid_provider")
    server = AuthorizationServer(app, query_client=lambda name: _Client() if name == CLIENT else None)
    server.save_token = lambda token, asked: None
    server.register_grant(_Grant, [CodeChallenge(required=True), _OpenId(issuer)])

    @app.get("/.well-known/openid-configuration")
    def metadata() -> Response:
        places = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "jwks_uri": "keys",
        }
        return jsonify({"issuer": issuer, **{name: f"{issuer}/{place}" for name, place in places.items()}})

    @app.get("/keys")
    def keys() -> Response:
        return jsonify({"keys": [_KEY.as_dict(private=False)]})

    @app.get("/authorize")
    def authorize() -> Any:
        subject, _, mail = request.args["person"].partition(",")
        user = SimpleNamespace(subject=subject, mail=mail, trick=request.args.get("trick", ""))
        grant = server.get_consent_grant(end_user=user)
        return server.create_authorization_response(grant_user=user, grant=grant)

    @app.post("/token")
    def token() -> Any:
        return server.create_token_response()

    return app


@contextmanager
def served(port: int) -> Iterator[str]:
    """The provider in a process of its own; gives its issuer."""
    issuer = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.openid_provider", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"{issuer}/keys", timeout=1)
                break
            except httpx.TransportError:
                assert process.poll() is None, process.stderr and process.stderr.read().decode()
                assert time.monotonic() < deadline, "the provider does not start"
                time.sleep(0.05)
        yield issuer
    finally:
        process.kill()
        process.communicate()


if __name__ == "__main__":
    import os

    from werkzeug.serving import make_server

    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # it is on loopback only
    make_server("127.0.0.1", int(sys.argv[1]), make_app(int(sys.argv[1]))).serve_forever()
