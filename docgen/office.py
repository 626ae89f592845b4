"""The LibreOffice worker: a program of its own for Debian's python3, fed DOCX on stdin, giving PDF on stdout.

Run as ``/usr/bin/python3 -I office.py SOFFICE PROFILE`` in a process group of its own; it imports nothing of
docgen. A message is a kind (one byte), a length, LibreOffice's memory in kB (4 bytes each, big endian) and
that many bytes: in ``D`` a DOCX; out ``R`` ready, ``P`` a PDF, ``U`` why this DOCX cannot be used, ``X`` why
the office failed.
"""

import contextlib
import ctypes
import os
import queue
import select
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from typing import Any

import uno  # type: ignore[import-not-found]  # Debian's python3-uno
from com.sun.star.awt import WindowDescriptor  # type: ignore[import-not-found]
from com.sun.star.awt.WindowClass import TOP  # type: ignore[import-not-found]
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]
from com.sun.star.connection import NoConnectException  # type: ignore[import-not-found]

HEADER = struct.Struct(">cII")
FRESH_PROFILE = 81  # exit code of soffice.bin after it made a profile: it wants to be started again
START_SECONDS = 60.0
LIBC = ctypes.CDLL(None)  # loaded before any fork
PAGE_KILOBYTES = os.sysconf("SC_PAGE_SIZE") // 1024
PR_SET_PDEATHSIG = 1  # linux/prctl.h

SWITCHES = (
    "--headless",
    "--invisible",
    "--norestore",
    "--nodefault",
    "--nologo",
    "--nolockcheck",
    "--nofirststartwizard",
)
LOADING = {
    "Hidden": True,
    "ReadOnly": True,
    "MacroExecutionMode": 0,
    "UpdateDocMode": 0,
    "FilterName": "MS Word 2007 XML",  # without it LibreOffice also turns plain text and noise into a PDF
}
EXPORT = {
    "SelectPdfVersion": 2,  # PDF/A-2
    "PDFUACompliance": True,
    "UseTaggedPDF": True,
    "ExportBookmarksToPDFDestination": True,  # where the signatures go
    "ReduceImageResolution": False,  # else every picture is sampled again on every page
}


def send(kind: bytes, payload: bytes, memory: int = 0) -> None:
    """Write one message to stdout."""
    out = sys.stdout.buffer
    out.write(HEADER.pack(kind, len(payload), memory) + payload)
    out.flush()


def end_group() -> None:
    """End this worker and its LibreOffice at once: nobody is there to answer to."""
    os.killpg(0, signal.SIGKILL)


def read_exactly(count: int, parent: int) -> bytes:
    """Read from stdin; end when the parent is gone, even if a fork of it keeps the pipe open."""
    parts = []
    while count:
        readable, _, _ = select.select([0], [], [], 1.0)
        if os.getppid() != parent:
            end_group()
        if not readable:
            continue
        part = os.read(0, min(count, 1 << 20))
        if not part:
            end_group()
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def listen(parent: int, jobs: "queue.Queue[bytes]") -> None:
    """Take messages from stdin for as long as the parent lives, also while a conversion runs."""
    while True:
        _, length, _ = HEADER.unpack(read_exactly(HEADER.size, parent))
        jobs.put(read_exactly(length, parent))


