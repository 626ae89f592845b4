"""On paper: a letter with a code for who has no mail, and the scan of a signature with a pen."""

from __future__ import annotations

from datetime import datetime, timedelta

import docgen
from signing import changes, consequences, reference, values
from signing import packet as rules
from signing.audit import Value
from signing.errors import InvalidRequest, NotForThisRecipient, Problem
from signing.heading import logo_of
from signing.identity import letter_code
from signing.packet import Packet, Recipient
from signing.services import Services
from signing.store import PaperLetter, Transaction
from signing.texts import AMSTERDAM

TEMPLATE, SHEET = "letter", "letter"
PAGE = "/brief"  # where the code of a letter is typed
LARGEST_SCAN = 10 * 1024 * 1024  # bytes
KINDS = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}  # by how a file begins


def take(
    services: Services, client: str, wanted: str, role: str, scan: bytes, by: str | None = None
) -> Packet:
    """A scan (PDF, JPEG or PNG) of a signature on paper. It is kept, and is no electronic signature.

    ``by``: the account at the desk that brought it, if one did.

    Raises NotFound, Refused, InvalidRequest; then nothing is written in the packet.
    """
    kind = next((kind for start, kind in KINDS.items() if scan.startswith(start)), None)
    if kind is None or len(scan) > LARGEST_SCAN:
        advice = "Send one file of at most 10 MB: a PDF, a JPEG or a PNG."
        raise InvalidRequest([Problem("", "This is no scan that can be kept.", advice)])
    sha256 = services.blobs.put(scan)
    with services.store.write() as tx:
        before, now = tx.packets.by_reference(reference.compact_form(wanted), client), services.clock()
        after = changes.on_paper(before, role, sha256, now)
        tx.packets.save(after)
        told: dict[str, Value] = {"sha256": sha256, "kind": kind, "channel": "paper"}
        told |= {"account": by} if by else {}
        tx.trail.append(after.id, "recipient:paper:received", role, told, now)
        consequences.promise(services, tx, before, after, now)
    return after


def letter(services: Services, client: str, wanted: str, role: str, by: str | None = None) -> bytes:
    """A letter (PDF) with a code that opens the link of this recipient; the code of an older one stops.

    ``by``: the account at the desk that asked for it, if one did.

    Raises NotFound, Refused (answered, closed, not its turn, not on paper).
    """
    with services.store.write() as tx:
        packet, now = tx.packets.by_reference(reference.compact_form(wanted), client), services.clock()
        recipient = rules.may_answer(packet, role, packet.recipient(role).link_serial, now)
        if not recipient.paper:
            raise NotForThisRecipient(role, "this recipient gets no letters")
        code = _register(services, tx, packet, recipient, now, by)
        given = tx.packets.filing(packet.id).values
        logo = logo_of(tx, client)
    manifest = services.catalog.manifest(TEMPLATE)
    said = docgen.complete(manifest, _said(services, packet, recipient, code, given), now.date())
    url = f"{services.config.base_url}{PAGE}?code={code}"
    return services.generator.generate(TEMPLATE, SHEET, said, packet.reference, url, logo=logo).pdf


def _register(
    services: Services, tx: Transaction, packet: Packet, recipient: Recipient, now: datetime, by: str | None
) -> str:
    secret, serial = services.secrets[0], recipient.link_serial
    code = letter_code.code(secret, packet.id, recipient.role, serial, now)
    digest = letter_code.digest(code, secret)
    if digest is None:
        raise ValueError("a code of our own is a code")
    tx.letters.replace(PaperLetter(digest, packet.id, recipient.role, serial, now))
    facts: dict[str, Value] = {"link": serial, **({"account": by} if by else {})}
    tx.trail.append(packet.id, "recipient:letter:made", recipient.role, facts, now)
    return code


def _said(
    services: Services, packet: Packet, recipient: Recipient, code: str, given: object
) -> dict[str, object]:
    """The values of the letter. Its code is a secret: it is nowhere but on the paper."""
    if not isinstance(given, dict):
        raise ValueError("a packet has values")
    contact = values.contact(services.catalog.manifest(packet.type))
    told: dict[str, object] = {
        "name": recipient.name,
        "sender": values.optional(given, contact.organisation) or services.config.organisation,
        "page": f"{services.config.base_url}{PAGE}".split("//", 1)[-1],
        "code": code,
        "contact_name": values.optional(given, contact.name),
        "contact_phone": values.optional(given, contact.phone),
    }
    if packet.expires_at is not None:
        # The last whole day: "up to and including" is then true at any hour of it, as in the mails.
        last = packet.expires_at.astimezone(AMSTERDAM).date() - timedelta(days=1)
        told["until"] = last.isoformat()
    return {key: value for key, value in told.items() if value is not None}
