"""What a destination has to know, and the part of a URL that is looked at before anything is opened."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from signing.archive.bag import bag
from signing.archive.package import File, Package
from signing.errors import ConfigurationError

TIMEOUT = 30.0  # seconds for each single question to an archive
LOOPBACK = ("127.0.0.1", "::1", "localhost")

# How the files of a package are arranged; the last one vouches for the others and is written last.
LAYOUTS: Mapping[str, Callable[[Package], tuple[File, ...]]] = {
    "folder": lambda package: package.files,
    "bagit": bag,
}


@dataclass(frozen=True)
class Settings:
    """Of one archive. They come from the operator's settings only, never from the data of a packet.

    ``secret``: password, secret key, signing secret or passphrase. ``host_key``: of SFTP, as in known_hosts
    (``ssh-ed25519 AAAA…``). ``private_key``: of SFTP, in OpenSSH's form. ``endpoint``, ``region``,
    ``retain_days``: of S3. ``ca``: whom TLS trusts here (PEM), instead of the system's list. ``timeout``:
    seconds.
    """

    url: str
    username: str | None = None
    secret: str = field(default="", repr=False)
    host_key: str | None = None
    private_key: Path | None = None
    endpoint: str | None = None
    region: str | None = None
    retain_days: int | None = None
    ca: Path | None = None
    layout: str = "folder"
    timeout: float = TIMEOUT

    @property
    def parts(self) -> SplitResult:
        """The URL, taken apart."""
        return urlsplit(self.url)

    @property
    def root(self) -> str:
        """The folder at the destination, without a slash at its end."""
        return unquote(self.parts.path).rstrip("/")

    def arrange(self, package: Package) -> tuple[File, ...]:
        """The files as this archive wants them, the one that vouches for the others last."""
        return LAYOUTS[self.layout](package)


def refuse(kind: str, problems: dict[str, object]) -> None:
    """Raises ConfigurationError with every problem whose condition holds; no URL and no secret is told."""
    found = [f"the {kind} archive {told}" for told, wrong in problems.items() if wrong]
    if found:
        raise ConfigurationError(found)


def url_problems(settings: Settings) -> dict[str, object]:
    """What no URL of an archive elsewhere may have."""
    parts = settings.parts
    return {
        "has a name or password in its URL; use username and secret_file": parts.username or parts.password,
        "has a query or fragment in its URL; remove it": parts.query or parts.fragment,
        "names no host; correct its URL": not parts.hostname,
        "has a port that is none; correct its URL": not _has_port(parts),
        "has .. or // in its path; correct its URL": _crooked(parts.path),
    }


def quieten(*libraries: str) -> None:
    """Only what ends a process is logged by these: their lines hold addresses, and those hold references."""
    for library in libraries:
        logging.getLogger(library).setLevel(logging.CRITICAL)


def unprotected(url: str) -> bool:
    """True for plain HTTP to another machine: the password and the package would be readable on the way."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "webdav") and parts.hostname not in LOOPBACK


def _has_port(parts: SplitResult) -> bool:
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


def _crooked(path: str) -> bool:
    steps = unquote(path).strip("/").split("/")
    return path.strip("/") != "" and any(step in ("", ".", "..") for step in steps)