def die_with_worker() -> None:
    """Have the kernel end LibreOffice when this worker is killed alone."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def properties(values: "dict[str, Any]") -> "tuple[Any, ...]":
    return tuple(PropertyValue(name, 0, value, 0) for name, value in values.items())


class Soffice:
    """One soffice.bin with its own profile, reached over a pipe."""

    def __init__(self, program: str, profile: str) -> None:
        self._pipe = f"pipe,name=huurzegel{uuid.uuid4().hex}"
        self._argv = [
            program,
            f"-env:UserInstallation={uno.systemPathToFileUrl(profile)}",
            *SWITCHES,
            f"--accept={self._pipe};urp;StarOffice.ComponentContext",
        ]
        self._process = self._spawn()
        self._services = self._connect().ServiceManager
        self._frame = self._bare_frame()

    def _spawn(self) -> "subprocess.Popen[bytes]":
        held = [int(lock) for lock in (os.environ.get("OFFICE_LOCK"),) if lock]
        return subprocess.Popen(  # noqa: S603 - the program and its arguments are ours
            self._argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=held,
            preexec_fn=die_with_worker,
        )

    def _connect(self) -> Any:
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                self._context = resolver.resolve(f"uno:{self._pipe};urp;StarOffice.ComponentContext")
            except NoConnectException:
                self._restart_when_ended()
                time.sleep(0.03)
            else:
                return self._context
        raise RuntimeError(f"LibreOffice did not answer within {START_SECONDS:.0f} s")

    def _restart_when_ended(self) -> None:
        code = self._process.poll()
        if code == FRESH_PROFILE:
            self._process = self._spawn()
        elif code is not None:
            raise RuntimeError(f"LibreOffice ended with code {code} while starting")

    def _create(self, service: str) -> Any:
        return self._services.createInstanceWithContext(service, self._context)

    def _bare_frame(self) -> Any:
        """One frame for all documents, without menus and toolbars: making one takes as long as a page."""
        window = WindowDescriptor()
        window.Type = TOP
        window.WindowServiceName = "window"
        window.ParentIndex = -1
        frame = self._create("com.sun.star.frame.Frame")
        frame.initialize(self._create("com.sun.star.awt.Toolkit").createWindow(window))
        frame.LayoutManager = None
        return frame

    def serve(self, docx: bytes) -> None:
        """Send the PDF, or that LibreOffice does not recognise the DOCX. Nothing stays on disk."""
        document = self._load(docx)
        if document is None:
            send(b"U", b"LibreOffice does not recognise it as a Word document", self._memory())
            return
        try:
            send(b"P", self._export(document), self._memory())
        finally:
            self._close(document)  # takes some 5 ms, in which the other side already goes on

    def _export(self, document: Any) -> bytes:
        # Through a file: LibreOffice writes a large PDF into a stream of its own more slowly.
        with tempfile.NamedTemporaryFile(suffix=".pdf") as target:
            data = uno.Any("[]com.sun.star.beans.PropertyValue", properties(EXPORT))
            filters = {"FilterName": "writer_pdf_Export", "FilterData": data}
            document.storeToURL(uno.systemPathToFileUrl(target.name), properties(filters))
            with open(target.name, "rb") as written:  # perhaps another file of the same name by now
                return written.read()

    def _close(self, document: Any) -> None:
        controller = self._frame.getController()
        self._frame.setComponent(None, None)
        controller.dispose()
        document.close(True)

    def _memory(self) -> int:
        """Resident memory of LibreOffice in kB."""
        with open(f"/proc/{self._process.pid}/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * PAGE_KILOBYTES

    def _load(self, docx: bytes) -> Any:
        # From a file, not a stream: links of a document without a location count as trusted, and are fetched.
        with tempfile.NamedTemporaryFile(suffix=".docx") as source:
            source.write(docx)
            source.flush()
            url = uno.systemPathToFileUrl(source.name)
            return self._frame.loadComponentFromURL(url, "_self", 0, properties(LOADING))


def main() -> None:
    """Serve until stdin ends; after any failure the whole group ends, and the parent starts another."""
    jobs: queue.Queue[bytes] = queue.Queue()
    threading.Thread(target=listen, args=(os.getppid(), jobs), daemon=True).start()
    try:
        soffice = Soffice(sys.argv[1], sys.argv[2])
        send(b"R", b"")
        while True:
            soffice.serve(jobs.get())
    except Exception as error:  # whatever it was, this office is not to be trusted with the next document
        with contextlib.suppress(OSError):
            send(b"X", f"{type(error).__name__}: {error}".encode()[:500])
    end_group()


if __name__ == "__main__":
    main()
