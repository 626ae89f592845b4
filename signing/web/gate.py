"""Who may call the API and how often; and how often one address may try things on the pages."""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, Flask, Response, g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from signing import clients, limiting
from signing.apikey import KeyScope
from signing.bucket import Rate
from signing.errors import TooMany
from signing.services import Services
from signing.web.parts import the_services

# Each per network address. A mail scanner opens many links, all of them right; a shared device types a few.
WRONG_KEYS = Rate(burst=30, per_minute=3)
WRONG_LINKS = Rate(burst=60, per_minute=6)
TYPED_CODES = Rate(burst=20, per_minute=4)
_TYPED = ("public.by_letter", "pages.proven", "pages.send_code")
_OF_LINKS = ("pages", "leaflets", "copies")

# What a call may need other than reading (GET) and writing (POST).
_SCOPES: dict[str, KeyScope] = {
    "api.check": KeyScope.READ,
    "api.preview": KeyScope.READ,
    "api.validate": KeyScope.READ,
    "api.document": KeyScope.DOWNLOAD,
    "api.evidence": KeyScope.DOWNLOAD,
    "api.letter": KeyScope.DOWNLOAD,
    "api.about_tenant": KeyScope.DOWNLOAD,
    "api.hooks_of_client": KeyScope.HOOKS,
    "api.add_hook": KeyScope.HOOKS,
    "api.end_hook": KeyScope.HOOKS,
    "api.postings": KeyScope.HOOKS,
    "api.replay": KeyScope.HOOKS,
}


def scope_of(endpoint: str, method: str) -> KeyScope:
    """What a key needs for a call of the API."""
    return _SCOPES.get(endpoint, KeyScope.READ if method in ("GET", "HEAD") else KeyScope.WRITE)


def guard(blueprint: Blueprint) -> None:
    """Lets only known keys with the scope of the call into ``blueprint``, and only so often."""
    blueprint.before_request(_know_the_client)


def install(app: Flask) -> None:
    """Limits what one address may try on the pages of ``app``."""
    app.before_request(_before_typing)
    app.after_request(_after_a_miss)


def _know_the_client() -> None:
    services, address = the_services(), request.remote_addr or ""
    limiting.look(services, "wrong-key", address, WRONG_KEYS)
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    caller = clients.caller(services, key.strip()) if scheme.lower() == "bearer" else None
    if caller is None:
        limiting.spend(services, "wrong-key", address, WRONG_KEYS)
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer", {"realm": "huurzegel"}))
    limiting.spend(services, "key", caller.key, _rate(services))
    if scope_of(request.endpoint or "", request.method) not in caller.scopes:
        raise Forbidden()
    g.client, g.key = caller.client, caller.key


def _rate(services: Services) -> Rate:
    return Rate(services.config.api_burst, services.config.api_per_minute)


def _before_typing() -> None:
    address = request.remote_addr or ""
    if request.blueprint in _OF_LINKS:
        limiting.look(the_services(), "wrong-link", address, WRONG_LINKS)
    if request.method == "POST" and request.endpoint in _TYPED:
        limiting.spend(the_services(), "code", address, TYPED_CODES)


def _after_a_miss(response: Response) -> Response:
    if request.blueprint in _OF_LINKS and response.status_code == 404:
        with suppress(TooMany):  # the next request hears of it
            limiting.spend(the_services(), "wrong-link", request.remote_addr or "", WRONG_LINKS)
    return response
