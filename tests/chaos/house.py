"""The service as an operator runs it: processes on one registry, each killed and started by itself."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.chaos.world import World
from tests.signing.archive.servers import free_port

API_CLIENT = "chaos"


@dataclass
class Process:
    """One ``python -m signing …``; ``born``: when it began (monotonic)."""

    name: str
    options: Sequence[str]
    settings: Mapping[str, str]
    log: Path
    born: float = 0.0
    killed: int = 0
    _running: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Begins."""
        with self.log.open("ab") as log:
            self._running = subprocess.Popen(
                [sys.executable, "-m", "signing", *self.options],
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={**os.environ, **self.settings},
            )
        self.born = time.monotonic()

    def kill(self) -> None:
        """SIGKILL to all that it started; it may not have ended before by itself."""
        assert self._running is not None
        assert self._running.poll() is None, f"{self.name} ended by itself: {self.log.read_text()[-3000:]}"
        os.killpg(self._running.pid, signal.SIGKILL)
        self._running.wait()

    def killed_and_started(self) -> None:
        """As a machine that lost its power and got it back."""
        self.kill()
        self.killed += 1
        self.start()


class House:
    """All processes on one registry. ``workers``: 0 when the process of the pages does the work as well."""

    def __init__(
        self, folder: Path, world: World, templates: Path, database: str | None, workers: int
    ) -> None:
        folder.mkdir(parents=True)
        self.bind = f"127.0.0.1:{free_port()}"
        self.key = secrets.token_urlsafe(32)
        self.root = world.pki.root
        settings = self._settings(folder, world, templates, database)
        web = ["serve", "--web-only"] if workers else ["serve"]
        options = {"web": web} | {f"worker-{number}": ["work"] for number in range(1, workers + 1)}
        self.processes = [
            Process(name, given, settings, folder / f"{name}.log") for name, given in options.items()
        ]
        self._lock = threading.Lock()

    def _settings(self, folder: Path, world: World, templates: Path, database: str | None) -> dict[str, str]:
        told: dict[str, object] = {
            "data": folder / "data",
            "base_url": f"http://{self.bind}",
            "bind": self.bind,
            "templates": templates,
            "organisation": "Huurzegel TEST",
            "development": "true",
            "secrets": [secrets.token_urlsafe(48)],
            "api_keys": {API_CLIENT: hashlib.sha256(self.key.encode()).hexdigest()},
            "mail_url": f"smtp://127.0.0.1:{world.lines['smtp'].port}",
            "mail_sender": "Huurzegel TEST <huurzegel@voorbeeld.nl>",
            "seal_keys": [{"url": world.pki.key.as_uri(), "secret_file": str(world.pki.passphrase)}],
            "trust_roots": [str(world.pki.root)],
            "tsas": [{"url": f"http://127.0.0.1:{world.lines['tsa'].port}/tsa"}],
            "tsa_timeout": 5,
            "archives": dict(world.archives),
        }
        if database is not None:
            told["database_url"] = database
        return {
            f"HUURZEGEL_{name.upper()}": json.dumps(value) if isinstance(value, list | dict) else str(value)
            for name, value in told.items()
        }

    def __enter__(self) -> Self:
        for process in self.processes:
            process.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self.processes:
            process.kill()

    @property
    def kills(self) -> int:
        """How often any of them was killed."""
        return sum(process.killed for process in self.processes)
