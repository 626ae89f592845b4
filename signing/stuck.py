"""What a human decides about stuck work: another try, or none any more."""

from __future__ import annotations

from dataclasses import replace

from signing.audit import Value
from signing.errors import NotFound
from signing.services import Services
from signing.store import Stuck
from signing.tasks import Task


def waiting(services: Services) -> tuple[Stuck, ...]:
    """All work that waits for a human, oldest first."""
    with services.store.read() as tx:
        return tx.attention.all()


def one(services: Services, packet_id: str, step: str) -> Stuck:
    """Work that waits for a human. Raises NotFound when it is not on the list."""
    with services.store.read() as tx:
        found = next((each for each in tx.attention.all(packet_id) if each.step == step), None)
    if found is None:
        raise NotFound(f"Packet {packet_id} has no stuck step {step!r}.")
    return found


def try_again(services: Services, packet_id: str, step: str) -> None:
    """Takes a stuck task off the list and promises it anew, also one that was given up.

    Raises NotFound when it is not on the list.
    """
    with services.store.write() as tx:
        stuck = tx.attention.take(packet_id, step)
        if stuck is None:
            raise NotFound(f"Packet {packet_id} has no stuck step {step!r}.")
        name, _, role = step.partition(":")
        services.agenda.promise(tx.connection, Task(name, packet_id, role), attempt=stuck.attempt + 1)


def give_up(services: Services, packet_id: str, step: str, *, by: str | None = None) -> None:
    """Takes a stuck task off the list for good: nothing tries it again, and the audit trail says so.

    What the step was for does not happen: somebody does it by hand, or the packet stays as it is. ``by``:
    whose account said so; None on the operator's own command line.
    Raises NotFound when it is not on the list.
    """
    with services.store.write() as tx:
        tx.packets.get(packet_id)
        stuck = next((each for each in tx.attention.all(packet_id) if each.step == step), None)
        if stuck is None:
            raise NotFound(f"Packet {packet_id} has no stuck step {step!r}.")
        now = services.clock()
        tx.attention.put(replace(stuck, given_up_at=now))
        facts: dict[str, Value] = {"step": step, "failure": stuck.reason.partition(":")[0]}
        if by is not None:
            facts["account"] = by
        tx.trail.append(packet_id, "packet:work:abandoned", "service", facts, now)
