"""Visitors with real browsers, a real service, and a desk whose clock can be moved."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from werkzeug.serving import WSGIRequestHandler, make_server

from signing.packet import Packet as DeskPacket
from signing.texts import PAGE_LANGUAGES, page_texts
from tests.browser.chromium import LOOPBACK, PATIENCE, Watch, open_browser
from tests.browser.hands import Hands, Keyboard, Pointer
from tests.browser.inspection import PHONE, Inspector
from tests.browser.letterbox import Letterbox
from tests.browser.referrer import Packet, Party, Referrer
from tests.browser.visitor import Visitor
from tests.service import Service
from tests.signing.web.desk import Desk, open_desk

SCREENS = "HUURZEGEL_SCREENS"  # a folder: then every page is photographed on the way

# All of these end with this folder: an open browser keeps an event loop, which other tests cannot bear.


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium per test process."""
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="package")
def inspector() -> Inspector:
    """Looks at every page once."""
    folder = os.environ.get(SCREENS)
    return Inspector(Path(folder) if folder else None)


@pytest.fixture(scope="package")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The real service in a process of its own."""
    with Service(tmp_path_factory.mktemp("service")) as started:
        yield started


@pytest.fixture(scope="package")
def letterbox(service: Service) -> Letterbox:
    """The mail of the real service; at a desk links alone are enough."""
    return Letterbox(service.folder / "mail")


@pytest.fixture(scope="package")
def referrer(service: Service) -> Referrer:
    """Who asks for packets."""
    return Referrer(service)


@pytest.fixture
def packet(referrer: Referrer) -> Packet:
    """A guidance agreement that waits for its parties; no other test touches it."""
    return referrer.packet()


@pytest.fixture
def party(referrer: Referrer) -> Party:
    """Somebody who was asked to sign; nobody stops its packet: another test has its other party."""
    return referrer.party()


@pytest.fixture(scope="package")
def open_packet(referrer: Referrer) -> Packet:
    """A packet to look at; nobody answers in it, and tests share it."""
    return referrer.packet()


class Visitors:
    """Lets people in, each with a browser of their own: no cookies, no memory of anyone else."""

    def __init__(self, browser: Browser, inspector: Inspector, letterbox: Letterbox) -> None:
        self._browser = browser
        self._inspector = inspector
        self._letterbox = letterbox
        self._inside: list[Visitor] = []

    def __call__(
        self,
        asked: str = "sign",
        *,
        keyboard: bool = False,
        javascript: bool = True,
        language: str = PAGE_LANGUAGES[0],
    ) -> Visitor:
        """A visitor whose link asks to ``sign`` or ``acknowledge``; ``language``: of the pages it reads."""
        context = self._browser.new_context(
            viewport=PHONE, java_script_enabled=javascript, locale="nl-NL", timezone_id="Europe/Amsterdam"
        )
        context.set_default_timeout(PATIENCE)
        hands: Hands = Keyboard() if keyboard else Pointer()
        page, watch = context.new_page(), Watch(context)
        texts = page_texts(language)
        looks = self._inspector if javascript else None
        visitor = Visitor(page, watch, hands, looks, texts, asked, self._letterbox, language)
        self._inside.append(visitor)
        return visitor

    def tab(self, visitor: Visitor) -> Visitor:
        """A second tab of the same person, with the same cookies."""
        page = visitor.page.context.new_page()
        return Visitor(
            page,
            visitor.watch,
            Pointer(),
            self._inspector,
            visitor.texts,
            visitor.asked,
            self._letterbox,
            visitor.language,
        )

    def leave(self) -> None:
        """Closes all browsers. Fails when a page did what it may not do, or is not what it must be."""
        for visitor in self._inside:
            visitor.page.context.close()
        troubles = [trouble for visitor in self._inside for trouble in visitor.watch.troubles]
        troubles += self._inspector.found()
        assert not troubles, "\n".join(troubles)


@pytest.fixture
def visitors(browser: Browser, inspector: Inspector, letterbox: Letterbox) -> Iterator[Visitors]:
    """Everybody who comes to the pages in a test."""
    inside = Visitors(browser, inspector, letterbox)
    yield inside
    inside.leave()


@pytest.fixture
def visitor(visitors: Visitors) -> Visitor:
    """One person with a phone who was asked to sign."""
    return visitors()


@dataclass(frozen=True)
class ServedDesk:
    """A desk behind a port, for states that a real service only reaches in weeks."""

    desk: Desk
    address: str

    def link(self, packet: DeskPacket, role: str) -> str:
        """The link to sign."""
        return f"{self.address}{self.desk.path(packet, role)}"


class _Quiet(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        """Nothing: a test says what it needs."""


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Serves a WSGI application on a free port; gives its address."""
    servers = []

    def start(application: object, port: int = 0) -> str:
        server = make_server(LOOPBACK, port, application, threaded=True, request_handler=_Quiet)  # type: ignore[arg-type]
        servers.append((server, threading.Thread(target=server.serve_forever)))
        servers[-1][1].start()
        return f"http://{LOOPBACK}:{server.server_port}"

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def served(tmp_path: Path, serve: Callable[..., str], inspector: Inspector) -> Iterator[ServedDesk]:
    """An empty desk with a browser's address."""
    with open_desk(tmp_path) as desk:
        address = serve(desk.app)
        inspector.is_stand_in(address)
        yield ServedDesk(desk, address)


@pytest.fixture
def desk_link(served: ServedDesk) -> str:
    """The link of a tenant to a desk: quickly there, with short documents."""
    return served.link(served.desk.packet(), "tenant")
