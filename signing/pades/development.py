"""A certificate authority for development and tests, made on first use; every certificate says TEST."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType

from signing.pades.model import PadesSettings


@dataclass(frozen=True)
class DevelopmentPki:
    """The folder of a development PKI and the loopback port that its certificates name."""

    folder: Path
    port: int

    @property
    def root(self) -> Path:
        """PEM file with the root certificate."""
        return self.folder / "root.pem"

    @property
    def key(self) -> Path:
        """PKCS#12 file with the e-seal's key and chain."""
        return self.folder / "seal.p12"

    @property
    def passphrase(self) -> str:
        """Passphrase of ``key``."""
        return (self.folder / "seal.passphrase").read_text(encoding="ascii").strip()

    @property
    def tsa_url(self) -> str:
        """RFC 3161 over HTTP."""
        return f"http://127.0.0.1:{self.port}/tsa"

    def settings(self, timeout: float = 10.0) -> PadesSettings:
        """What ``Pades`` needs to sign with this PKI."""
        return PadesSettings(self.key, self.passphrase, (self.root,), (self.tsa_url,), timeout)


class DevelopmentServer:
    """Answers TSA, OCSP, CRL and CA-issuers on 127.0.0.1 until ``close``; a context manager."""

    def __enter__(self) -> DevelopmentServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop answering, when this process is the one that answers."""


def ensure(folder: Path, now: datetime) -> DevelopmentPki:
    """Make the PKI in ``folder`` when it is not there, and return it; safe for several processes at once."""
    raise NotImplementedError


def serve(pki: DevelopmentPki, clock: Callable[[], datetime]) -> DevelopmentServer:
    """Serve ``pki`` on loopback in a daemon thread; raises ``DevelopmentPkiError`` when its port is taken."""
    raise NotImplementedError
