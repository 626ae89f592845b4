"""Bringing a one-time code to whoever opened a link."""

from __future__ import annotations

from urllib.parse import urlsplit

from signing import messages
from signing.audit import Value
from signing.errors import NotFound
from signing.identity import CHECKS
from signing.identity.codes import Code
from signing.packet import Packet, Recipient
from signing.services import Services
from signing.sms import SmsRefused, TextMessage
from signing.steps.handing import mail_out, text_out
from signing.steps.letters import Letters, event_of, note_once, read
from signing.tasks import Task


def code(services: Services, packet_id: str, role: str) -> None:
    """Sends a code, once. ``role``: the recipient's, and the number of the code.

    A code that was used, replaced or grew too old meanwhile is not sent any more.
    """
    name, _, number = role.rpartition(":")
    packet, letters = read(services, packet_id)
    with services.store.read() as tx:
        made = tx.codes.of(packet_id, name)
    wanted = _numbered(made, int(number))
    if wanted is not made[-1] or not wanted.lives(services.clock()):
        return
    if event_of(services, packet_id, "recipient:code:sent", name, wanted.number):
        return
    recipient = packet.recipient(name)
    told = _send(services, packet, letters, recipient, wanted)
    facts: dict[str, Value] = {"check": wanted.check, "number": wanted.number, **told}
    note_once(services, packet_id, "recipient:code:sent", name, facts)


def _numbered(made: tuple[Code, ...], number: int) -> Code:
    for code in made:
        if code.number == number:
            return code
    raise NotFound(f"There is no code {number} of this recipient.")


def _send(
    services: Services, packet: Packet, letters: Letters, recipient: Recipient, code: Code
) -> dict[str, Value]:
    """Hands the code over; returns how and where to, for the audit trail."""
    digits = code.digits(services.secrets[0])
    role = recipient.role
    if CHECKS[code.check].carrier == "mail":
        letter = letters.without_link(recipient, "code", code.number)
        mail_out(services, packet.id, role, "code", messages.code(services.texts, letter, digits=digits))
        return {"channel": "mail", "address": letter.to, "message_id": letter.message_id}
    if recipient.mobile is None:
        raise SmsRefused("There is no number any more. Add it, or let the code go by mail.")
    host = urlsplit(services.config.base_url).hostname or ""
    text = services.texts.get("sms.code", code=digits, host=host)
    id = Task("code", packet.id, f"{role}-{code.number}").id.replace(":", "-")
    text_out(services, packet.id, role, "code", TextMessage(recipient.mobile, text, id))
    return {"channel": "sms", "address": recipient.mobile, "message_id": id}
