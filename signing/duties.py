"""What has to be promised for a packet as it stands; a promise that is nowhere is lost, and made again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from signing import changes
from signing import packet as rules
from signing.packet import Packet, Recipient, Status
from signing.tasks import Task

# Packets that wait for something; the others are where they end.
OPEN = (Status.DRAFT, Status.READY, Status.SENT, Status.SIGNED, Status.SEALED, Status.ARCHIVED)


@dataclass(frozen=True)
class Open:
    """A packet that waits for something, and what decides for what beside its own state.

    ``handed_over``: its package waits for a person of the corporation; ``confirmed_by``: the role of that
    person, who has it now.
    """

    packet: Packet
    send_when_ready: bool = True
    handed_over: bool = False
    confirmed_by: str | None = None


@dataclass(frozen=True)
class Duty:
    """A task that is promised, stuck or given up, or else lost. ``at``: when it is due; None: now.

    ``kept_by``: how the names of tasks begin whose promise is as good, because they come before or after it.
    """

    task: Task
    at: datetime | None = None
    kept_by: tuple[str, ...] = ()

    def kept(self, tasks: Iterable[Task]) -> bool:
        """Whether one of these tasks keeps it."""
        return any(
            task.packet_id == self.task.packet_id
            and (task.name == self.task.name or task.name.startswith(self.kept_by))
            for task in tasks
        )


def duties(waiting: Open, now: datetime) -> tuple[Duty, ...]:
    """Everything that follows from the state of the packet."""
    return tuple(_duties(waiting, now))


def of_batch(batch_id: str, following: int | None, forget_at: datetime) -> tuple[Duty, ...]:
    """What follows from a file with a packet in each row. ``following``: the row that is to be made next."""
    forgets = Duty(Task("forget", batch_id), forget_at)
    if following is None:
        return (forgets,)
    return (Duty(Task("row", batch_id, str(following)), kept_by=("row:",)), forgets)


def _duties(waiting: Open, now: datetime) -> Iterator[Duty]:
    packet = waiting.packet
    simple = {Status.DRAFT: "generate", Status.SEALED: "archive"}
    if packet.status in simple:
        yield Duty(Task(simple[packet.status], packet.id))
    if packet.status is Status.READY and waiting.send_when_ready:
        yield Duty(Task("send", packet.id))
    if packet.status is Status.ARCHIVED:
        yield from _delivery(waiting)
    if packet.status in (Status.SENT, Status.SIGNED):
        yield from _ceremony(packet, now)


def _delivery(waiting: Open) -> Iterator[Duty]:
    if not waiting.handed_over:
        yield Duty(Task("deliver", waiting.packet.id))
    elif waiting.confirmed_by is not None:
        yield Duty(Task("conclude", waiting.packet.id, waiting.confirmed_by))


def _ceremony(packet: Packet, now: datetime) -> Iterator[Duty]:
    for recipient in rules.due(packet):
        yield Duty(Task("invite", packet.id, recipient.role))
    for recipient in packet.recipients:
        if recipient.agreed and recipient.applied_at is None:
            yield Duty(Task("apply", packet.id, recipient.role))
        yield from _reminder(packet, recipient, now)
    ends = packet.expires_at if packet.status is Status.SENT else None
    if ends is not None and (now < ends or rules.expired(packet, now)):
        yield Duty(Task("expire", packet.id), ends)
    if packet.status is Status.SIGNED:
        yield from _end(packet, now)


def _reminder(packet: Packet, recipient: Recipient, now: datetime) -> Iterator[Duty]:
    """The next reminder; the one before it, which is late, promises it by itself."""
    if recipient.invited_at is None or recipient.answer is not None or recipient.revoked_at is not None:
        return
    chain = f"{recipient.role}:{recipient.link_serial}:"
    for number in range(1, len(changes.REMINDERS) + 1):
        due = changes.reminder_due(recipient, number)
        if due is not None and now < due:
            yield Duty(Task("remind", packet.id, f"{chain}{number}"), due, kept_by=(f"remind:{chain}",))
            return


def _end(packet: Packet, now: datetime) -> Iterator[Duty]:
    ends = rules.acknowledgement_ends(packet)
    if ends is not None:
        yield Duty(Task("lapse", packet.id), ends, kept_by=("seal",) if ends <= now else ())
    elif rules.sealable(packet, now):
        yield Duty(Task("seal", packet.id))
