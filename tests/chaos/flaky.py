"""A line that fails: a TCP proxy in front of a real server that refuses, stalls and cuts at random.

What a server did before the line was cut stays done: that is the failure that makes people do things twice.
"""

from __future__ import annotations

import random
import socket
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Self

STALL = 20.0  # seconds; longer than anybody should wait for one answer
CHUNK = 65_536


@dataclass(frozen=True)
class Odds:
    """How often, of all connections, each thing happens; the rest goes well.

    ``refuse``: closed at once. ``stall``: taken, and no answer. ``cut_there``: closed after some bytes
    of the question. ``cut_back``: the server got the whole question, its answer is cut.
    """

    refuse: float = 0.1
    stall: float = 0.02
    cut_there: float = 0.1
    cut_back: float = 0.1


class FlakyLine:
    """Listens on a free loopback port, ``port``, and passes on to ``target`` as well as its odds allow.

    Every connection draws from its own random source, so that a seed gives the same series of failures.
    """

    def __init__(self, target: tuple[str, int], odds: Odds, seed: int) -> None:
        self._target, self._odds = target, odds
        self._random = random.Random(seed)  # noqa: S311  # failures, not secrets
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self.counts = {"well": 0, "refuse": 0, "stall": 0, "cut_there": 0, "cut_back": 0}
        self._ended = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._server.close()

    def _serve(self) -> None:
        while not self._ended.is_set():
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            fate, limit = self._draw()
            self.counts[fate] += 1
            threading.Thread(target=self._pass_on, args=(client, fate, limit), daemon=True).start()

    def _draw(self) -> tuple[str, int]:
        """What becomes of the next connection, and after how many bytes."""
        draw, limit = self._random.random(), self._random.choice((1, 40, 700, 9_000, 120_000))
        for fate in ("refuse", "stall", "cut_there", "cut_back"):
            draw -= getattr(self._odds, fate)
            if draw < 0:
                return fate, limit
        return "well", 0

    def _pass_on(self, client: socket.socket, fate: str, limit: int) -> None:
        with client:
            if fate == "refuse":
                _reset(client)
                return
            if fate == "stall":
                self._ended.wait(STALL)
                return
            try:
                server = socket.create_connection(self._target, timeout=10)
            except OSError:
                return
            with server:
                there = limit if fate == "cut_there" else None
                back = limit if fate == "cut_back" else None
                asking = threading.Thread(target=_pump, args=(client, server, there), daemon=True)
                asking.start()
                _pump(server, client, back)
                _reset(client) if back is not None else None
                asking.join(1)


def _pump(source: socket.socket, sink: socket.socket, limit: int | None) -> None:
    """Passes bytes on until one side ends, or ``limit`` bytes went by; then neither side hears any more."""
    left = limit
    try:
        while data := source.recv(CHUNK if left is None else min(CHUNK, left)):
            sink.sendall(data)
            if left is not None:
                left -= len(data)
                if left <= 0:
                    break
        if left is None or left > 0:
            sink.shutdown(socket.SHUT_WR)
            return
        # Who sent hears no more first: what the other side says of half a message never comes back.
        source.shutdown(socket.SHUT_RDWR)
        sink.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


def _reset(connection: socket.socket) -> None:
    """Ends it as a dead machine does: with a reset, not with a farewell."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
