"""What the sender changes about a recipient under way. Every change closes the old link (rules, no IO)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from signing.errors import AlreadyAnswered, NotForThisRecipient, PacketClosed, Refused, TooSoon
from signing.packet import Action, Answer, Packet, Recipient, Status, applied, may_answer, with_recipient

REMINDERS = (timedelta(days=3), timedelta(days=7), timedelta(days=14))  # after the invitation
BETWEEN = timedelta(hours=12)  # at least, between two reminders that the sender asks for
BY_HAND = 100  # numbers of reminders that the sender asked for start above this


class Act(StrEnum):
    """What the sender can do about one recipient."""

    REMIND = "remind"
    CORRECT = "correct"
    REASSIGN = "reassign"
    HOST = "host"
    LETTER = "letter"
    PAPER = "paper"
    RENEW = "renew"
    REVOKE = "revoke"


def possible(packet: Packet, role: str, last: datetime | None, now: datetime) -> tuple[Act, ...]:
    """What can be done about a recipient now, in the order of Act; ``last``: when a message went out to it.

    Raises NotFound when the packet has no such role.
    """
    recipient = packet.recipient(role)
    try:
        open_for_change(packet, role)
    except Refused:
        return ()
    acts = {Act.CORRECT, Act.HOST if recipient.organisation is None else Act.REASSIGN}
    if recipient.revoked_at is not None:
        acts.add(Act.RENEW)
    elif recipient.invited_at is not None:  # before, there is no link that could be stopped
        acts |= {Act.RENEW, Act.REVOKE}
    try:
        may_answer(packet, role, recipient.link_serial, now)
        if recipient.paper:
            acts |= {Act.LETTER, Act.PAPER}
        may_remind(recipient, last, now)
        acts.add(Act.REMIND)
    except Refused:
        pass  # it is not its turn, or it got a message just now
    return tuple(act for act in Act if act in acts)


def open_for_change(packet: Packet, role: str) -> Recipient:
    """The recipient, as long as its answer is awaited. Raises NotFound, AlreadyAnswered, PacketClosed."""
    recipient = packet.recipient(role)
    if recipient.answer is not None and recipient.answered_at is not None:
        raise AlreadyAnswered(recipient.answer, recipient.answered_at)
    wanted = [Status.DRAFT, Status.READY, Status.SENT]
    if recipient.action is Action.ACKNOWLEDGE:
        wanted.append(Status.SIGNED)
    if packet.status not in wanted:
        raise PacketClosed(packet.status)
    return recipient


def corrected(packet: Packet, role: str, *, email: str | None, mobile: str | None) -> Packet:
    """Another address, and with it another link; a host is not needed any more. Raises as open_for_change."""
    recipient = open_for_change(packet, role)
    return with_recipient(
        packet, replace(_relinked(recipient), email=email, mobile=mobile, host_name=None, host_email=None)
    )


def reassigned(packet: Packet, role: str, *, name: str, function: str, email: str) -> Packet:
    """A colleague takes the request over. Raises as open_for_change; NotForThisRecipient for a person."""
    recipient = open_for_change(packet, role)
    if recipient.organisation is None:
        raise NotForThisRecipient(role, "only an organisation's request goes to a colleague")
    changed = replace(_relinked(recipient), name=name, function=function, email=email)
    return with_recipient(packet, changed)


def hosted(packet: Packet, role: str, *, name: str, email: str) -> Packet:
    """From now on the link goes to a host, who opens it together with the recipient.

    Raises as open_for_change; NotForThisRecipient for an organisation.
    """
    recipient = open_for_change(packet, role)
    if recipient.organisation is not None:
        raise NotForThisRecipient(role, "an organisation signs for itself, with its own link")
    return with_recipient(packet, replace(_relinked(recipient), host_name=name, host_email=email))


def revoked(packet: Packet, role: str, now: datetime) -> Packet:
    """The link stops and no other goes out before `renewed`. Raises as open_for_change."""
    return with_recipient(packet, replace(_relinked(open_for_change(packet, role)), revoked_at=now))


def renewed(packet: Packet, role: str) -> Packet:
    """A new link goes out and the old one stops. Raises as open_for_change."""
    return with_recipient(packet, _relinked(open_for_change(packet, role)))


def on_paper(packet: Packet, role: str, sha256: str, now: datetime) -> Packet:
    """The recipient signed on paper; ``sha256``: of the scan. Its field in the PDF stays empty.

    Raises as `signing.packet.may_answer`; NotForThisRecipient when the manifest does not allow paper.
    """
    recipient = may_answer(packet, role, packet.recipient(role).link_serial, now)
    if not recipient.paper:
        raise NotForThisRecipient(role, "this recipient does not sign on paper")
    changed = replace(recipient, answer=Answer.ON_PAPER, answered_at=now, paper_sha256=sha256)
    return applied(with_recipient(packet, changed), role, now)


def reminder_due(recipient: Recipient, number: int) -> datetime | None:
    """When the ``number``-th reminder of an invitation goes out; None when there is none."""
    if recipient.invited_at is None or not 1 <= number <= len(REMINDERS):
        return None
    return recipient.invited_at + REMINDERS[number - 1]


def may_remind(recipient: Recipient, last: datetime | None, now: datetime) -> None:
    """Whether the sender may ask for a reminder now; ``last``: when the last message went out.

    Raises NotForThisRecipient without an invitation, TooSoon.
    """
    if recipient.invited_at is None:
        raise NotForThisRecipient(recipient.role, "there is no invitation yet to remind of")
    if last is not None and now < last + BETWEEN:
        raise TooSoon(last + BETWEEN)


def _relinked(recipient: Recipient) -> Recipient:
    """With a new link; whatever was done with the old one counts no more."""
    return replace(
        recipient,
        link_serial=recipient.link_serial + 1,
        revoked_at=None,
        invited_at=None,
        opened_at=None,
        proven_at=None,
        proven_by=None,
        stated_name=None,
        stated_function=None,
        shown_at=None,
    )
