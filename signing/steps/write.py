"""The messages of a packet: invitations, copies, and the news that somebody does not sign."""

from __future__ import annotations

from signing import changes, mail, messages
from signing import packet as rules
from signing.audit import Value
from signing.links import Purpose
from signing.messages import Letter
from signing.packet import TERM, Action, Channel, Recipient, Status
from signing.services import Services
from signing.steps.handing import mail_out
from signing.steps.letters import bring, event_of, note_once, read, way_of
from signing.tasks import Task, invitation


def send(services: Services, packet_id: str, role: str = "") -> None:
    """Starts the term of a ready packet and promises the invitations of those whose turn it is."""
    now = services.clock()
    with services.store.write() as tx:
        packet = tx.packets.get(packet_id)
        if packet.status is not Status.READY:
            return
        packet = rules.send(packet, now)
        tx.packets.save(packet)
        tx.trail.append(packet_id, "packet:sent", "service", {}, now)
        for recipient in rules.due(packet):
            services.agenda.promise(
                tx.connection, invitation(packet_id, recipient.role, recipient.link_serial)
            )
        services.agenda.promise(tx.connection, Task("expire", packet_id), delay=TERM)


def invite(services: Services, packet_id: str, role: str) -> None:
    """Sends one recipient its link, once per link, and promises the first reminder."""
    packet, letters = read(services, packet_id)
    recipient = packet.recipient(role)
    if recipient not in rules.due(packet):
        return
    serial = recipient.link_serial
    letter = letters.to(recipient, Purpose.SIGN, number=serial)
    id = bring(services, recipient, "invite", letter, _invitation(services, recipient, letter), serial)
    now = services.clock()
    with services.store.write() as tx:
        packet = tx.packets.get(packet_id)
        tx.messages.sent(id, now)
        if packet.recipient(role).invited_at or packet.recipient(role).link_serial != serial:
            return
        tx.packets.save(rules.invited(packet, role, now))
        facts: dict[str, Value] = {**way_of(recipient), "address": recipient.address, "message_id": id}
        tx.trail.append(packet_id, "recipient:invited", role, facts, now)
        first = Task("remind", packet_id, f"{role}:{serial}:1")
        services.agenda.promise(tx.connection, first, delay=changes.REMINDERS[0])


def copy(services: Services, packet_id: str, role: str) -> None:
    """Sends one recipient the link to its own sealed copy, once; the corporation's is its receipt as well."""
    packet, letters = read(services, packet_id)
    if event_of(services, packet_id, "recipient:copy:sent", role):
        return
    recipient = packet.recipient(role)
    letter = letters.to(recipient, Purpose.COPY)
    if recipient.action is Action.ACKNOWLEDGE and recipient.channel is Channel.MAIL:
        stage = "delivered" if packet.status is Status.DELIVERED else "waiting"
        message = messages.receipt_ready(services.texts, letter, stage=stage)
    else:
        message = messages.copy_ready(services.texts, letter)
    id = bring(services, recipient, "copy", letter, message)
    facts: dict[str, Value] = {**way_of(recipient), "message_id": id}
    note_once(services, packet_id, "recipient:copy:sent", role, facts)


def tell(services: Services, packet_id: str, role: str) -> None:
    """Tells the contact person that a recipient does not sign, once."""
    packet, letters = read(services, packet_id)
    recipient = packet.recipient(role)
    refusal = event_of(services, packet_id, "recipient:declined", role)
    if refusal is None or event_of(services, packet_id, "packet:declined:told", role):
        return
    reason = services.texts.get(f"decline.reasons.{refusal.data['reason']}")
    letter = letters.to_contact(recipient, "declined")
    words = _words(services, packet_id, refusal.data.get("remark"))
    message = messages.declined(services.texts, letter, by=recipient.label, reason=reason, words=words)
    mail_out(services, packet_id, role, "declined", message)
    facts: dict[str, Value] = {"channel": "mail", "message_id": letter.message_id}
    note_once(services, packet_id, "packet:declined:told", role, facts)


def ask(services: Services, packet_id: str, role: str) -> None:
    """Brings a question to the contact person, once. ``role``: the recipient's, and the remark's number."""
    asker, _, number = role.rpartition(":")
    packet, letters = read(services, packet_id)
    recipient = packet.recipient(asker)
    if event_of(services, packet_id, "recipient:question:told", asker, int(number)):
        return
    letter = letters.to_contact(recipient, "question", int(number))
    words = _words(services, packet_id, int(number))
    message = messages.question(services.texts, letter, by=recipient.label, words=words or "")
    mail_out(services, packet_id, asker, "question", message)
    facts: dict[str, Value] = {"channel": "mail", "message_id": letter.message_id, "number": int(number)}
    note_once(services, packet_id, "recipient:question:told", asker, facts)


def _words(services: Services, packet_id: str, number: Value) -> str | None:
    """What a recipient wrote; None when it wrote nothing."""
    with services.store.read() as tx:
        return next((r.text for r in tx.remarks.of(packet_id) if r.number == number), None)


def _invitation(services: Services, recipient: Recipient, letter: Letter) -> mail.Message:
    if recipient.channel is Channel.ON_SITE:
        return messages.invitation_to_host(services.texts, letter, asked=recipient.action)
    if recipient.action is Action.SIGN:
        return messages.invitation(services.texts, letter)
    return messages.invitation_to_acknowledge(services.texts, letter)
