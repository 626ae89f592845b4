"""The page of numbers for Prometheus: for addresses of the settings, or with the token; else no page."""

from __future__ import annotations

import hashlib
import hmac
from ipaddress import ip_address

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from signing import metrics
from signing.services import Services
from signing.web.parts import the_services

blueprint = Blueprint("watch", __name__)

_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")


@blueprint.get("/metrics")
def numbers() -> Response:
    """What Prometheus reads; for strangers there is no such page."""
    services = the_services()
    if not (_near(services) or _knows_the_token(services)):
        raise NotFound
    return Response(metrics.told(_standing(services)), content_type=metrics.CONTENT_TYPE)


def _near(services: Services) -> bool:
    """Whether the request comes from an allowed address itself, and not through a proxy that nobody named."""
    if not services.config.trusted_proxies and any(name in request.headers for name in _FORWARDED):
        return False
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return False
    return any(address in network for network in services.config.metrics_allowed)


def _knows_the_token(services: Services) -> bool:
    wanted = services.config.metrics_token_sha256
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    given = hashlib.sha256(token.strip().encode()).hexdigest()
    return wanted is not None and scheme.lower() == "bearer" and hmac.compare_digest(wanted.lower(), given)


def _standing(services: Services) -> metrics.Standing:
    now = services.clock()
    state = services.pades.state(now)
    with services.store.read() as tx:
        oldest = tx.figures.oldest_waiting()
        return metrics.Standing(
            ready=state.ready,
            queue=tx.figures.queue(),
            packets=tx.figures.packets(),
            oldest=(now - oldest).total_seconds() if oldest else 0.0,
            stuck=tx.figures.stuck(),
            certificates={(end.use, end.subject): end.days(now) for end in state.certificates},
        )
