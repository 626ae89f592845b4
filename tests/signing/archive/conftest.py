"""The archives that tests share; each test has a place of its own in them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from signing.archive import Settings
from tests.signing.archive import servers


@pytest.fixture(scope="session")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Sshd]:
    """OpenSSH, with room."""
    with servers.sshd(tmp_path_factory.mktemp("sshd")) as running:
        yield running


@pytest.fixture(scope="session")
def weed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Weed]:
    """S3 with the buckets ``plain``, and ``locked`` which keeps everything a day."""
    with servers.weed(tmp_path_factory.mktemp("weed")) as running:
        running.bucket("plain")
        running.bucket("locked", lock=True, days=1)
        yield running


@pytest.fixture(scope="session")
def dav(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Dav]:
    """WebDAV, with room."""
    with servers.webdav(tmp_path_factory.mktemp("dav")) as running:
        yield running


@pytest.fixture(scope="session")
def davs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Dav]:
    """The same over TLS."""
    with servers.webdav(tmp_path_factory.mktemp("davs"), tls=True) as running:
        yield running


@pytest.fixture
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Settings]]:
    """Per scheme: an empty archive of this kind."""
    place = f"of {secrets.token_hex(6)}"
    with ExitStack() as stack:

        def make(scheme: str) -> Settings:
            if scheme == "file":
                (tmp_path / place).mkdir()
                return Settings((tmp_path / place).as_uri())
            if scheme == "s3":
                return request.getfixturevalue("weed").settings(f"s3://plain/{place}")
            if scheme in ("http", "https"):
                running = servers.receiver(tmp_path / scheme, tls=scheme == "https")
                return stack.enter_context(running).settings
            running = request.getfixturevalue({"sftp": "sshd", "webdav": "dav", "webdavs": "davs"}[scheme])
            (running.root / place).mkdir()
            return replace(running.settings, url=f"{running.settings.url}/{place}")

        yield make
