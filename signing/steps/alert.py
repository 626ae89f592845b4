"""The alert that a step of a packet waits for a human."""

from __future__ import annotations

from signing.services import Services


def alert(services: Services, packet_id: str, role: str) -> None:
    """Tells the operator's system what is stuck, unless somebody was quicker. ``role``: the stuck step.

    The packet's id, the step and the class of the failure go along; no name, address or reference does.
    """
    with services.store.read() as tx:
        waiting = tx.attention.all()
    stuck = next((each for each in waiting if (each.packet_id, each.step) == (packet_id, role)), None)
    if stuck is None or services.alarm is None:
        return
    facts = {
        "event": "stuck",
        "packet": packet_id,
        "step": stuck.step,
        "failure": stuck.reason.partition(":")[0],
        "since": stuck.since.isoformat(),
        "waiting": len(waiting),
    }
    services.alarm.tell(f"{packet_id}:{stuck.step}:{stuck.attempt}", facts)
