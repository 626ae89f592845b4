"""Debian's own PostgreSQL, started for the tests in a folder of its own, on loopback."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg

USER = "huurzegel"
PATIENCE = 30.0  # seconds for the server to start


class Postgres:
    """A server that lives as long as the block; it gives every test a database of its own.

    Nothing of it outlives a power cut (fsync is off): the tests kill those who use it, never the server.
    """

    def __init__(self) -> None:
        self._programs = _programs()
        self._folder = Path(tempfile.mkdtemp(prefix="huurzegel-pg-"))
        self._as: dict[str, Any] = {"cwd": self._folder}
        if os.geteuid() == 0:  # PostgreSQL refuses root
            account = pwd.getpwnam("postgres")
            os.chown(self._folder, account.pw_uid, account.pw_gid)
            self._as |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self.port = _free_port()

    def __enter__(self) -> Self:
        data = self._folder / "data"
        settings = ["--auth=trust", f"--username={USER}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(
            [self._programs / "initdb", "-D", data, *settings], check=True, capture_output=True, **self._as
        )
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Starts the server and waits until it takes connections."""
        options = ["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200", "-k", self._folder, "-F"]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._folder / "data", "-p", str(self.port), *options],
                stdout=log,
                stderr=log,
                **self._as,
            )
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self.run("select 1")
                return
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError((self._folder / "log").read_text()) from None
                time.sleep(0.05)

    def stop(self) -> None:
        """Ends the server and, with it, every connection."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(30)
            self._process = None

    def database(self) -> str:
        """The SQLAlchemy URL of a new, empty database."""
        name = f"registry_{next(self._numbers)}"
        self.run(f"create database {name}")
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/{name}"

    def run(self, statement: str) -> None:
        """A statement outside of any transaction and of any test's database."""
        address = f"host=127.0.0.1 port={self.port} user={USER} dbname=postgres connect_timeout=2"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    assert found, "Debian's package postgresql is not installed: run .ci/setup"
    return found[-1].parent


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
