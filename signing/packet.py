"""The rules of a packet: statuses, turns, answers (design.md 3). Plain values in, plain values out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from signing.errors import (
    AlreadyAnswered,
    LinkRevoked,
    NotAgreed,
    NotFound,
    NotShown,
    OutOfTurn,
    PacketClosed,
    ShownOtherwise,
    WrongStatus,
)
from signing.recipient import Action, Answer, Channel, Recipient

__all__ = [
    "COPY_TERM",
    "TERM",
    "TERM_OF_RECEIPT",
    "Action",
    "Answer",
    "Channel",
    "Packet",
    "Recipient",
    "Status",
    "acknowledgement_ends",
    "answer",
    "applied",
    "decline",
    "due",
    "expired",
    "invited",
    "may_answer",
    "move",
    "opened",
    "proven",
    "sealable",
    "send",
    "shown",
    "stated",
    "term_end",
    "waits_for",
    "with_recipient",
    "withdraw",
]

TERM = timedelta(days=30)  # domain 1.4: a signing link lives thirty days
TERM_OF_RECEIPT = timedelta(days=14)  # of an acknowledgement, when the manifest names no other
COPY_TERM = timedelta(days=90)  # how long the link to the own sealed copy works


class Status(StrEnum):
    """Where a packet is on its way."""

    DRAFT = "draft"
    READY = "ready"
    SENT = "sent"
    SIGNED = "signed"
    SEALED = "sealed"
    ARCHIVED = "archived"
    DELIVERED = "delivered"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


TRANSITIONS: dict[Status, tuple[Status, ...]] = {
    Status.DRAFT: (Status.READY, Status.WITHDRAWN),
    Status.READY: (Status.SENT, Status.EXPIRED, Status.WITHDRAWN),
    Status.SENT: (Status.SIGNED, Status.DECLINED, Status.EXPIRED, Status.WITHDRAWN),
    Status.SIGNED: (Status.SEALED,),
    Status.SEALED: (Status.ARCHIVED,),
    Status.ARCHIVED: (Status.DELIVERED,),
}


@dataclass(frozen=True)
class Packet:
    """One or more documents of one lease that are signed in one ceremony.

    ``previous``: the reference of the packet that this one is a new version of.
    """

    id: str
    reference: str
    type: str
    code: str
    title: str
    status: Status
    corporation: str
    lease_number: str
    created_at: datetime
    recipients: tuple[Recipient, ...]
    sent_at: datetime | None = None
    expires_at: datetime | None = None
    signed_at: datetime | None = None
    previous: str | None = None

    def recipient(self, role: str) -> Recipient:
        """Raises NotFound when the packet has no such role."""
        for recipient in self.recipients:
            if recipient.role == role:
                return recipient
        raise NotFound(f"Packet {self.id} has no recipient {role!r}.")


def move(packet: Packet, wanted: Status) -> Packet:
    """The packet in its next status. Raises WrongStatus for a step that TRANSITIONS does not have."""
    if wanted not in TRANSITIONS.get(packet.status, ()):
        raise WrongStatus(packet.status, wanted)
    return replace(packet, status=wanted)


def send(packet: Packet, now: datetime) -> Packet:
    """From ready to sent; the term starts here."""
    return replace(move(packet, Status.SENT), sent_at=now, expires_at=now + TERM)


def withdraw(packet: Packet) -> Packet:
    """The sender takes the packet back, as long as some party has not pressed the button.

    Raises WrongStatus, also when only the work on the last signature is under way (law 3 of design.md 3).
    """
    if packet.status is Status.SENT and all(r.agreed for r in packet.recipients if r.action is Action.SIGN):
        raise WrongStatus(Status.SIGNED, Status.WITHDRAWN)
    return move(packet, Status.WITHDRAWN)


def due(packet: Packet) -> tuple[Recipient, ...]:
    """The recipients whose turn it is and who have no invitation yet: equal order together."""
    awaited = (r for r in packet.recipients if r.invited_at is None and r.revoked_at is None)
    return tuple(r for r in awaited if r.answer is None and not waits_for(packet, r))


def waits_for(packet: Packet, recipient: Recipient) -> tuple[str, ...]:
    """Labels of those who have to answer before this recipient; empty when it is its turn."""
    if packet.status not in (Status.SENT, Status.SIGNED):
        return (f"the packet itself ({packet.status})",)
    if recipient.action is Action.ACKNOWLEDGE:
        # Asked last, when the parties' agreement is complete (design.md 2).
        open_parties = [r for r in packet.recipients if r.action is Action.SIGN and r.applied_at is None]
    else:
        open_parties = [r for r in packet.recipients if r.order < recipient.order and not r.agreed]
    return tuple(r.label for r in open_parties)


def invited(packet: Packet, role: str, now: datetime) -> Packet:
    """The invitation left the house."""
    return with_recipient(packet, replace(packet.recipient(role), invited_at=now))


def may_answer(packet: Packet, role: str, serial: int, now: datetime) -> Recipient:
    """The recipient, when its link counts and its answer is still wanted.

    Raises LinkRevoked, AlreadyAnswered, PacketClosed or OutOfTurn (in this order: a person who
    already answered must read that, whatever happened to the packet afterwards).
    """
    recipient = packet.recipient(role)
    if serial != recipient.link_serial:
        raise LinkRevoked()
    if recipient.answer is not None and recipient.answered_at is not None:
        raise AlreadyAnswered(recipient.answer, recipient.answered_at)
    acknowledges = recipient.action is Action.ACKNOWLEDGE
    if packet.status is Status.SENT and packet.expires_at is not None and now >= packet.expires_at:
        raise PacketClosed(Status.EXPIRED)
    if packet.status is not Status.SENT and not (acknowledges and packet.status is Status.SIGNED):
        raise PacketClosed(packet.status)
    if waiting := waits_for(packet, recipient):
        raise OutOfTurn(waiting)
    if acknowledges and packet.signed_at is not None and now >= term_end(packet, recipient):
        raise PacketClosed(Status.EXPIRED)
    return recipient


def opened(packet: Packet, role: str, now: datetime) -> Packet:
    """The link was opened by a person (a POST); the first time counts."""
    recipient = packet.recipient(role)
    return packet if recipient.opened_at else with_recipient(packet, replace(recipient, opened_at=now))


def proven(packet: Packet, role: str, check: str, now: datetime) -> Packet:
    """The recipient showed who it is; the last time and way count."""
    return with_recipient(packet, replace(packet.recipient(role), proven_at=now, proven_by=check))


def stated(packet: Packet, role: str, name: str, function: str) -> Packet:
    """Somebody of a team said who it is; the last one who did is who signs."""
    return with_recipient(packet, replace(packet.recipient(role), stated_name=name, stated_function=function))


def shown(packet: Packet, role: str, now: datetime) -> Packet:
    """The documents were put before the recipient, who went on to the next page."""
    recipient = packet.recipient(role)
    return packet if recipient.shown_at else with_recipient(packet, replace(recipient, shown_at=now))


def answer(
    packet: Packet,
    role: str,
    *,
    agreed: bool,
    on_screen: tuple[str, ...],
    held: tuple[str, ...],
    now: datetime,
) -> Packet:
    """The press of the button. ``on_screen``, ``held``: sha256 of what was shown and of what is kept.

    Call `may_answer` first. Raises NotShown, ShownOtherwise or NotAgreed; then nothing has happened.
    """
    recipient = packet.recipient(role)
    if recipient.shown_at is None:
        raise NotShown()
    if on_screen != held:
        raise ShownOtherwise()
    if not agreed:
        raise NotAgreed()
    given = Answer.SIGNED if recipient.action is Action.SIGN else Answer.ACKNOWLEDGED
    return with_recipient(packet, replace(recipient, answer=given, answered_at=now))


def decline(packet: Packet, role: str, now: datetime) -> Packet:
    """The recipient says no. A party's no stops the packet; an acknowledgement withheld does not."""
    changed = with_recipient(packet, replace(packet.recipient(role), answer=Answer.DECLINED, answered_at=now))
    return move(changed, Status.DECLINED) if packet.recipient(role).action is Action.SIGN else changed


