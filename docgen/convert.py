"""DOCX to PDF through a LibreOffice that stays warm in a process group of its own."""

import contextlib
import fcntl
import os
import shutil
import signal
import struct
import subprocess
import threading
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from docgen.container import check_docx
from docgen.errors import ConversionFault, ConversionTimeout, OfficeMissing, UnusableDocx

PYTHON = Path("/usr/bin/python3")  # Debian's own: the one that has uno
SOFFICE = Path("/usr/lib/libreoffice/program/soffice.bin")
WORKER = Path(__file__).with_name("office.py")

RECYCLE_AFTER = 1000  # documents; no leak was measured in 800, so this is insurance
HEADER = struct.Struct(">cI")

# Without BlockUntrustedRefererLinks a linked picture makes LibreOffice fetch a URL or read a local file.
PROFILE_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""


class _Slot:
    """A folder for one LibreOffice; locked for as long as any process of that LibreOffice lives."""

    def __init__(self, profiles: Path) -> None:
        profiles.mkdir(parents=True, exist_ok=True)
        self.folder, self.lock = self._take(profiles)
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "profile" / "user").mkdir(parents=True, mode=0o700)
        (self.folder / "tmp").mkdir(mode=0o700)
        settings = self.folder / "profile" / "user" / "registrymodifications.xcu"
        settings.write_text(PROFILE_SETTINGS, encoding="utf-8")

    @staticmethod
    def _take(profiles: Path) -> tuple[Path, int]:
        number = 0
        while True:
            number += 1
            lock = os.open(profiles / f"{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)
            else:
                return profiles / str(number), lock


class _Worker:
    """One running office.py with its LibreOffice; all of it is one process group."""

    def __init__(self, profiles: Path, timeout: float) -> None:
        for program in (PYTHON, SOFFICE):
            if not program.exists():
                raise OfficeMissing(
                    f"{program} is not there: install the packages libreoffice-writer-nogui and python3-uno."
                )
        slot = _Slot(profiles)
        self.owner = os.getpid()
        self.converted = 0
        self._timed_out = False
        temporary = str(slot.folder / "tmp")
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the program and its arguments are ours
                [str(PYTHON), "-I", str(WORKER), str(SOFFICE), str(slot.folder / "profile")],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                pass_fds=[slot.lock],
                cwd=temporary,
                env={
                    "PATH": "/usr/bin:/bin",
                    "HOME": temporary,
                    "TMPDIR": temporary,
                    "LANG": "C.UTF-8",
                    "TZ": "UTC",
                    "OFFICE_LOCK": str(slot.lock),
                },
            )
        finally:
            os.close(slot.lock)  # from here on the children hold the lock
        kind, text = self._exchange(None, timeout)
        if kind != b"R":
            self.kill()
            raise OfficeMissing(
                "LibreOffice did not start "
                f"({text.decode(errors='replace') or 'no answer'}): check libreoffice and python3-uno."
            )

    def convert(self, docx: bytes, timeout: float) -> tuple[bytes, bytes]:
        """Kind and payload of the answer; the kind is empty when the worker died.

        Raises:
            ConversionTimeout: no answer within ``timeout`` seconds; the group is gone then.
        """
        self.converted += 1
        return self._exchange(docx, timeout)

    def _exchange(self, docx: bytes | None, timeout: float) -> tuple[bytes, bytes]:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise RuntimeError("the worker was started without pipes")
        # Killing the group ends every read and write below, also on a worker that was stopped.
        alarm = threading.Timer(timeout, self._time_out)
        alarm.daemon = True
        alarm.start()
        try:
            if docx is not None:
                stdin.write(HEADER.pack(b"D", len(docx)) + docx)
                stdin.flush()
            answer = _read_message(stdout)
        except OSError:
            answer = (b"", b"")
        finally:
            alarm.cancel()
        if self._timed_out:
            self.kill()
            raise ConversionTimeout(
                f"LibreOffice gave no answer within {timeout:g} s and was stopped: "
                "make the document simpler, or allow more time."
            )
        return answer

    def _time_out(self) -> None:
        self._timed_out = True
        self._signal()

    def _signal(self) -> None:
        if self._process.returncode is None:  # not yet reaped, so its number is still its own
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def kill(self) -> None:
        """End the worker and its LibreOffice; nothing else."""
        self._signal()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _read_message(stdout: IO[bytes]) -> tuple[bytes, bytes]:
    header = stdout.read(HEADER.size)
    if len(header) < HEADER.size:
        return b"", b""
    kind, length = HEADER.unpack(header)
    payload = stdout.read(length)
    return (kind, payload) if len(payload) == length else (b"", b"")


class Office:
    """A LibreOffice that starts at the first document, stays warm, and is replaced when it fails.

    May be used from several threads; documents are converted one after the other. ``profiles`` is a folder
    of our own, shared by as many processes as like; ``timeout`` is in seconds, per document.
    """

    def __init__(self, profiles: Path, timeout: float = 60) -> None:
        self._profiles = profiles.absolute()
        self._timeout = timeout
        self._lock = threading.Lock()
        self._worker: _Worker | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End LibreOffice; a later ``convert`` starts it again."""
        with self._lock:
            self._drop()

    def convert(self, docx: bytes) -> bytes:
        """The DOCX as tagged PDF/A-2 with its bookmarks as named destinations.

        Raises:
            UnusableDocx: no Word document, or one that points outside itself.
            ConversionTimeout: LibreOffice took too long; it was stopped.
            OfficeMissing: LibreOffice cannot be started.
            ConversionFault: LibreOffice failed on it twice.
        """
        check_docx(docx)
        with self._lock:
            kind, payload = self._attempt(docx)
            if kind not in (b"P", b"U"):
                # Once more with a new office: this one may have been killed from outside.
                self._drop()
                kind, payload = self._attempt(docx)
            if kind not in (b"P", b"U"):
                self._drop()
        if kind == b"U":
            raise UnusableDocx(f"{payload.decode()}: open it in Word and save it again.")
        if kind != b"P" or not payload.startswith(b"%PDF-"):
            reason = payload.decode(errors="replace") if kind == b"X" else "it ended without an answer"
            raise ConversionFault(f"LibreOffice failed twice on this document ({reason}): see the template.")
        return payload

    def _attempt(self, docx: bytes) -> tuple[bytes, bytes]:
        try:
            return self._ready().convert(docx, self._timeout)
        except BaseException:  # the exchange was cut off halfway: the next one would read the wrong answer
            self._drop()
            raise

    def _ready(self) -> _Worker:
        if self._worker is not None and self._worker.owner != os.getpid():
            self._worker = None  # the process forked: that worker belongs to the other one
        if self._worker is not None and self._worker.converted >= RECYCLE_AFTER:
            self._drop()
        if self._worker is None:
            self._worker = _Worker(self._profiles, self._timeout)
        return self._worker

    def _drop(self) -> None:
        if self._worker is not None and self._worker.owner == os.getpid():
            self._worker.kill()
        self._worker = None
