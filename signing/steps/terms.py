"""What happens by itself when a term ends."""

from __future__ import annotations

from datetime import datetime

from signing import packet as rules
from signing.packet import Action, Status, move
from signing.services import Services
from signing.store import Transaction
from signing.tasks import Task

LAPSED = "packet:acknowledgement:lapsed"


def lapse(services: Services, packet_id: str, role: str = "") -> None:
    """The term of an acknowledgement is over: the packet is sealed with that field empty."""
    with services.store.write() as tx:
        packet, now = tx.packets.get(packet_id), services.clock()
        if packet.status is not Status.SIGNED:
            return
        ends = rules.acknowledgement_ends(packet)
        if ends is not None and now < ends:
            _wait_on(services, tx, Task("lapse", packet_id), now, ends)
        if ends is None or not rules.sealable(packet, now):
            return
        told = {event.actor for event in tx.trail.of(packet_id) if event.name == LAPSED}
        for recipient in packet.recipients:
            silent = recipient.action is Action.ACKNOWLEDGE and recipient.answer is None
            if silent and recipient.role not in told:
                facts = {"term_days": recipient.term_days}
                tx.trail.append(packet_id, LAPSED, recipient.role, facts, now)
        services.agenda.promise(tx.connection, Task("seal", packet_id))


def expire(services: Services, packet_id: str, role: str = "") -> None:
    """The term of the links is over and somebody never answered: the packet stops."""
    with services.store.write() as tx:
        packet, now = tx.packets.get(packet_id), services.clock()
        if packet.status is Status.SENT and packet.expires_at is not None and now < packet.expires_at:
            _wait_on(services, tx, Task("expire", packet_id), now, packet.expires_at)
        elif rules.expired(packet, now):
            tx.packets.save(move(packet, Status.EXPIRED))
            tx.trail.append(packet_id, "packet:expired", "service", {}, now)


def lay_aside(services: Services, packet_id: str, made_before: datetime) -> bool:
    """A packet that nobody sent in all that time stops; whether it did. What follows goes its usual way."""
    with services.store.write() as tx:
        packet, now = tx.packets.get(packet_id), services.clock()
        if not tx.erasures.unsent(made_before, packet_id):
            return False
        tx.packets.save(move(packet, Status.EXPIRED))
        tx.trail.append(packet_id, "packet:expired", "service", {"sent": False}, now)
    return True


def _wait_on(services: Services, tx: Transaction, task: Task, now: datetime, until: datetime) -> None:
    """Promises anew what woke too early, because a clock was set back."""
    later = Task(task.step, task.packet_id, again=f"{now:%Y%m%dT%H%M%S.%f}")
    services.agenda.promise(tx.connection, later, delay=until - now)
