"""Tells webhooks of every change, in the transaction of the change: none is missed, and none made up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from signing.hook import TOLD, posting
from signing.store import Store, Transaction
from signing.tasks import Agenda, Task


def connect(store: Store, agenda: Agenda, clock: Callable[[], datetime]) -> None:
    """From now on, what is added to an audit trail is noted for the hooks of its client, and promised."""

    def announce(tx: Transaction) -> None:
        told = [event for event in tx.trail.added if event.name in TOLD]
        for packet_id in {event.packet_id for event in told}:
            hooks, reference = tx.hooks.of_packet(packet_id)
            for event in (event for event in told if event.packet_id == packet_id):
                for hook in hooks:
                    new = posting(hook, event, reference)
                    if new is not None:
                        tx.hooks.note(new)
                        agenda.promise(tx.connection, Task("post", packet_id, new.id))

    store.listener = announce
