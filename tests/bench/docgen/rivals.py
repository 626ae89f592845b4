"""The other ways to turn the same DOCX into a PDF, each with the export options of the product."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from docgen.worker import PYTHON, SOFFICE

ROOT = Path(__file__).parents[3]
TIMEOUT = 120.0

OPTIONS = "EXPORT"  # in docgen/office.py, which only Debian's own Python can import

Seconds = Callable[[Path], float]


def _options() -> dict[str, int | bool]:
    """The product's export options, as the product has them."""
    tree = ast.parse((ROOT / "docgen" / "office.py").read_text(encoding="utf-8"))
    [value] = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == OPTIONS
    ]
    return dict(ast.literal_eval(value))


class NotHere(Exception):
    """This rival cannot run on this machine, and why."""


@contextmanager
def floor(folder: Path) -> Iterator[Seconds]:
    """The bare UNO calls in a warm LibreOffice."""
    script = Path(__file__).with_name("floor.py")
    with _running(
        [PYTHON, script, ROOT / "docgen", SOFFICE, _profile(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        stdin, stdout = process.stdin, process.stdout
        assert stdin is not None
        assert stdout is not None
        assert stdout.readline() == b"ready\n"

        def seconds(docx: Path) -> float:
            stdin.write(f"{docx}\n".encode())
            stdin.flush()
            return float(stdout.readline())

        yield seconds


@contextmanager
def cold(folder: Path) -> Iterator[Seconds]:
    """``soffice --convert-to``: a new LibreOffice for each document, on a profile that exists."""
    typed = {name: _typed(value) for name, value in _options().items()}
    profile = f"-env:UserInstallation={_profile(folder).as_uri()}"
    options = f"pdf:writer_pdf_Export:{json.dumps(typed)}"

    def seconds(docx: Path) -> float:
        command = ["soffice", profile, "--headless", "--convert-to", options, "--outdir", folder, docx]
        return _timed(command, folder / f"{docx.stem}.pdf")

    yield seconds


def _typed(value: int | bool) -> dict[str, str]:
    kind = "boolean" if isinstance(value, bool) else "long"
    return {"type": kind, "value": str(value).lower()}


@contextmanager
def unoserver(folder: Path) -> Iterator[tuple[Seconds, Seconds]]:
    """unoserver, with its own client process for each document: as it comes, and with the product's options.

    Raises:
        NotHere: it cannot be installed into a throw-away folder.
    """
    library = folder / "library"
    installing = [sys.executable, "-m", "pip", "install", "--quiet", "--target", library, "unoserver"]
    done = subprocess.run(installing, capture_output=True, text=True, check=False, timeout=TIMEOUT)
    if done.returncode:
        raise NotHere("pip cannot install unoserver here")
    environment = {**os.environ, "PYTHONPATH": str(library), "PYTHONDONTWRITEBYTECODE": ""}
    port, inner = _free_port(), _free_port()
    serving = [
        PYTHON, "-c", "from unoserver.server import main; main()", "--quiet",
        "--port", port, "--uno-port", inner,
        "--executable", SOFFICE.with_name("soffice"), "--user-installation", _profile(folder),
    ]  # fmt: skip
    client = [
        PYTHON, "-c", "from unoserver.client import converter_main; converter_main()", "--port", port,
    ]  # fmt: skip
    options = [f"--filter-option={name}={str(value).lower()}" for name, value in _options().items()]
    same = ["--convert-to", "pdf", "--output-filter", "writer_pdf_Export", "--dont-update-index", *options]

    def way(*more: str) -> Seconds:
        def seconds(docx: Path) -> float:
            out = folder / f"{docx.stem}.pdf"
            return _timed([*client, *more, docx, out], out, env=environment)

        return seconds

    with _running(serving, env=environment, stderr=subprocess.DEVNULL) as process:
        _await_port(port, process)
        yield way(), way(*same)


def _timed(command: list[object], out: Path, **more: object) -> float:
    out.unlink(missing_ok=True)
    start = time.perf_counter()
    done = subprocess.run(list(map(str, command)), capture_output=True, timeout=TIMEOUT, check=False, **more)  # type: ignore[call-overload]
    seconds = time.perf_counter() - start
    if done.returncode or not out.read_bytes().startswith(b"%PDF-"):
        raise RuntimeError(f"{command[0]} made no PDF: {done.stderr.decode(errors='replace')[-500:]}")
    return seconds


def _profile(folder: Path) -> Path:
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    return profile


@contextmanager
def _running(command: list[object], **more: object) -> Iterator[subprocess.Popen[bytes]]:
    """A process with all it starts, in a group that ends with the block."""
    process = subprocess.Popen(list(map(str, command)), start_new_session=True, **more)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_port(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise NotHere("unoserver does not start")
