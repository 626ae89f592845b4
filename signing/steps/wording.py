"""The Dutch words on a signature: who, as what, when, how."""

from __future__ import annotations

from datetime import datetime

from signing.packet import Action, Packet, Recipient
from signing.texts import Texts


def signature_lines(
    texts: Texts, packet: Packet, recipient: Recipient, at: datetime, test: bool
) -> tuple[str, ...]:
    """The lines of a party's appearance; the name as it was given, never altered."""
    who = recipient.label
    if recipient.organisation and recipient.organisation != recipient.name:
        function = f"{recipient.function}, " if recipient.function else ""
        who = f"{function}{recipient.organisation}"
    key = "signature.signed" if recipient.action is Action.SIGN else "signature.received"
    lines = (
        recipient.name,
        who,
        texts.get(key, moment=texts.moment(at)),
        texts.get("signature.method", reference=packet.reference),
    )
    return (*lines, texts.get("signature.test")) if test else lines


def seal_lines(texts: Texts, organisation: str, reference: str, at: datetime, test: bool) -> tuple[str, ...]:
    """The lines of the seal's appearance."""
    lines = (
        organisation,
        texts.get("seal.sealed", moment=texts.moment(at)),
        texts.get("seal.reference", reference=reference),
    )
    return (*lines, texts.get("signature.test")) if test else lines
