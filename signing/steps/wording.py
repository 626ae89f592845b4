"""The Dutch words on a signature: who, as what, when, how."""

from __future__ import annotations

from datetime import datetime

from signing.packet import Action, Channel, Packet, Recipient
from signing.texts import Texts


def signature_lines(
    texts: Texts, packet: Packet, recipient: Recipient, at: datetime, test: bool
) -> tuple[str, ...]:
    """The lines of a party's appearance; the name as it was given, never altered."""
    who = recipient.label
    if recipient.organisation and recipient.organisation != recipient.signatory:
        function = f"{recipient.office}, " if recipient.office else ""
        who = f"{function}{recipient.organisation}"
    key = "signature.signed" if recipient.action is Action.SIGN else "signature.received"
    lines = (
        recipient.signatory,
        who,
        texts.get(key, moment=texts.moment(at)),
        _method(texts, packet, recipient),
    )
    return (*lines, texts.get("signature.test")) if test else lines


def _method(texts: Texts, packet: Packet, recipient: Recipient) -> str:
    if recipient.channel is Channel.ON_SITE:
        return texts.get("signature.method_on_site", host=recipient.host_name, reference=packet.reference)
    if recipient.proven_by:
        return texts.get(f"signature.method_{recipient.proven_by}", reference=packet.reference)
    if recipient.channel is Channel.SMS:
        return texts.get("signature.method_sms", reference=packet.reference)
    return texts.get("signature.method", reference=packet.reference)


def seal_lines(texts: Texts, organisation: str, reference: str, at: datetime, test: bool) -> tuple[str, ...]:
    """The lines of the seal's appearance."""
    lines = (
        organisation,
        texts.get("seal.sealed", moment=texts.moment(at)),
        texts.get("seal.reference", reference=reference),
    )
    return (*lines, texts.get("signature.test")) if test else lines
