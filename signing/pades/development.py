"""A certificate authority for development and tests, made on first use; every certificate says TEST.

``ensure`` makes the folder once: the first process to finish wins, the others use what it made. The services
that the certificates name are in ``development_server``.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import pkcs12

from signing.pades import authority
from signing.pades.authority import Entity, Issuer, PrivateKey
from signing.pades.errors import DevelopmentPkiError
from signing.pades.secret import SecretFile
from signing.pades.settings import KeySettings, PadesSettings, TsaSettings

PORT_FILE = "port"
PASSPHRASE_FILE = "seal.passphrase"  # noqa: S105  # a name
REVOKED_FILE = "revoked.json"
# The passphrase is random, 192 bits: more rounds only make every start slower.
KDF_ROUNDS = 2000


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
    def passphrase(self) -> Path:
        """File with the passphrase of ``key``."""
        return self.folder / PASSPHRASE_FILE

    @property
    def base_url(self) -> str:
        """Where ``serve`` answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def tsa_url(self) -> str:
        """RFC 3161 over HTTP."""
        return f"{self.base_url}/tsa"

    def settings(self, timeout: float = 10.0) -> PadesSettings:
        """What ``Pades`` needs to sign with this PKI."""
        key = KeySettings(self.key.resolve().as_uri(), SecretFile(self.passphrase))
        return PadesSettings((key,), (self.root,), (TsaSettings(self.tsa_url),), timeout)

    def entity(self, name: str) -> Entity:
        """Key and certificate of ``tsa`` or ``ocsp``; raises ``DevelopmentPkiError`` when unreadable."""
        try:
            key = serialization.load_pem_private_key((self.folder / f"{name}.key.pem").read_bytes(), None)
            certificate = x509.load_pem_x509_certificate((self.folder / f"{name}.pem").read_bytes())
        except (OSError, ValueError) as error:
            raise DevelopmentPkiError(
                f"the development PKI in {self.folder} is damaged ({name}: {error}); remove that folder"
            ) from error
        if not isinstance(key, PrivateKey):
            raise DevelopmentPkiError(
                f"the key of {name} in {self.folder} is of another kind; remove that folder"
            )
        return Entity(key, certificate)

    def issuer(self, name: str) -> Issuer:
        """The authority ``root`` or ``issuing``."""
        entity = self.entity(name)
        return Issuer(entity.key, entity.certificate, name, self.base_url)

    def revoke(self, serial: int, at: datetime) -> None:
        """Say from now on that the certificate with this serial number is revoked since ``at``."""
        revoked = {**self.revoked(), serial: at}
        text = json.dumps({str(number): moment.isoformat() for number, moment in revoked.items()})
        _write(
            self.folder / f".{REVOKED_FILE}.{secrets.token_hex(8)}", text.encode(), self.folder / REVOKED_FILE
        )

    def revoked(self) -> dict[int, datetime]:
        """Serial numbers of revoked certificates, and since when (aware UTC)."""
        try:
            text = (self.folder / REVOKED_FILE).read_text(encoding="ascii")
        except FileNotFoundError:
            return {}
        return {int(number): datetime.fromisoformat(at) for number, at in json.loads(text).items()}


def ensure(folder: Path, now: datetime) -> DevelopmentPki:
    """Make the PKI in ``folder`` when it is not there, and return it; safe for several processes at once.

    ``folder`` may be absent, empty, or hold a PKI; raises ``DevelopmentPkiError`` when it holds other things.
    """
    if not (folder / PORT_FILE).exists():
        _make(folder, now.astimezone(UTC))
    try:
        port = int((folder / PORT_FILE).read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise DevelopmentPkiError(
            f"{folder} holds no complete development PKI ({error}); remove it or name another folder"
        ) from error
    return DevelopmentPki(folder, port)


def seal_file(entity: Entity, chain: list[x509.Certificate], passphrase: str) -> bytes:
    """PKCS#12 with a key, its certificate and the certificates above it, root not included."""
    encryption = (
        serialization.PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(KDF_ROUNDS)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(SHA256())
        .build(passphrase.encode("ascii"))
    )
    return pkcs12.serialize_key_and_certificates(b"seal", entity.key, entity.certificate, chain, encryption)


def _make(folder: Path, now: datetime) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        _fill(draft, _free_port(), now)
        # A folder can only replace a missing or empty one, so of two processes one wins as a whole.
        draft.rename(folder)
    except OSError as error:
        if not (folder / PORT_FILE).exists():
            raise DevelopmentPkiError(
                f"cannot make a development PKI in {folder}: {error.strerror}; it must be absent or empty"
            ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _fill(folder: Path, port: int, now: datetime) -> None:
    # Two authorities of one name confuse path building as soon as somebody trusts both.
    own = secrets.token_hex(3).upper()
    root = authority.make_root(f"Huurzegel TEST Root CA {own}", f"http://127.0.0.1:{port}", now)
    issuing = authority.make_issuing(root, f"Huurzegel TEST Issuing CA {own}", now)
    seal = authority.issue(issuing, "Huurzegel TEST e-seal", authority.SEAL, now)
    entities: dict[str, Entity] = {
        "root": root,
        "issuing": issuing,
        "tsa": authority.issue(root, "Huurzegel TEST TSA", authority.TSA, now),
        "ocsp": authority.issue(issuing, "Huurzegel TEST OCSP responder", authority.OCSP, now),
    }
    for name, entity in entities.items():
        _write(folder / f"{name}.key.pem", _private_pem(entity.key))
        _write(folder / f"{name}.pem", _public_pem(entity.certificate))
    passphrase = secrets.token_urlsafe(24)
    _write(folder / PASSPHRASE_FILE, passphrase.encode())
    _write(folder / "seal.p12", seal_file(seal, [issuing.certificate], passphrase))
    _write(folder / PORT_FILE, str(port).encode())


def _private_pem(key: PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _public_pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _write(path: Path, data: bytes, final: Path | None = None) -> None:
    """Write a file that only its owner can read; under its final name only when it is complete."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
    if final is not None:
        path.replace(final)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
