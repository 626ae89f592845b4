"""Steering a packet at the desk: what a referrer does about one recipient, and a new version of a packet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import docgen
from signing import following, intake, paper, reaching, stuck
from signing.account import Permission
from signing.audit import Event, Value
from signing.changes import Act
from signing.errors import NotFound, Refused, UnusableForm
from signing.following import Followed, Party
from signing.packet import Packet, Status, move
from signing.reference import compact_form
from signing.services import Services
from signing.staff import Person
from signing.store import StoredDocument
from signing.tasks import Task

FIELDS: Mapping[Act, tuple[docgen.Field, ...]] = {
    Act.CORRECT: (reaching.EMAIL, reaching.MOBILE),
    Act.REASSIGN: reaching.COLLEAGUE,
    Act.HOST: reaching.PERSON,
}


FURTHEST = timedelta(days=90)  # a packet of long ago says what nobody means any more


class AlreadyPlanned(Refused):
    """A packet is sent once: send it now, or wait."""

    def __init__(self) -> None:
        super().__init__("It is planned already when this packet is sent. Send it now, or withdraw it.")


@dataclass(frozen=True)
class Asked:
    """What somebody is about to do; ``possible``: whether it can be done now."""

    found: Followed
    party: Party
    act: Act
    possible: bool

    @property
    def known(self) -> dict[str, str]:
        """What the form of this act holds at first: nothing that is known is asked again."""
        recipient = self.party.recipient
        if self.act is Act.CORRECT:
            return {"email": recipient.email or "", "mobile": recipient.mobile or ""}
        if self.act is Act.HOST:
            return {"name": recipient.host_name or "", "email": recipient.host_email or ""}
        return {}


def look(services: Services, person: Person, wanted: str, role: str, act: str) -> Asked:
    """What somebody is about to do. Raises NotAllowed; NotFound when there is no such packet, role or act."""
    person.needs(Permission.STEER_PACKETS)
    found = following.follow(services, person, wanted)
    for party in found.parties:
        if party.recipient.role == role and act in list(Act):
            return Asked(found, party, Act(act), act in party.acts)
    raise NotFound("There is nothing of this kind to do.")


def act(
    services: Services, person: Person, wanted: str, role: str, what: Act, given: Mapping[str, str]
) -> None:
    """Does it; the audit trail says whose account did. ``given``: as the fields of FIELDS.

    Raises NotAllowed, NotFound, Refused, InvalidRequest, docgen.InvalidValues.
    """
    client, reference, by = _own(services, person, wanted)
    said: dict[str, object] = {field.key: given.get(field.key, "") for field in FIELDS.get(what, ())}
    plain: dict[Act, Callable[..., Packet]] = {
        Act.REMIND: reaching.remind,
        Act.RENEW: reaching.renew,
        Act.REVOKE: reaching.revoke,
    }
    filled: dict[Act, Callable[..., Packet]] = {
        Act.CORRECT: reaching.correct,
        Act.REASSIGN: reaching.reassign,
        Act.HOST: reaching.host,
    }
    if what in plain:
        plain[what](services, client, reference, role, by=by)
    elif what in filled:
        filled[what](services, client, reference, role, said, by=by)
    else:
        raise NotFound("This is done in a way of its own.")


def letter(services: Services, person: Person, wanted: str, role: str) -> bytes:
    """A letter on paper with a new code (PDF). Raises NotAllowed, NotFound, Refused."""
    client, reference, by = _own(services, person, wanted)
    return paper.letter(services, client, reference, role, by=by)


def scan(services: Services, person: Person, wanted: str, role: str, content: bytes) -> None:
    """Adds the scan of a signature on paper. Raises NotAllowed, NotFound, Refused, InvalidRequest."""
    client, reference, by = _own(services, person, wanted)
    paper.take(services, client, reference, role, content, by=by)


def send_at(services: Services, person: Person, wanted: str, at: datetime | None) -> None:
    """Sends a packet that waited, at a later moment. ``at``: aware, at most FURTHEST ahead, or None.

    Raises NotAllowed, NotFound, UnusableForm; Refused when it is not ready, or was planned before.
    """
    client, reference, by = _own(services, person, wanted)
    now = services.clock()
    if at is None or not now < at <= now + FURTHEST:
        raise UnusableForm({"day": "moment"})
    with services.store.write() as tx:
        packet = tx.packets.by_reference(compact_form(reference), client)
        move(packet, Status.SENT)
        if planned(tx.trail.of(packet.id)) is not None:
            raise AlreadyPlanned()
        task = Task("send", packet.id, again=f"at-{at:%Y%m%dT%H%M}")
        services.agenda.promise(tx.connection, task, delay=at - now)
        told: dict[str, Value] = {"at": at.isoformat(), "account": by}
        tx.trail.append(packet.id, "packet:sending:planned", "requester", told, now)


def planned(events: Iterable[Event]) -> datetime | None:
    """When a packet will be sent by itself, as its audit trail says; None when nothing was planned."""
    found = [event for event in events if event.name == "packet:sending:planned"]
    return datetime.fromisoformat(str(found[-1].data["at"])) if found else None


def sheet(services: Services, person: Person, wanted: str, name: str) -> tuple[StoredDocument, bytes]:
    """A document as every party sees it, before or after it was sent. Raises NotAllowed, NotFound."""
    _, reference, _ = _own(services, person, wanted)
    with services.store.read() as tx:
        packet = tx.packets.by_reference(compact_form(reference))
        tx.packets.has_content(packet.id)
        made = (*tx.documents.of(packet.id), *tx.documents.leaflets(packet.id))
    for stored in made:
        if stored.name == name:
            return stored, services.blobs.get(stored.shown_sha256)
    raise NotFound("The packet has no such document.")


def reopen(services: Services, person: Person, wanted: str) -> Packet:
    """A new version of a packet that was stopped, with the same data.

    Raises NotAllowed, NotFound, Refused; InvalidRequest with what does not fit any more.
    """
    client, reference, by = _own(services, person, wanted)
    return intake.reopen(services, client, reference, data=None, send=True, by=by)


def try_again(services: Services, person: Person, wanted: str, step: str) -> None:
    """Stuck work of a packet goes back to the service. Raises NotAllowed; NotFound when it is not stuck."""
    _, reference, _ = _own(services, person, wanted)
    with services.store.read() as tx:
        packet = tx.packets.by_reference(compact_form(reference))
    stuck.one(services, packet.id, step)
    stuck.try_again(services, packet.id, step)


def _own(services: Services, person: Person, wanted: str) -> tuple[str, str, str]:
    """Whose packet, its reference, and whose account it is that asks."""
    person.needs(Permission.STEER_PACKETS)
    listed, client = following.one(services, person, wanted)
    if client != person.scope.client:
        raise NotFound("There is no packet with this reference.")
    return client, listed.packet.reference, person.account.id
