"""A mail server that keeps what it gets, and the letterbox that people take their links from."""

from __future__ import annotations

import queue
import threading
from collections import Counter
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from signing.mailbox import links_in
from tests.signing.archive.servers import free_port


class PostOffice:
    """Takes mail on a free loopback port; every new link to sign by comes out of ``links`` once."""

    def __init__(self) -> None:
        self.links: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.copies: set[str] = set()
        self.arrivals: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._seen: set[str] = set()
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._controller.port
        return port

    @property
    def again(self) -> int:
        """How many mails came that had come before: the same message, by its Message-ID."""
        return sum(number - 1 for number in self.arrivals.values())

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Called by the server when a whole mail is there."""
        content = envelope.content
        assert isinstance(content, bytes)
        mail = BytesParser(policy=policy.default).parsebytes(content)
        with self._lock:
            self.arrivals[str(mail["Message-ID"])] += 1
            for link in _links(mail):
                if link not in self._seen:
                    self._seen.add(link)
                    self._sort(link)
        return "250 2.0.0 kept"

    def _sort(self, link: str) -> None:
        if urlsplit(link).path.startswith("/s/"):
            self.links.put(link)
        elif urlsplit(link).path.startswith("/k/"):
            self.copies.add(link)


def _links(mail: EmailMessage) -> tuple[str, ...]:
    body = mail.get_body(("plain",))
    return () if body is None else links_in(str(body.get_content()))
