"""Logging in at the organisation's own OpenID provider."""

from __future__ import annotations

import hmac
from dataclasses import asdict

from flask import redirect, request, session
from werkzeug.wrappers import Response as AnyResponse

from signing import staff
from signing.errors import LogInFailed
from signing.login.oidc import Started
from signing.web.desk import guard
from signing.web.desk.guard import Rule, blueprint, needs
from signing.web.parts import the_services


@blueprint.get("/inloggen/bij/<handle>")
@needs(Rule.OPEN)
def at_provider(handle: str) -> AnyResponse:
    """To the provider; only this browser's cookie remembers. A link: a form may not lead elsewhere (CSP)."""
    started = staff.start_at_provider(the_services(), handle, _back(handle))
    session["provider"] = {"handle": handle, **asdict(started), "url": ""}
    return redirect(started.url, code=303)


@blueprint.get("/inloggen/terug/<handle>")
@needs(Rule.OPEN)
def from_provider(handle: str) -> AnyResponse:
    """Back from the provider. This GET lets somebody in: its code and state are a secret that works once."""
    kept = session.pop("provider", None)
    state, code = request.args.get("state", ""), request.args.get("code", "")
    if not isinstance(kept, dict) or kept.pop("handle", None) != handle or not code:
        raise LogInFailed()
    started = Started(**kept)
    if not hmac.compare_digest(started.state.encode(), state.encode()):
        raise LogInFailed()
    entered = staff.finish_at_provider(
        the_services(), handle, code[:4000], _back(handle), started, guard.place()
    )
    return guard.let_in(entered, "desk.home")


def _back(handle: str) -> str:
    return f"{the_services().config.base_url.rstrip('/')}/bureau/inloggen/terug/{handle}"
