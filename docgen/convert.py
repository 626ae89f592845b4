"""DOCX to PDF by a pool of warm LibreOffices, each replaced when it fails, hangs or has grown."""

import os
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from docgen import worker
from docgen.container import check_docx
from docgen.errors import ConversionFault, ConversionTimeout, UnusableDocx
from docgen.worker import Answer, Worker

ATTEMPTS = 2  # the second on a fresh LibreOffice: the first may have been killed from outside
RECYCLE_AFTER = 1000  # documents; no leak was measured in 800, so this is insurance
RECYCLE_ABOVE = 700 * 1024 * 1024  # bytes of one LibreOffice; 250 MB is usual, one huge document can do this


class Office:
    """Up to ``workers`` LibreOffices that start when they are needed and stay warm.

    May be used from several threads; as many documents are converted at once as there are workers, the others
    wait. ``profiles`` is a folder of our own, shared by as many processes as like; ``timeout`` is in seconds,
    per attempt at a document. One that dies or hangs loses no document: it is tried once more on a fresh one.
    """

    def __init__(self, profiles: Path, timeout: float = 60, workers: int = 1) -> None:
        if workers < 1:
            raise ValueError(f"workers is {workers}: give 1 or more")
        self._profiles = profiles.absolute()
        self._timeout = timeout
        self.workers = workers
        self._lock = threading.RLock()
        self._open()

    def _open(self) -> None:
        self._owner = os.getpid()
        self._seats = [_Seat(self._profiles) for _ in range(self.workers)]
        # Last in, first out: a second LibreOffice only starts when two documents come at once.
        self._idle: queue.LifoQueue[_Seat] = queue.LifoQueue()
        for seat in self._seats:
            self._idle.put(seat)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every LibreOffice, after the document it is at; a later ``convert`` starts one again."""
        with self._lock:
            seats = [self._take() for _ in range(self.workers)]
            for seat in seats:
                seat.leave()
                self._idle.put(seat)

    def convert(self, docx: bytes) -> bytes:
        """The DOCX as tagged PDF/A-2 with its bookmarks as named destinations.

        Raises:
            UnusableDocx: no Word document, or one that points outside itself.
            ConversionTimeout: LibreOffice took too long twice; it was stopped.
            OfficeMissing: LibreOffice cannot be started.
            ConversionFault: LibreOffice failed on it twice.
        """
        check_docx(docx)
        with self._seat() as seat:
            answer = _insist(seat, docx, self._timeout)
        if answer.kind == worker.UNUSABLE:
            raise UnusableDocx(f"{answer.payload.decode()}: open it in Word and save it again.")
        if answer.kind != worker.PDF or not answer.payload.startswith(b"%PDF-"):
            failed = answer.kind == worker.FAILED
            reason = answer.payload.decode(errors="replace") if failed else "it ended without an answer"
            raise ConversionFault(f"LibreOffice failed twice on this document ({reason}): see the template.")
        return answer.payload

    @contextmanager
    def _seat(self) -> Iterator["_Seat"]:
        seat = self._take()
        try:
            yield seat
        finally:
            self._idle.put(seat)

    def _take(self) -> "_Seat":
        with self._lock:
            if self._owner != os.getpid():
                self._open()  # the process forked: the old seats and LibreOffices belong to the other one
        return self._idle.get()


class _Seat:
    """The place of one LibreOffice in the pool, empty until it is needed."""

    def __init__(self, profiles: Path) -> None:
        self._profiles = profiles
        self.worker: Worker | None = None

    def attempt(self, docx: bytes, timeout: float) -> Answer:
        """One try; on anything but an answer about this document the LibreOffice is gone afterwards."""
        try:
            answer = self._ready().convert(docx, timeout)
        except BaseException:  # the exchange was cut off halfway: the next one would read the wrong answer
            self.leave()
            raise
        if not _answers(answer):
            self.leave()
        return answer

    def _ready(self) -> Worker:
        if self.worker is not None and _is_worn(self.worker):
            self.leave()
        if self.worker is None:
            self.worker = Worker(self._profiles)
        return self.worker

    def leave(self) -> None:
        """End the LibreOffice, if there is one."""
        if self.worker is not None:
            self.worker.kill()
        self.worker = None


def _is_worn(old: Worker) -> bool:
    return old.converted >= RECYCLE_AFTER or old.memory > RECYCLE_ABOVE


def _answers(answer: Answer) -> bool:
    return answer.kind in (worker.PDF, worker.UNUSABLE)


def _insist(seat: _Seat, docx: bytes, timeout: float) -> Answer:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            answer = seat.attempt(docx, timeout)
        except ConversionTimeout:
            if attempt == ATTEMPTS:
                raise
            continue
        if _answers(answer):
            break
    return answer
