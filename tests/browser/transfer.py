"""What goes over the network for a page, measured by Chromium itself; and slow networks to try."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page


@dataclass(frozen=True)
class Network:
    """A connection. ``latency`` in milliseconds per request, ``down`` and ``up`` in bytes per second."""

    name: str
    latency: float
    down: float
    up: float


# As the developer tools of Chromium have it: every request waits 3.75 round trips of 150 ms, as if each was
# the first one to its host.
SLOW_4G = Network("Slow 4G, developer tools", 562.5, 180_000, 84_375)
# As Lighthouse has it: a round trip of 150 ms; a first visit takes two more of them (TCP and TLS 1.3).
SLOW_4G_WARM = Network("Slow 4G, one round trip", 150, 204_800, 96_000)
SLOWER_PROCESSOR = 4  # times


class Meter:
    """Counts the bytes that a page receives from the network, headers included, cache excluded."""

    def __init__(self, page: Page) -> None:
        self.received = 0
        self.requests = 0
        self._session = page.context.new_cdp_session(page)
        self._session.on("Network.loadingFinished", self._finished)
        self._session.on("Network.requestWillBeSent", self._redirected)
        self._session.send("Network.enable")

    def slow_down(self, network: Network) -> None:
        """From now on: this network, and a processor that is four times slower."""
        self._session.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": network.latency,
                "downloadThroughput": network.down,
                "uploadThroughput": network.up,
            },
        )
        self._session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_PROCESSOR})

    def reset(self) -> None:
        """Starts counting again."""
        self.received = self.requests = 0

    def _finished(self, event: dict[str, Any]) -> None:
        self.received += int(event["encodedDataLength"])
        self.requests += 1

    def _redirected(self, event: dict[str, Any]) -> None:
        if "redirectResponse" in event:
            self.received += int(event["redirectResponse"]["encodedDataLength"])
            self.requests += 1
