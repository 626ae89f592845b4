"""What happens by itself when a term ends."""

from __future__ import annotations

from signing import packet as rules
from signing.packet import Action, Status, move
from signing.services import Services
from signing.tasks import Task


def lapse(services: Services, packet_id: str, role: str = "") -> None:
    """The term of an acknowledgement is over: the packet is sealed with that field empty."""
    now = services.clock()
    with services.store.write() as tx:
        packet = tx.packets.get(packet_id)
        if packet.status is not Status.SIGNED or not rules.sealable(packet, now):
            return
        for recipient in packet.recipients:
            if recipient.action is Action.ACKNOWLEDGE and recipient.answer is None:
                facts = {"term_days": recipient.term_days}
                tx.trail.append(packet_id, "packet:acknowledgement:lapsed", recipient.role, facts, now)
        services.agenda.promise(tx.connection, Task("seal", packet_id))


def expire(services: Services, packet_id: str, role: str = "") -> None:
    """The term of the links is over and somebody never answered: the packet stops."""
    now = services.clock()
    with services.store.write() as tx:
        packet = tx.packets.get(packet_id)
        if rules.expired(packet, now):
            tx.packets.save(move(packet, Status.EXPIRED))
            tx.trail.append(packet_id, "packet:expired", "service", {}, now)
