"""How many strangers' files are judged at the same time: a few, with a few more waiting."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 2
WAITING = 2
PATIENCE = 30.0  # seconds

_inside = threading.BoundedSemaphore(AT_ONCE)
_queue = threading.BoundedSemaphore(AT_ONCE + WAITING)


class Busy(Exception):
    """Too many are inside or waiting; come back later."""


@contextmanager
def judging() -> Iterator[None]:
    """One place inside; raises ``Busy`` at once when there is no place to wait either."""
    if not _queue.acquire(blocking=False):
        raise Busy()
    try:
        if not _inside.acquire(timeout=PATIENCE):
            raise Busy()
        try:
            yield
        finally:
            _inside.release()
    finally:
        _queue.release()
