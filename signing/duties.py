"""What has to be promised for a packet as it stands; a promise that is nowhere is lost, and made again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from signing import packet as rules
from signing.packet import Packet, Status
from signing.tasks import Task

# Packets that wait for something; the others are where they end.
OPEN = (Status.DRAFT, Status.READY, Status.SENT, Status.SIGNED, Status.SEALED, Status.ARCHIVED)


@dataclass(frozen=True)
class Duty:
    """A task that is promised, stuck or given up, or else lost. ``at``: when it is due; None: now.

    ``kept_by``: steps whose promise is as good, because they come after it.
    """

    task: Task
    at: datetime | None = None
    kept_by: tuple[str, ...] = ()

    def kept(self, tasks: Iterable[Task]) -> bool:
        """Whether one of these tasks keeps it."""
        return any(
            task.packet_id == self.task.packet_id
            and (task.name == self.task.name or task.step in self.kept_by)
            for task in tasks
        )


def duties(packet: Packet, now: datetime, *, send_when_ready: bool) -> tuple[Duty, ...]:
    """Everything that follows from the state of the packet alone."""
    return tuple(_duties(packet, now, send_when_ready))


def _duties(packet: Packet, now: datetime, send_when_ready: bool) -> Iterator[Duty]:
    simple = {Status.DRAFT: "generate", Status.SEALED: "archive", Status.ARCHIVED: "deliver"}
    if packet.status in simple:
        yield Duty(Task(simple[packet.status], packet.id))
    if packet.status is Status.READY and send_when_ready:
        yield Duty(Task("send", packet.id))
    if packet.status not in (Status.SENT, Status.SIGNED):
        return
    for recipient in rules.due(packet):
        yield Duty(Task("invite", packet.id, recipient.role))
    for recipient in packet.recipients:
        if recipient.agreed and recipient.applied_at is None:
            yield Duty(Task("apply", packet.id, recipient.role))
    ends = packet.expires_at if packet.status is Status.SENT else None
    if ends is not None and (now < ends or rules.expired(packet, now)):
        yield Duty(Task("expire", packet.id), ends)
    if packet.status is Status.SIGNED:
        yield from _end(packet, now)


def _end(packet: Packet, now: datetime) -> Iterator[Duty]:
    ends = rules.acknowledgement_ends(packet)
    if ends is not None:
        yield Duty(Task("lapse", packet.id), ends, kept_by=("seal",) if ends <= now else ())
    elif rules.sealable(packet, now):
        yield Duty(Task("seal", packet.id))
