"""Whoever got a letter types its code, and goes on through the same pages."""

from __future__ import annotations

from signing import packet as rules
from signing.audit import Value
from signing.ceremony.link import Door, Evidence, facts
from signing.errors import CodeWrong, LinkRevoked
from signing.identity import letter_code
from signing.links import Purpose
from signing.services import Services
from signing.store import PaperLetter, Transaction


def by_letter(services: Services, evidence: Evidence, *, typed: str) -> tuple[str, Door]:
    """The link that the code on a letter stands for, and the door whose mark this browser gets.

    The code is the proof that the letter arrived: no other one is asked. Raises CodeWrong for no code of a
    letter, LinkRevoked for one of an older letter's link, and as `signing.ceremony.welcome`.
    """
    digests = (letter_code.digest(typed, secret) for secret in services.secrets)
    wanted = tuple(digest for digest in digests if digest is not None)
    with services.store.write() as tx:
        letter = tx.letters.find(wanted) if wanted else None
        if letter is None:
            raise CodeWrong(0)
        return _let_in(services, tx, letter, evidence)


def _let_in(services: Services, tx: Transaction, letter: PaperLetter, evidence: Evidence) -> tuple[str, Door]:
    packet, now = tx.packets.get(letter.packet_id), services.clock()
    if packet.recipient(letter.role).link_serial != letter.link_serial:
        raise LinkRevoked()
    recipient = rules.may_answer(packet, letter.role, letter.link_serial, now)
    proven = rules.proven(rules.opened(packet, recipient.role, now), recipient.role, letter_code.NAME, now)
    tx.packets.save(proven)
    told: dict[str, Value] = {
        **facts(evidence, recipient),
        "check": letter_code.NAME,
        "assurance": letter_code.LETTER_CODE.assurance,
    }
    tx.trail.append(packet.id, "recipient:identity:proven", recipient.role, told, now)
    made_at = packet.sent_at or now
    token = services.links.make(Purpose.SIGN, packet.id, recipient.role, recipient.link_serial, made_at)
    return token, Door(packet.id, recipient.role, recipient.link_serial)
