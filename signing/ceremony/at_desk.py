"""An answer at the desk: a colleague who logged in reads and presses, in place of whoever has the link.

The link stays with the contact person. What is kept of the answer is the same as with a link, with the name
of the account in the place of a name that came with the link.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from signing import packet as rules
from signing.audit import Value
from signing.ceremony.answers import REASONS, note_shown, press, refuse
from signing.ceremony.link import Evidence, facts
from signing.ceremony.view import View, view_for
from signing.packet import Packet, Recipient
from signing.services import Services
from signing.store import Transaction

PROOF = "desk-account"  # how it was checked who answered


@dataclass(frozen=True)
class Colleague:
    """Who answers for a recipient's organisation. ``account``: its id; ``function``: as the desk calls it."""

    account: str
    name: str
    function: str


def for_colleague(services: Services, packet_id: str, role: str) -> View:
    """What the page shows. Raises NotFound, AlreadyAnswered, PacketClosed, OutOfTurn."""
    with services.store.read() as tx:
        packet = tx.packets.get(packet_id)
        return view_for(services, tx, packet, _waiting(packet, role, services.clock()))


def acknowledge(
    services: Services,
    packet_id: str,
    role: str,
    evidence: Evidence,
    by: Colleague,
    *,
    agreed: bool,
    on_screen: tuple[str, ...],
) -> None:
    """The press of the button, with all that led to it in one go: the text stood above it.

    Raises as `for_colleague`, and ShownOtherwise, NotAgreed; then nothing is kept.
    """
    with services.store.write() as tx:
        packet, recipient, who, now = _introduced(services, tx, packet_id, role, evidence, by)
        packet = note_shown(tx, packet, recipient, who, now)
        press(services, tx, packet, packet.recipient(role), who, agreed, on_screen, now)


def withhold(
    services: Services, packet_id: str, role: str, evidence: Evidence, by: Colleague, *, reason: str
) -> None:
    """The colleague says no, with a reason from REASONS. Raises as `for_colleague`; ValueError."""
    if reason not in REASONS:
        raise ValueError(f"{reason!r} is not one of the reasons")
    with services.store.write() as tx:
        packet, recipient, who, now = _introduced(services, tx, packet_id, role, evidence, by)
        packet = note_shown(tx, packet, recipient, who, now)
        refuse(services, tx, packet, packet.recipient(role), {**who, "reason": reason}, now)


def _introduced(
    services: Services, tx: Transaction, packet_id: str, role: str, evidence: Evidence, by: Colleague
) -> tuple[Packet, Recipient, dict[str, Value], datetime]:
    """Who it is that answers, as facts of the trail."""
    packet, now = tx.packets.get(packet_id), services.clock()
    who: dict[str, Value] = {**facts(evidence, _waiting(packet, role, now)), "account": by.account}
    packet = rules.proven(rules.stated(packet, role, by.name, by.function), role, PROOF, now)
    tx.packets.save(packet)
    # "low": an organisation let this account in; nobody of this service saw who it is.
    tx.trail.append(
        packet.id, "recipient:identity:proven", role, {**who, "check": PROOF, "assurance": "low"}, now
    )
    said: dict[str, Value] = {"name": by.name, "function": by.function}
    tx.trail.append(packet.id, "recipient:person:stated", role, {**who, **said}, now)
    return packet, packet.recipient(role), who, now


def _waiting(packet: Packet, role: str, now: datetime) -> Recipient:
    return rules.may_answer(packet, role, packet.recipient(role).link_serial, now)
