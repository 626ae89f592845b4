"""Whether the service lives, and whether it can sign and seal: for watchers, and for its operators."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from flask import Blueprint
from pydantic import BaseModel, ConfigDict, Field

from signing.services import Services
from signing.store import DATABASE_GONE
from signing.web import api
from signing.web.parts import the_services

blueprint = Blueprint("health", __name__)


class CertificateEnd(BaseModel):
    """Until when a certificate is valid."""

    model_config = ConfigDict(from_attributes=True)

    use: Literal["seal", "timestamp", "trust"]
    subject: str
    ends: datetime
    days: int = Field(description="whole days left; negative when it ended")


class ServiceReadiness(BaseModel):
    """Whether the service can sign and seal. Times in UTC."""

    ready: bool = Field(description="false: red; signatures that are given are kept and wait")
    checked_at: datetime
    problems: list[str]
    warnings: list[str] = Field(description="what needs an operator, but not now")
    certificates: list[CertificateEnd]
    stuck: int = Field(description="steps that wait for a human, of all packets")


@blueprint.get("/healthz")
def healthz() -> dict[str, str]:
    """The process answers; it says nothing more to strangers."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def readyz() -> tuple[dict[str, str], int]:
    """Whether documents can be signed and sealed now (200 or 503); why not, only the API says."""
    services = the_services()
    ready = services.pades.state(services.clock()).ready and _reached(services)
    return ({"status": "ready"}, 200) if ready else ({"status": "not ready"}, 503)


def _reached(services: Services) -> bool:
    """Whether the registry answers."""
    try:
        with services.store.read() as tx:
            tx.slots.all()
    except DATABASE_GONE:
        return False
    return True


@api.blueprint.get("/readiness")
@api.blueprint.output(ServiceReadiness)
@api.blueprint.doc(security="key", tags=["Service"])
def readiness() -> ServiceReadiness:
    """See whether the service can sign

    Key, trust, revocation and timestamps, at most an hour ago; and how many days each certificate has left.
    """
    services = the_services()
    now = services.clock()
    state = services.pades.state(now)
    with services.store.read() as tx:
        stuck = len(tx.attention.all())
    certificates = [
        CertificateEnd(use=end.use, subject=end.subject, ends=end.ends, days=end.days(now))
        for end in state.certificates
    ]
    return ServiceReadiness(
        ready=state.ready,
        checked_at=state.at,
        problems=list(state.problems),
        warnings=list(state.warnings),
        certificates=certificates,
        stuck=stuck,
    )
