"""Debian's Chromium under Playwright: one browser per test process, and an eye on all that its pages do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Request, sync_playwright
from playwright.sync_api import WebError as PageError

CHROMIUM = Path("/usr/bin/chromium")
LOOPBACK = "127.0.0.1"
LOCALHOST = "localhost"  # the same machine by name: a passkey belongs to a name
PATIENCE = 20_000  # milliseconds for one step; the machine may be busy
# No address but loopback has a name: what a page asks of another host never leaves, and fails.
_ARGUMENTS = [f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {LOOPBACK}, EXCLUDE {LOCALHOST}"]


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A headless Chromium.

    While it is open, its thread has a running event loop: keep other asyncio code out of that thread.
    """
    if not CHROMIUM.exists():
        raise FileNotFoundError(f"{CHROMIUM} is not there: install what .ci/debian-packages.txt lists.")
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's sandbox refuses root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*_ARGUMENTS, *as_root])
        try:
            yield browser
        finally:
            browser.close()


class Watch:
    """Notes everything that a page may not do: ask another host, log an error, break its own policy."""

    def __init__(self, context: BrowserContext) -> None:
        self.troubles: list[str] = []
        self.requests: list[str] = []
        self._refused: set[str] = set()  # pages that answered with an error status, as they should
        context.on("request", self._asked)
        context.on("console", self._logged)
        context.on("weberror", self._broke)

    def forgive(self, words: str) -> None:
        """Forgets what holds these words: the test made it happen."""
        self.troubles = [trouble for trouble in self.troubles if words not in trouble]

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in (
            LOOPBACK,
            LOCALHOST,
        ):
            self.troubles.append(f"a request to another host: {request.url}")
        if _is_of_page(request):
            self._refused.add(request.url)

    def _logged(self, message: ConsoleMessage) -> None:
        # Chromium logs the status of a page that says no; the page itself is under test for that.
        of_page = message.text.startswith("Failed to load resource: the server responded")
        if message.type == "error" and not (of_page and message.location["url"] in self._refused):
            self.troubles.append(f"the console says: {message.text} ({message.location['url']})")

    def _broke(self, error: PageError) -> None:
        self.troubles.append(f"a script broke: {error.error}")


def _is_of_page(request: Request) -> bool:
    try:
        return request.is_navigation_request()
    except Error:  # the page of the request is gone
        return False
