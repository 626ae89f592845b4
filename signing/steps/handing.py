"""Handing a message over: the registry knows of it before, and what became of it after."""

from __future__ import annotations

from dataclasses import replace

from signing import logs
from signing.audit import Value
from signing.errors import SigningError
from signing.mail import MailRefused, Message
from signing.services import Services
from signing.sms import SmsRefused, TextMessage
from signing.store import Dispatch, Transaction
from signing.tasks import Task

ABOUT_A_BOUNCE = "undelivered"  # the kind of message that tells of another one


def mail_out(services: Services, packet_id: str, role: str, kind: str, message: Message) -> None:
    """Sends a mail. Raises MailRefused (after the contact person was promised to hear of it), MailDelayed."""
    _queue(services, Dispatch(
        message.message_id, packet_id, role, kind, "mail", message.to, "queued",
        queued_at=services.clock(), changed_at=services.clock(),
    ))  # fmt: skip
    try:
        services.outbox.send(replace(message, request_id=logs.request_id()))
    except MailRefused as error:
        _refused(services, message.message_id, error)
        raise


def text_out(services: Services, packet_id: str, role: str, kind: str, message: TextMessage) -> None:
    """Sends a text message. Raises SmsRefused, also when there is no gateway any more; SmsDelayed."""
    _queue(services, Dispatch(
        message.id, packet_id, role, kind, "sms", message.to, "queued",
        queued_at=services.clock(), changed_at=services.clock(),
    ))  # fmt: skip
    try:
        if services.sms is None:
            raise SmsRefused("There is no SMS gateway any more. Set one, or correct the address.")
        services.sms.send(message)
    except SmsRefused as error:
        _refused(services, message.id, error)
        raise


def bounce(services: Services, tx: Transaction, message: Dispatch, reason: str) -> None:
    """Notes that a message did not arrive, and promises to tell the contact person."""
    tx.packets.get(message.packet_id)  # one writer per packet
    now = services.clock()
    tx.messages.bounced(message.id, reason, now)
    told: dict[str, Value] = {"message_id": message.id, "kind": message.kind, "channel": message.channel}
    tx.trail.append(
        message.packet_id, "recipient:message:refused", message.role, {**told, "reason": reason}, now
    )
    if message.kind != ABOUT_A_BOUNCE:
        # Of the trail, which only grows: a message that came back and then arrived counts all the same.
        number = sum(each.name == "recipient:message:refused" for each in tx.trail.of(message.packet_id))
        services.agenda.promise(tx.connection, Task("warn", message.packet_id, f"{message.role}:{number}"))


def _queue(services: Services, dispatch: Dispatch) -> None:
    with services.store.read() as tx:
        if tx.messages.get(dispatch.id) is not None:
            return  # it was about to go out before, and is tried again
    with services.store.write() as tx:
        tx.messages.queue(dispatch)


def _refused(services: Services, id: str, error: SigningError) -> None:
    with services.store.write() as tx:
        message = tx.messages.get(id)
        if message is not None and message.state != "bounced":
            bounce(services, tx, message, str(error))
