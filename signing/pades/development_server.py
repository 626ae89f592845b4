"""Serves a development PKI on loopback: TSA, OCSP, CRLs and issuers' certificates.

Several processes may serve one folder. A lock on the folder decides: its holder answers, the others wait for
it. When the holder ends, however it ends, the system frees the lock and another takes over within a second.
"""

from __future__ import annotations

import fcntl
import http.client
import os
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from signing.pades import responders
from signing.pades.development import DevelopmentPki
from signing.pades.errors import DevelopmentPkiError

LONGEST_REQUEST = 64 * 1024
TAKE_OVER_SECONDS = 0.25
START_SECONDS = 10.0

Answer = tuple[int, str, bytes]


class DevelopmentServer:
    """Answers on 127.0.0.1 until ``close``, or stands by while another process does; a context manager."""

    def __init__(self, pki: DevelopmentPki, clock: Callable[[], datetime]) -> None:
        self._pki = pki
        self._services = _Services(pki, clock)
        self._stopped = threading.Event()
        self._took_over = threading.Event()
        self._lock = os.open(pki.folder / "serving.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._http: _LoopbackServer | None = None
        self._waiting: threading.Thread | None = None

    def start(self) -> None:
        """Serve, or see that another process does; raises ``DevelopmentPkiError`` when neither works."""
        deadline = time.monotonic() + START_SECONDS
        while not self._take_over():
            if self._answered():
                self._waiting = threading.Thread(target=self._stand_by, name="development-pki", daemon=True)
                self._waiting.start()
                return
            if time.monotonic() > deadline:
                raise DevelopmentPkiError(
                    f"another process holds {self._pki.folder / 'serving.lock'}, but {self._pki.base_url} "
                    "does not answer for this PKI; end that process"
                )
            time.sleep(0.05)

    @property
    def serving(self) -> bool:
        """Whether it is this object that answers."""
        return self._http is not None

    def wait_until_serving(self, timeout: float) -> None:
        """Wait (seconds) until this object took over; raises ``DevelopmentPkiError`` when it did not."""
        if not self._took_over.wait(timeout):
            raise DevelopmentPkiError(f"another process still serves {self._pki.base_url} after {timeout} s")

    def close(self) -> None:
        """Stop answering or standing by; calling it twice is fine."""
        if self._stopped.is_set():
            return
        self._stopped.set()
        if self._waiting is not None:
            self._waiting.join()
        if self._http is not None:
            self._http.stop()
            self._http = None
        os.close(self._lock)

    def __enter__(self) -> DevelopmentServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _take_over(self) -> bool:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        try:
            self._http = _LoopbackServer(self._pki.port, self._services)
        except OSError as error:
            fcntl.flock(self._lock, fcntl.LOCK_UN)
            raise DevelopmentPkiError(
                f"127.0.0.1:{self._pki.port}, which the certificates in {self._pki.folder} name, is in use "
                f"by another program ({error.strerror}); end that program or use another folder"
            ) from error
        self._took_over.set()
        return True

    def _stand_by(self) -> None:
        while not self._stopped.wait(TAKE_OVER_SECONDS):
            try:
                if self._take_over():
                    return
            except DevelopmentPkiError:
                # The port of a server that just ended can stay taken for a moment; try again.
                continue

    def _answered(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self._pki.port, timeout=1)
        try:
            connection.request("GET", "/ca/root")
            return connection.getresponse().read() == self._services.certificate("root")
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def serve(pki: DevelopmentPki, clock: Callable[[], datetime]) -> DevelopmentServer:
    """Serve ``pki`` in a daemon thread; ``clock`` gives aware UTC for every answer.

    Raises ``DevelopmentPkiError`` when the PKI's port is taken by another program.
    """
    server = DevelopmentServer(pki, clock)
    try:
        server.start()
    except DevelopmentPkiError:
        server.close()
        raise
    return server


class _Services:
    """The answers by path; keys are read once."""

    def __init__(self, pki: DevelopmentPki, clock: Callable[[], datetime]) -> None:
        self._pki = pki
        self._clock = clock
        self._issuers = {name: pki.issuer(name) for name in ("root", "issuing")}
        self._tsa = pki.entity("tsa")
        self._responder = pki.entity("ocsp")

    def certificate(self, name: str) -> bytes:
        return self._issuers[name].certificate.public_bytes(Encoding.DER)

    def get(self, path: str) -> Answer:
        kind, _, name = path.strip("/").partition("/")
        if name not in self._issuers or kind not in ("crl", "ca"):
            return 404, "text/plain", b"no such path\n"
        if kind == "ca":
            return 200, "application/pkix-cert", self.certificate(name)
        body = responders.crl(self._issuers[name], self._pki.revoked(), self._clock())
        return 200, "application/pkix-crl", body

    def post(self, path: str, body: bytes) -> Answer:
        if path == "/tsa":
            return (
                200,
                "application/timestamp-reply",
                responders.timestamp_reply(body, self._tsa, self._clock()),
            )
        if path == "/ocsp/issuing":
            issuer = self._issuers["issuing"]
            reply = responders.ocsp_reply(body, issuer, self._responder, self._pki.revoked(), self._clock())
            return 200, "application/ocsp-response", reply
        return 404, "text/plain", b"no such path\n"


class _LoopbackServer(ThreadingHTTPServer):
    daemon_threads = True
    # A port in TIME_WAIT is free; a port that someone listens on is still refused.
    allow_reuse_address = True

    def __init__(self, port: int, services: _Services) -> None:
        self.services = services
        self._connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Handler)
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.05}, name="development-pki", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()
        # Connections are kept alive, and their threads would answer on after the end.
        for connection in list(self._connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing when a client or ``stop`` broke the connection."""


class _Handler(BaseHTTPRequestHandler):
    server: _LoopbackServer
    protocol_version = "HTTP/1.1"
    # Head and body go out as two small packets: waiting to join them would cost 40 ms per answer.
    disable_nagle_algorithm = True
    timeout = 60

    def do_GET(self) -> None:
        self._answer(*self.server.services.get(self.path))

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LONGEST_REQUEST:
            self.close_connection = True
            self._answer(413, "text/plain", b"a length of at most 64 KiB is needed\n")
            return
        self._answer(*self.server.services.post(self.path, self.rfile.read(int(length))))

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Write no access log."""
