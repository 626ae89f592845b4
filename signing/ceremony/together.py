"""In person: a host opens the link on its own device, says who is there, and hands the device over."""

from __future__ import annotations

from signing import packet as rules
from signing.audit import Value
from signing.ceremony import writing
from signing.ceremony.link import Door, Evidence, claims_of, door, facts, locked
from signing.errors import CheckImpossible
from signing.identity.on_site import METHODS, ON_SITE
from signing.packet import Channel
from signing.services import Services


def attest(
    services: Services, token: str, evidence: Evidence, *, name: str, method: str, read_aloud: bool
) -> Door:
    """The host declares that the recipient is there. Returns the door whose mark this browser gets.

    ``name``: of the worker; ``method``: one of METHODS, never a document's number; ``read_aloud``: the worker
    reads the text to the recipient. Raises as `signing.ceremony.welcome`, UnusableText; CheckImpossible when
    the link is not for a host; ValueError for another method.
    """
    if method not in METHODS:
        raise ValueError(f"{method!r} is not one of the methods")
    worker = writing.line("name", name, writing.LONGEST_NAME)
    claims = claims_of(services, token)
    with services.store.write() as tx:
        packet, now = locked(services, tx, claims)
        recipient = rules.may_answer(packet, claims.recipient, claims.serial, now)
        if recipient.channel is not Channel.ON_SITE:
            raise CheckImpossible(ON_SITE.name)
        tx.packets.save(rules.proven(packet, recipient.role, ON_SITE.name, now))
        told: dict[str, Value] = {
            **facts(evidence, recipient),
            "name": worker,
            "method": method,
            "read_aloud": read_aloud,
            "assurance": ON_SITE.assurance,
        }
        tx.trail.append(packet.id, "recipient:identity:attested", recipient.role, told, now)
    return door(claims)
