"""What an answer brings about: the next invitations, the end of the agreement, the seal."""

from __future__ import annotations

from datetime import datetime

from signing import packet as rules
from signing.packet import Packet, Status
from signing.services import Services
from signing.store import Transaction
from signing.tasks import Task, invitation


def promise(services: Services, tx: Transaction, before: Packet, after: Packet, now: datetime) -> None:
    """Writes and promises what follows from an answer that stands, in the transaction of that answer."""
    if after.status is Status.SIGNED and before.status is Status.SENT:
        tx.trail.append(after.id, "packet:signed", "service", {}, now)
        if (ends := rules.acknowledgement_ends(after)) is not None:
            services.agenda.promise(tx.connection, Task("lapse", after.id), delay=ends - now)
    for recipient in rules.due(after):
        services.agenda.promise(tx.connection, invitation(after.id, recipient.role, recipient.link_serial))
    if rules.sealable(after, now):
        services.agenda.promise(tx.connection, Task("seal", after.id))
