"""The real service in a process of its own, for tests that kill it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from signing import development
from signing.visitor import Post

PATIENCE = 180.0  # seconds for any one thing to happen


class Service:
    """``python -m signing serve`` on a folder and a free port; it may be killed and started again.

    ``settings``: environment variables on top of ours; ``options``: of the command line.
    """

    def __init__(
        self, folder: Path, settings: Mapping[str, str] | None = None, options: Sequence[str] = ()
    ) -> None:
        self.folder = folder
        self._settings = {**os.environ, **(settings or {})}
        self._options = options
        self.patience = PATIENCE
        self.bind = f"127.0.0.1:{free_port()}"
        self.post = Post(folder / "mail", folder / "sms")
        self.client = httpx.Client(base_url=f"http://{self.bind}", timeout=30, follow_redirects=True)
        self._process: subprocess.Popen[bytes] | None = None
        self.groups: list[int] = []

    def __enter__(self) -> Service:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        self.client.close()

    @property
    def key(self) -> str:
        """Of the API."""
        return (self.folder / development.API_KEY).read_text()

    @property
    def log(self) -> str:
        """What the service said so far."""
        return (self.folder / "service.log").read_text()

    def start(self) -> None:
        """Starts it and waits until it answers."""
        command = [sys.executable, "-m", "signing", "serve", "--development", str(self.folder)]
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "service.log").open("a") as log:
            self._process = subprocess.Popen(
                [*command, "--bind", self.bind, *self._options],
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env=self._settings,
            )
        self.groups.append(self._process.pid)
        self.wait(self._answers, "the service to start")

    def kill(self) -> None:
        """SIGKILL to all of its processes at once, as a power cut would."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def worker(self) -> Worker:
        """Another process that works on the same registry and documents."""
        return Worker(self.folder, self.bind, self._settings)

    def api(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        """An answer of the API."""
        headers = {"Authorization": f"Bearer {self.key}"}
        answer = self.client.request(method, f"/api/v1{path}", headers=headers, **more)
        assert answer.is_success, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def wait_for(self, reference: str, status: str) -> dict[str, Any]:
        """Waits until a packet has a status; fails at once when its work is stuck."""
        packet: dict[str, Any] = {}

        def reached() -> bool:
            nonlocal packet
            packet = self.api("GET", f"/packets/{reference}")
            assert packet["stuck"] == [], packet["stuck"]
            return bool(packet["status"] == status)

        self.wait(reached, f"{reference} to be {status}")
        return packet

    def wait(self, holds: Any, what: str) -> None:
        """Waits until ``holds()`` is true."""
        deadline = time.monotonic() + self.patience
        while time.monotonic() < deadline:
            if holds():
                return
            time.sleep(0.05)
        raise AssertionError(
            f"waited {self.patience:.0f} s for {what}; the log ends with\n{self.log[-3000:]}"
        )

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log[-3000:]
        try:
            return self.client.get("/healthz").is_success
        except httpx.TransportError:
            return False


class Worker:
    """``python -m signing work``, until it is killed."""

    def __init__(self, folder: Path, bind: str, settings: Mapping[str, str]) -> None:
        command = [sys.executable, "-m", "signing", "work", "--development", str(folder), "--bind", bind]
        with (folder / "service.log").open("a") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True, env=dict(settings)
            )

    def kill(self) -> None:
        """SIGKILL to the worker, unless it ended."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def stop(self) -> int:
        """Asks it to end; returns its exit status."""
        self._process.terminate()
        return self._process.wait(60)


def offices_of(folder: Path) -> list[int]:
    """Process ids of every LibreOffice that works in a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if "soffice" in command and str(folder) in command:
                found.append(int(entry.name))
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
