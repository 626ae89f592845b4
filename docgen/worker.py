"""One LibreOffice that stays warm, in a process group and with a profile of its own."""

import contextlib
import fcntl
import os
import shutil
import signal
import struct
import subprocess
import threading
from pathlib import Path
from typing import IO, NamedTuple

from docgen.errors import ConversionTimeout, OfficeMissing

PYTHON = Path("/usr/bin/python3")  # Debian's own: the one that has uno
SOFFICE = Path("/usr/lib/libreoffice/program/soffice.bin")
WORKER = Path(__file__).with_name("office.py")

START_SECONDS = 60.0  # a cold disk is slow; one second is usual
HEADER = struct.Struct(">cII")
PDF, UNUSABLE, FAILED, READY, DEAD = b"P", b"U", b"X", b"R", b""

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


class Answer(NamedTuple):
    """What a worker says: a kind, the bytes, and the memory of its LibreOffice in bytes."""

    kind: bytes
    payload: bytes
    memory: int


NOTHING = Answer(DEAD, b"", 0)


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


class Worker:
    """One running office.py with its LibreOffice; all of it is one process group.

    Raises:
        OfficeMissing: LibreOffice cannot be started.
    """

    def __init__(self, profiles: Path) -> None:
        for program in (PYTHON, SOFFICE):
            if not program.exists():
                raise OfficeMissing(
                    f"{program} is not there: install the packages libreoffice-writer-nogui and python3-uno."
                )
        slot = _Slot(profiles)
        self.converted = 0
        self.memory = 0
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
        self._await_start()

    def _await_start(self) -> None:
        try:
            answer = self._exchange(None, START_SECONDS)
        except ConversionTimeout as error:
            raise OfficeMissing(f"LibreOffice did not start within {START_SECONDS:g} s.") from error
        if answer.kind != READY:
            self.kill()
            reason = answer.payload.decode(errors="replace") or "no answer"
            raise OfficeMissing(f"LibreOffice did not start ({reason}): check libreoffice and python3-uno.")

    @property
    def pid(self) -> int:
        """Of the process that leads the group."""
        return self._process.pid

    def convert(self, docx: bytes, timeout: float) -> Answer:
        """What became of the DOCX; the kind is DEAD when the worker died.

        Raises:
            ConversionTimeout: no answer within ``timeout`` seconds; the group is gone then.
        """
        self.converted += 1
        answer = self._exchange(docx, timeout)
        self.memory = answer.memory
        return answer

    def _exchange(self, docx: bytes | None, timeout: float) -> Answer:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise RuntimeError("the worker was started without pipes")
        # Killing the group ends every read and write below, also on a worker that was stopped.
        alarm = threading.Timer(timeout, self._time_out)
        alarm.daemon = True
        alarm.start()
        try:
            if docx is not None:
                stdin.write(HEADER.pack(b"D", len(docx), 0) + docx)
                stdin.flush()
            answer = _read_message(stdout)
        except OSError:
            answer = NOTHING
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


def _read_message(stdout: IO[bytes]) -> Answer:
    header = stdout.read(HEADER.size)
    if len(header) < HEADER.size:
        return NOTHING
    kind, length, kilobytes = HEADER.unpack(header)
    payload = stdout.read(length)
    return Answer(kind, payload, kilobytes << 10) if len(payload) == length else NOTHING
