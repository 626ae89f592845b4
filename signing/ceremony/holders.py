"""Who has what of a tenant's data, since when, and who looked: for the tenant's own page (GDPR 13-15)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from signing.ceremony.link import admitted, claims_of, of_link
from signing.ceremony.view import Asker, asker_of
from signing.errors import NotFound
from signing.links import LinkClaims, Purpose
from signing.packet import COPY_TERM, Action, Packet, Recipient, Status
from signing.services import Services
from signing.store import Access, Erased, StoredDocument, Transaction


class Kind(StrEnum):
    """Why somebody has data of the tenant."""

    SENDER = "sender"
    PARTY = "party"
    CORPORATION = "corporation"
    SERVICE = "service"


@dataclass(frozen=True)
class Holder:
    """One who has data. ``documents``: their titles; ``since``: None for who gets them later; ``contact`` and
    ``email``: whom to ask there.
    """

    kind: Kind
    organisation: str
    documents: tuple[str, ...]
    since: datetime | None
    contact: str | None = None
    email: str | None = None


@dataclass(frozen=True)
class Looked:
    """How often somebody in a role looked, and when last; ``role``: None for a program."""

    organisation: str
    role: str | None
    times: int
    last: datetime


@dataclass(frozen=True)
class Holders:
    """All that the page shows; ``erased``: what the service itself has no more."""

    packet: Packet
    recipient: Recipient
    asker: Asker
    holders: tuple[Holder, ...]
    looked: tuple[Looked, ...]
    erased: Erased | None


def holders(services: Services, token: str, marks: frozenset[str]) -> Holders:
    """Behind the link to sign, also when that was answered or stopped.

    Raises LinkInvalid, LinkRevoked, NotFound for an organisation's link; as `view` while it is open.
    """
    claims = claims_of(services, token)
    with services.store.read() as tx:
        packet, recipient = _person(tx, claims)
        if recipient.answer is None and packet.status in (Status.SENT, Status.SIGNED):
            admitted(packet, claims, marks, services.clock())
        return _holders(services, tx, packet, recipient)


def holders_of_copy(services: Services, token: str) -> Holders:
    """The same behind the link to the own copy. Raises LinkInvalid, LinkExpired, LinkRevoked, NotFound."""
    claims: LinkClaims = services.links.read(Purpose.COPY, token, services.clock(), COPY_TERM)
    with services.store.read() as tx:
        packet, recipient = _person(tx, claims)
        return _holders(services, tx, packet, recipient)


def _person(tx: Transaction, claims: LinkClaims) -> tuple[Packet, Recipient]:
    packet, recipient = of_link(tx, claims)
    if recipient.organisation is not None:
        raise NotFound("Only a person has a page about its own data.")
    return packet, recipient


def _holders(services: Services, tx: Transaction, packet: Packet, recipient: Recipient) -> Holders:
    asker, documents = asker_of(services, tx, packet), tx.documents.of(packet.id)
    every = tuple(d.title for d in documents)
    found = [
        *_organisations(packet, asker, documents),
        Holder(Kind.SERVICE, services.config.organisation, every, packet.created_at),
    ]
    looked = tuple(_looked(tx.accesses.of(packet.id)))
    return Holders(packet, recipient, asker, tuple(found), looked, tx.packets.erased(packet.id))


def _organisations(packet: Packet, asker: Asker, documents: tuple[StoredDocument, ...]) -> Iterator[Holder]:
    """Each organisation once, the sender first; what it has follows from what it signs or acknowledges."""
    every = tuple(d.title for d in documents)
    yield Holder(Kind.SENDER, asker.sender, every, packet.created_at, asker.contact_name, asker.contact_email)
    for recipient in packet.recipients:
        if recipient.organisation in (None, asker.sender):
            continue
        corporate = recipient.action is Action.ACKNOWLEDGE
        own = tuple(d.title for d in documents if d.name in recipient.documents)
        yield Holder(
            Kind.CORPORATION if corporate else Kind.PARTY,
            recipient.organisation or "",
            own,
            packet.signed_at if corporate else recipient.invited_at,
            recipient.name or None,
            recipient.email,
        )


def _looked(lines: Iterable[Access]) -> Iterator[Looked]:
    """Together by organisation and role, never by name; ``lines``: the newest first."""
    times: Counter[tuple[str, str | None]] = Counter()
    last: dict[tuple[str, str | None], datetime] = {}
    for line in lines:
        who = (line.organisation, line.roles[0] if line.roles else None)
        times[who] += 1
        last.setdefault(who, line.at)
    for (organisation, role), number in times.items():
        yield Looked(organisation, role, number, last[organisation, role])
