"""Certificates read from files, and the roots that a validation trusts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from asn1crypto import pem, x509  # type: ignore[import-untyped]

from signing.pades.errors import UnusableTrust
from signing.pades.model import CertificateReport


@dataclass(frozen=True)
class TrustRoots:
    """The certificates that a chain may end in; at least one."""

    certificates: tuple[x509.Certificate, ...]

    @classmethod
    def read(cls, paths: Iterable[Path]) -> TrustRoots:
        """Read PEM or DER files; raises ``UnusableTrust`` naming the file."""
        certificates = tuple(certificate for path in paths for certificate in read_certificates(path))
        if not certificates:
            raise UnusableTrust("no trust root is given, so nothing can be trusted; name a PEM file")
        return cls(certificates)


def read_certificates(path: Path) -> list[x509.Certificate]:
    """All certificates of one PEM or DER file; raises ``UnusableTrust`` when there is none."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnusableTrust(f"cannot read {path}: {error.strerror}; check path and rights") from error
    try:
        blocks = [der for _, _, der in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
        certificates = [x509.Certificate.load(der, strict=True) for der in blocks]
        for certificate in certificates:
            _ = certificate.subject.native, certificate.public_key.native, certificate.not_valid_after
    except (ValueError, TypeError, KeyError) as error:
        raise UnusableTrust(f"{path} holds no readable X.509 certificate (PEM or DER): {error}") from error
    return certificates


def describe(certificate: x509.Certificate) -> CertificateReport:
    """The facts of a certificate, for a report."""
    return CertificateReport(
        subject=certificate.subject.human_friendly,
        issuer=certificate.issuer.human_friendly,
        serial=f"{certificate.serial_number:x}",
        valid_from=certificate.not_valid_before,
        valid_until=certificate.not_valid_after,
        sha256=certificate.sha256.hex(),
    )
