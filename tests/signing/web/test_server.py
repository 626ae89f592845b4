"""The server, started as it runs: a worker that begins its work after the fork, and quiet log lines."""

import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TOKEN = "WyJhYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5eiIsMV0.aRaw9g.Zm9vYmFyYmF6cXV4cXV1eGNvcmdlZ3JhdWx0Z2FycGx5"
PROGRAM = """
import os, sys
from flask import Flask
from signing.web.server import serve

parent = os.getpid()

def make_app():
    app = Flask("small")
    @app.get("/s/<token>")
    def page(token):
        return f"{os.getpid() != parent} {started}"
    @app.get("/boom/<token>")
    def boom(token):
        raise SystemError(token)
    app.config["PROPAGATE_EXCEPTIONS"] = True
    return app

started = []
serve(make_app, "127.0.0.1:0", 2, lambda: started.append(os.getpid() != parent))
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[str], Path]]:
    log = tmp_path / "log"
    with log.open("w") as written:
        process = subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=ROOT, stderr=written, text=True)
    try:
        yield _address(process, log), process, log
    finally:
        process.kill()
        process.wait()


def test_the_worker_serves_starts_its_work_and_stops_when_asked(
    server: tuple[str, subprocess.Popen[str], Path],
) -> None:
    address, process, log = server

    with urllib.request.urlopen(f"{address}/s/{TOKEN}", timeout=20) as answer:
        body = answer.read()
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(f"{address}/boom/{TOKEN}", timeout=20)
    process.send_signal(signal.SIGTERM)

    assert body == b"True [True]"  # in the worker, after the fork
    assert process.wait(timeout=40) == 0
    assert "/boom/" in log.read_text()
    assert "SystemError" in log.read_text()
    assert TOKEN not in log.read_text()


def _address(process: subprocess.Popen[str], log: Path) -> str:
    while process.poll() is None:
        if found := re.search(r"Listening at: (http://127\.0\.0\.1:\d+)", log.read_text()):
            return found[1]
    raise AssertionError(log.read_text())