def applied(packet: Packet, role: str, now: datetime) -> Packet:
    """The signature stands in every document of this recipient; the last party completes the agreement."""
    changed = with_recipient(packet, replace(packet.recipient(role), applied_at=now))
    parties = [r for r in changed.recipients if r.action is Action.SIGN]
    if changed.status is Status.SENT and all(r.applied_at for r in parties):
        return replace(move(changed, Status.SIGNED), signed_at=now)
    return changed


def acknowledgement_ends(packet: Packet) -> datetime | None:
    """When the last open acknowledgement's term ends; None when none is open or the parties still sign."""
    if packet.signed_at is None:
        return None
    open_ones = [r for r in packet.recipients if r.action is Action.ACKNOWLEDGE and r.answer is None]
    return max((term_end(packet, r) for r in open_ones), default=None)


def term_end(packet: Packet, recipient: Recipient) -> datetime:
    """Until when an acknowledgement is waited for. Raises ValueError before the parties signed."""
    if packet.signed_at is None:
        raise ValueError("the term of an acknowledgement starts when the parties have signed")
    return packet.signed_at + timedelta(days=recipient.term_days or TERM_OF_RECEIPT.days)


def sealable(packet: Packet, now: datetime) -> bool:
    """Signed by all parties, and every acknowledgement applied, declined or past its term."""
    if packet.status is not Status.SIGNED:
        return False
    return all(_settled(packet, r, now) for r in packet.recipients if r.action is Action.ACKNOWLEDGE)


def expired(packet: Packet, now: datetime) -> bool:
    """Sent, past its term, and some party has not pressed the button (a press in time still counts)."""
    if packet.status is not Status.SENT or packet.expires_at is None or now < packet.expires_at:
        return False
    return not all(r.agreed for r in packet.recipients if r.action is Action.SIGN)


def _settled(packet: Packet, recipient: Recipient, now: datetime) -> bool:
    if recipient.agreed:
        return recipient.applied_at is not None
    return recipient.answer is Answer.DECLINED or now >= term_end(packet, recipient)


def with_recipient(packet: Packet, changed: Recipient) -> Packet:
    """The packet with this recipient as it is now."""
    recipients = tuple(changed if r.role == changed.role else r for r in packet.recipients)
    return replace(packet, recipients=recipients)
