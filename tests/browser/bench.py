"""``make bench-pages``: bytes and waiting time of every page on a slow phone, as a table."""

from __future__ import annotations

import os
import platform
import statistics
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page
from rich.console import Console
from rich.table import Table

from signing.texts import Texts
from tests.browser.chromium import PATIENCE, Watch, open_browser
from tests.browser.hands import Pointer
from tests.browser.inspection import PHONE
from tests.browser.letterbox import Letterbox
from tests.browser.referrer import Referrer
from tests.browser.transfer import SLOW_4G, SLOW_4G_WARM, SLOWER_PROCESSOR, Meter, Network
from tests.browser.visitor import Visitor
from tests.service import Service

ROUNDS = 5
# No page waits for a script: it can be used when its text is painted and its forms are whole.
_TIMES = """() => new Promise(resolve => {
  const told = () => {
    const [page] = performance.getEntriesByType('navigation')
    const [paint] = performance.getEntriesByName('first-contentful-paint')
    if (!paint || !page.loadEventEnd) return setTimeout(told, 20)
    resolve([page.responseStart, paint.startTime, Math.max(paint.startTime, page.domContentLoadedEventEnd)])
  }
  told()
})"""


@dataclass(frozen=True)
class Measured:
    """One page once: requests, bytes received, and milliseconds to first byte, first text and use."""

    page: str
    requests: int
    received: int
    first_byte: float
    first_text: float
    usable: float


class _Silent:
    """Stands in for the inspector, who would cost time."""

    def inspect(self, page: Page, name: str) -> None:
        """Nothing."""


def main() -> None:
    """Measures and prints."""
    console = Console(width=110)
    with tempfile.TemporaryDirectory() as folder, Service(Path(folder)) as service, open_browser() as browser:
        referrer, letterbox = Referrer(service), Letterbox(service.folder / "mail")
        for network in (SLOW_4G, SLOW_4G_WARM):
            links = [referrer.tenant().link for _ in range(ROUNDS)]
            rounds = [list(_walk(browser, link, network, letterbox)) for link in links]
            console.print(_table(network, rounds))
        version = browser.version
    console.print(
        f"Chromium {version}, {os.cpu_count()} x {platform.machine()} made {SLOWER_PROCESSOR} times slower, "
        f"service on the same machine; medians of {ROUNDS} visits that start without a cache."
    )


def _walk(browser: Browser, link: str, network: Network, letterbox: Letterbox) -> Iterator[Measured]:
    context = browser.new_context(viewport=PHONE, locale="nl-NL")
    context.set_default_timeout(PATIENCE * 3)
    page = context.new_page()
    meter = Meter(page)
    meter.slow_down(network)
    silent: Any = _Silent()
    visitor = Visitor(page, Watch(context), Pointer(), silent, Texts(), letterbox=letterbox)
    visitor.opens(link)
    yield _measured("welcome", page, meter)
    for name, step in _STEPS.items():
        step(visitor, link)
        yield _measured(name, page, meter)
    context.close()


def _sign(visitor: Visitor, _: str) -> None:
    visitor.ticks()
    visitor.presses("sign.button_sign")


_STEPS: dict[str, Callable[[Visitor, str], None]] = {
    "prove": lambda visitor, _: visitor.presses("welcome.button"),
    "in short": lambda visitor, link: visitor.types_the_code(link),
    "read": lambda visitor, _: visitor.goes_on_from_the_explanation(),
    "choose": lambda visitor, _: visitor.presses("read.button"),
    "sign": lambda visitor, _: visitor.follows("choose.yes_sign"),
    "done": _sign,
}


def _measured(name: str, page: Page, meter: Meter) -> Measured:
    first_byte, first_text, usable = page.evaluate(_TIMES)
    found = Measured(name, meter.requests, meter.received, first_byte, first_text, usable)
    meter.reset()
    return found


def _table(network: Network, rounds: list[list[Measured]]) -> Table:
    title = f"{network.name}: {network.latency} ms per request, {network.down / 1000:.0f} kB/s"
    table = Table("page", "requests", "kB", "first byte, ms", "first text, ms", "usable, ms", title=title)
    for visits in zip(*rounds, strict=True):
        times = [[getattr(v, part) for v in visits] for part in ("first_byte", "first_text", "usable")]
        received = statistics.median(v.received for v in visits) / 1000
        shown = (f"{statistics.median(values):.0f}" for values in times)
        table.add_row(visits[0].page, str(visits[0].requests), f"{received:.1f}", *shown)
    total = statistics.median(sum(v.received for v in visits) for visits in rounds) / 1000
    table.add_row("all", "", f"{total:.1f}", "", "", "", style="bold")
    return table


if __name__ == "__main__":
    main()
