"""A time-stamping authority that answers what a test wants it to answer."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asn1crypto import tsp

from signing.pades.der import elements
from signing.pades.responders import timestamp_reply
from tests.pki import ServedPki
from tests.signing.pades.surgery import joined, written_longer

REPLY = "application/timestamp-reply"
Answer = tuple[int, str, bytes]


@contextmanager
def answering(reply: Callable[[bytes], Answer]) -> Iterator[str]:
    """The URL of a server that answers with ``reply(question)`` until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, kind, body = reply(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:  # a client that no longer waits
                return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with _running(server):
        yield f"http://127.0.0.1:{server.server_port}/"


@dataclass
class Recorder:
    """A good authority that keeps what it was asked; ``wanted`` headers, or it answers 401."""

    pki: ServedPki
    wanted: dict[str, str] = field(default_factory=dict)
    heard: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    connections: int = 0

    @contextmanager
    def serving(self, context: ssl.SSLContext | None = None, *, once: bool = False) -> Iterator[str]:
        """Its URL; with ``context`` over TLS; ``once``: it ends every connection after its answer, unsaid."""
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                recorder.connections += 1
                super().setup()

            def do_POST(self) -> None:
                question = self.rfile.read(int(self.headers["Content-Length"]))
                recorder.heard.append((self.path, dict(self.headers)))
                allowed = all(self.headers[name] == value for name, value in recorder.wanted.items())
                body = right_answer(recorder.pki, question) if allowed else b""
                self.send_response(200 if allowed else 401)
                self.send_header("Content-Type", REPLY)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                self.close_connection = once

            def log_message(self, format: str, *args: object) -> None:
                return

            def handle(self) -> None:
                try:
                    super().handle()
                except OSError:
                    return

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        with _running(server):
            yield f"{'https' if context else 'http'}://127.0.0.1:{server.server_port}/tsa"


@contextmanager
def _running(server: ThreadingHTTPServer) -> Iterator[None]:
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def right_answer(pki: ServedPki, question: bytes, clock: Callable[[], datetime] | None = None) -> bytes:
    """What the good authority would answer."""
    return timestamp_reply(question, pki.pki.entity("tsa"), (clock or pki.clock)())


def wrong_answers(good: ServedPki, rogue: ServedPki) -> dict[str, Callable[[bytes], Answer]]:
    """Ways to answer wrongly, by name."""

    def other_nonce(question: bytes) -> Answer:
        asked = tsp.TimeStampReq.load(question)
        asked["nonce"] = asked["nonce"].native + 1
        return 200, REPLY, right_answer(good, asked.dump(force=True))

    def other_document(question: bytes) -> Answer:
        asked = tsp.TimeStampReq.load(question)
        asked["message_imprint"]["hashed_message"] = bytes(32)
        return 200, REPLY, right_answer(good, asked.dump(force=True))

    def no_certificate(question: bytes) -> Answer:
        asked = tsp.TimeStampReq.load(question)
        asked["cert_req"] = False
        return 200, REPLY, right_answer(good, asked.dump(force=True))

    def flipped(question: bytes) -> Answer:
        answer = bytearray(right_answer(good, question))
        answer[-1] ^= 1
        return 200, REPLY, bytes(answer)

    def tomorrow() -> datetime:
        return good.clock() + timedelta(days=1)

    def slow(question: bytes) -> Answer:
        time.sleep(3)
        return 200, REPLY, right_answer(good, question)

    def in_another_form(question: bytes) -> Answer:
        status, token = elements(answer := right_answer(good, question), 2)
        return 200, REPLY, joined(answer, [status, written_longer(token)])

    def not_for_timestamps(question: bytes) -> Answer:
        return 200, REPLY, timestamp_reply(question, good.pki.entity("ocsp"), good.clock())

    return {
        "an error page": lambda _: (500, "text/html", b"<h1>500</h1>"),
        "a web page": lambda _: (200, "text/html", b"<h1>welcome</h1>"),
        "a redirection": lambda _: (302, REPLY, b""),
        "nothing": lambda _: (200, REPLY, b""),
        "noise": lambda _: (200, REPLY, bytes(range(256)) * 8),
        "far too much": lambda _: (200, REPLY, bytes(300 * 1024)),
        "a rejection": lambda _: (200, REPLY, timestamp_reply(b"?", good.pki.entity("tsa"), good.clock())),
        "another nonce": other_nonce,
        "another document": other_document,
        "no certificate": no_certificate,
        "a flipped byte": flipped,
        "a token in another form than DER": in_another_form,
        "another authority": lambda asked: (200, REPLY, right_answer(rogue, asked)),
        "a certificate for something else": not_for_timestamps,
        "a clock that is a day fast": lambda asked: (200, REPLY, right_answer(good, asked, tomorrow)),
        "nothing in time": slow,
    }
