"""A development PKI per test process, served on loopback, and the certificates that must be refused."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

from signing.pades import HeldSecret, KeySettings, PadesSettings, TrustRoots, TsaSettings
from signing.pades.authority import SEAL, TSA, Profile, issue
from signing.pades.development import DevelopmentPki, ensure, seal_file
from signing.pades.development_server import serve

# Old enough for keys that are expired or revoked by now.
AGE = timedelta(days=30)


@dataclass
class FixedClock:
    """Stands still until a test moves it; the served PKI believes it."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Clock:
    """The time that the served PKI believes it is: now, moved by ``offset``."""

    offset: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.offset


@dataclass(frozen=True)
class ServedPki:
    """A PKI that answers, with makers of keys that are not the good one."""

    pki: DevelopmentPki
    clock: Callable[[], datetime]
    folder: Path

    @property
    def settings(self) -> PadesSettings:
        """Of the good key."""
        return self.pki.settings(timeout=5)

    @property
    def trust(self) -> TrustRoots:
        """The root of this PKI."""
        return TrustRoots.read([self.pki.root])

    def key(self, profile: Profile = SEAL, start: datetime | None = None) -> PadesSettings:
        """Another e-seal key of this PKI, valid from ``start``."""
        path = self.folder / f"{secrets.token_hex(8)}.p12"
        issuing = self.pki.issuer("issuing")
        entity = issue(issuing, "Another TEST e-seal", profile, start or self.clock())
        path.write_bytes(seal_file(entity, [issuing.certificate], "secret"))
        return replace(self.settings, keys=(KeySettings(path.as_uri(), HeldSecret("secret")),))

    def asking(self, *urls: str, timeout: float = 5) -> PadesSettings:
        """The good key, with other time-stamping authorities."""
        return replace(self.settings, tsas=tuple(TsaSettings(url) for url in urls), timeout=timeout)

    def successor(self) -> ServedPki:
        """A new root with new services, made when the clock says and trusted beside this one; not served."""
        return ServedPki(ensure(self.folder / secrets.token_hex(4), self.clock()), self.clock, self.folder)

    def roll_tsa_over(self) -> None:
        """Give the TSA a new key and certificate; they count from the next ``serve`` on."""
        tsa = issue(self.pki.issuer("root"), "Huurzegel TEST TSA", TSA, self.clock())
        key = tsa.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (self.pki.folder / "tsa.key.pem").write_bytes(key)
        (self.pki.folder / "tsa.pem").write_bytes(tsa.certificate.public_bytes(Encoding.PEM))

    def expired_key(self) -> PadesSettings:
        """A key whose certificate ended nine days ago."""
        return self.key(replace(SEAL, days=1), self.clock() - timedelta(days=10))

    def revoked_key(self) -> PadesSettings:
        """A key whose certificate was revoked a minute after it was issued, two days ago."""
        start = self.clock() - timedelta(days=2)
        settings = self.key(SEAL, start)
        self.pki.revoke(certificate_of(settings).serial_number, start + timedelta(minutes=1))
        return settings


def certificate_of(settings: PadesSettings) -> x509.Certificate:
    """The certificate that goes with a key."""
    named = settings.keys[0]
    path = Path(urlsplit(named.url).path)
    _, certificate, _ = pkcs12.load_key_and_certificates(path.read_bytes(), named.secret.reveal().encode())
    assert certificate is not None
    return certificate


@pytest.fixture(scope="session")
def served_pki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedPki]:
    """One PKI per test process, with its TSA, OCSP and CRLs answering."""
    folder = tmp_path_factory.mktemp("pki")
    clock = Clock()
    pki = ensure(folder / "good", clock() - AGE)
    with serve(pki, clock):
        yield ServedPki(pki, clock, folder)


@pytest.fixture(scope="session")
def rogue_pki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedPki]:
    """A PKI that looks the same and that nobody trusts; it answers as well."""
    folder = tmp_path_factory.mktemp("rogue")
    clock = Clock()
    pki = ensure(folder / "rogue", clock() - AGE)
    with serve(pki, clock):
        yield ServedPki(pki, clock, folder)
