"""The services elsewhere that steps depend on, and how each has been of late in this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from signing.breaker import Breaker
from signing.errors import NotFound
from signing.services import Services

# By step, the peer that it cannot do without; a code goes by mail or SMS, and few are waiting at a time.
PEER = {
    "invite": "mail", "ask": "mail", "copy": "mail", "tell": "mail", "remind": "mail", "warn": "mail",
    "apply": "timestamps", "seal": "timestamps", "archive": "timestamps", "renew": "timestamps",
    "deliver": "archive", "redeliver": "archive",
    "alert": "alert",
}  # fmt: skip


class Peers:
    """The breakers of one process; threads share it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._breakers: dict[str, Breaker] = {}
        self._reasons: dict[str, str] = {}

    def why_not(self, peer: str) -> str | None:
        """None when the peer may be asked now; while its circuit is open, how it failed last."""
        with self._lock:
            allowed, after = self._breakers.get(peer, Breaker()).ask(self._clock())
            self._breakers[peer] = after
            return None if allowed else self._reasons[peer]

    def answered(self, peer: str) -> None:
        """It did what was asked, or said why it does not."""
        with self._lock:
            self._breakers.pop(peer, None)

    def failed(self, peer: str, reason: str) -> None:
        """It could not be reached, or could not do anything for anybody; ``reason``: for the stuck list."""
        with self._lock:
            self._reasons[peer] = reason
            self._breakers[peer] = self._breakers.get(peer, Breaker()).failed(self._clock())


def peer_of(services: Services, step: str, packet_id: str) -> str | None:
    """What a step depends on; of archives, that of the packet's corporation. None: nothing, or not known."""
    peer = PEER.get(step)
    if peer != "archive":
        return peer
    try:
        with services.store.read() as tx:
            return f"archive:{tx.packets.get(packet_id).corporation}"
    except NotFound:
        return None
