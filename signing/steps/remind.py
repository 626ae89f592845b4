"""Reminding who did not answer, and telling the contact person of messages that did not arrive."""

from __future__ import annotations

from signing import changes, messages
from signing import packet as rules
from signing.audit import Value
from signing.errors import NotFound, Refused
from signing.links import Purpose
from signing.packet import Packet, Recipient
from signing.services import Services
from signing.steps.handing import ABOUT_A_BOUNCE, bounce, mail_out
from signing.steps.letters import bring, event_of, note_once, read, way_of
from signing.store import Dispatch
from signing.tasks import Task


def remind(services: Services, packet_id: str, role: str) -> None:
    """Sends a reminder, once, and promises the next. ``role``: the recipient's, of its link, and a number.

    Nobody is reminded who answered, whose link was replaced, or whose term ended.
    """
    name, link_serial, counted = role.split(":")
    number = int(counted)
    with services.store.read() as tx:
        if not _awaited(services, tx.packets.get(packet_id), name, int(link_serial)):
            return  # years later there may be no template any more to write with
    packet, letters = read(services, packet_id)
    recipient = packet.recipient(name)
    due = changes.reminder_due(recipient, number)
    if due is not None and services.clock() < due:
        _later(services, Task("remind", packet_id, role), recipient, number)
        return
    key = f"{link_serial}-{number}"
    if event_of(services, packet_id, "recipient:reminded", name, key) is None:
        letter = letters.to(recipient, Purpose.SIGN, f"remind-{link_serial}", number)
        message = messages.reminder(services.texts, letter, asked=recipient.action)
        id = bring(services, recipient, "remind", letter, message, int(link_serial) * 1000 + number)
        facts: dict[str, Value] = {**way_of(recipient), "message_id": id, "number": key}
        note_once(services, packet_id, "recipient:reminded", name, facts)
    if changes.reminder_due(recipient, number + 1) is not None:
        _later(
            services, Task("remind", packet_id, f"{name}:{link_serial}:{number + 1}"), recipient, number + 1
        )


def warn(services: Services, packet_id: str, role: str) -> None:
    """Tells the contact person that a message did not arrive, once. ``role``: whose, and a number."""
    name, _, number = role.rpartition(":")
    packet, letters = read(services, packet_id)
    if event_of(services, packet_id, "recipient:message:told", name, int(number)):
        return
    recipient = packet.recipient(name)
    letter = letters.to_contact(recipient, ABOUT_A_BOUNCE, int(number))
    message = messages.undelivered(services.texts, letter, to=recipient.label)
    mail_out(services, packet_id, name, ABOUT_A_BOUNCE, message)
    facts: dict[str, Value] = {"channel": "mail", "message_id": letter.message_id, "number": int(number)}
    note_once(services, packet_id, "recipient:message:told", name, facts)


def take_bounce(services: Services, message_id: str, reason: str) -> Dispatch:
    """A mail server said later that a message did not arrive. ``reason``: without an address.

    Raises NotFound when no such message went out from here; told again, it changes nothing.
    """
    with services.store.write() as tx:
        message = tx.messages.get(message_id)
        if message is None:
            raise NotFound("No message of this service has that Message-ID. Was it sent by another one?")
        if message.state != "bounced":
            bounce(services, tx, message, reason)
        return message


def _awaited(services: Services, packet: Packet, role: str, serial: int) -> bool:
    try:
        return rules.may_answer(packet, role, serial, services.clock()).invited_at is not None
    except Refused:
        return False


def _later(services: Services, task: Task, recipient: Recipient, number: int) -> None:
    """Promises a reminder for its day; one that woke too early (a clock was set back) under another id."""
    now, due = services.clock(), changes.reminder_due(recipient, number)
    if due is None:
        raise ValueError("there is no such reminder")
    woken = task.role.endswith(f":{number}") and now < due
    again = f"{now:%Y%m%dT%H%M%S.%f}" if woken else ""
    with services.store.write() as tx:
        services.agenda.promise(
            tx.connection, Task(task.step, task.packet_id, task.role, again), delay=due - now
        )
