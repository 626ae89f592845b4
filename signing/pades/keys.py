"""The sealing key: PKCS#12 in, a signer that holds the parsed key and knows when its chain is valid."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from asn1crypto import algos, x509  # type: ignore[import-untyped]
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs12
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing.pades.certificates import TrustRoots
from signing.pades.cms import SignerParts, write_signed_data
from signing.pades.errors import UnusableKey

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
# ETSI EN 319 412-2, 4.3.2: a certificate for signatures or seals asserts non-repudiation.
KEY_USAGE = frozenset({"non_repudiation"})
ANY_DATE = timedelta(days=100 * 365)


class HeldKeySigner(Signer):
    """Signs with one key that was parsed once.

    pyHanko's own signer parses and checks an RSA key again at every signature: 40 to 330 ms each.
    """

    def __init__(self, key: PrivateKey, certificate: x509.Certificate, chain: Sequence[x509.Certificate]):
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple(chain)
        super().__init__(signing_cert=certificate, cert_registry=store, embed_roots=False)
        self._key = key
        self._certificate = certificate
        # The root is left out: whoever validates has it, or does not trust it.
        issuers = [member for member in chain if member.self_signed == "no"]
        self._certificates = [member.dump() for member in (certificate, *issuers)]

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """The raw signature over ``data``; zeros of the largest possible length in a dry run."""
        if dry_run:
            return bytes(self._signature_length())
        digest = _DIGESTS[digest_algorithm]()
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), digest)
        return self._key.sign(data, ec.ECDSA(digest))

    async def async_sign_prescribed_attributes(
        self, digest_algorithm: str, signed_attrs: Any, *_: Any, timestamper: Any = None, **__: Any
    ) -> bytes:
        """The encoded CMS container, with a signature timestamp from ``timestamper`` (see ``cms``)."""
        attributes: bytes = signed_attrs.dump()
        signature = await self.async_sign_raw(attributes, digest_algorithm)
        imprint = hashlib.new(digest_algorithm, signature).digest()
        token: bytes = await timestamper.async_timestamp(imprint, digest_algorithm)
        signer = SignerParts(
            issuer=self._certificate.issuer.dump(),
            serial=self._certificate.serial_number,
            digest_algorithm=algos.DigestAlgorithm({"algorithm": digest_algorithm}).dump(),
            signature_algorithm=self.get_signature_mechanism_for_digest(digest_algorithm).dump(),
            attributes=attributes,
            signature=signature,
            timestamp=token,
        )
        return write_signed_data(signer, self._certificates)

    def _signature_length(self) -> int:
        size = (self._key.key_size + 7) // 8
        # An ECDSA signature is a DER sequence of two integers, each with at most one sign byte.
        return size if isinstance(self._key, rsa.RSAPrivateKey) else 2 * (size + 3) + 4


_DIGESTS: dict[str, type[hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


@dataclass(frozen=True)
class SealingKey:
    """A signer and its chain, leaf first, root last."""

    signer: HeldKeySigner
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    def ensure_valid(self, now: datetime) -> None:
        """Raise ``UnusableKey`` when any certificate of the chain is not valid at ``now``."""
        for certificate in self.chain:
            if not certificate.not_valid_before <= now <= certificate.not_valid_after:
                start, end = certificate.not_valid_before, certificate.not_valid_after
                raise UnusableKey(
                    f"the certificate of {certificate.subject.human_friendly} is valid from "
                    f"{start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}, and it is {now:%Y-%m-%d %H:%M} UTC; "
                    "install a valid certificate"
                )


def load_key(
    path: Path, passphrase: str, trust: TrustRoots, others: Iterable[x509.Certificate] = ()
) -> SealingKey:
    """Read a PKCS#12 file; raises ``UnusableKey`` when it is unreadable, mismatched or leads to no root."""
    key, certificate, extra = _read(path, passphrase)
    intermediates = [*extra, *others]
    chain = _chain(certificate, intermediates, trust)
    signer = HeldKeySigner(key, certificate, [*chain[1:]])
    return SealingKey(signer, certificate, chain)


def _read(path: Path, passphrase: str) -> tuple[PrivateKey, x509.Certificate, list[x509.Certificate]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnusableKey(
            f"cannot read the key file {path}: {error.strerror}; check path and rights"
        ) from error
    try:
        key, certificate, extra = pkcs12.load_key_and_certificates(data, passphrase.encode("utf-8"))
    except (ValueError, TypeError) as error:
        raise UnusableKey(
            f"{path} is no PKCS#12 file that this passphrase opens; check the file and its passphrase"
        ) from error
    if not isinstance(key, PrivateKey) or certificate is None:
        raise UnusableKey(f"{path} must hold an RSA or elliptic-curve key with its certificate")
    if _public(key.public_key()) != _public(certificate.public_key()):
        raise UnusableKey(f"the key in {path} does not fit its certificate; export both again")
    return key, _asn1(certificate), [_asn1(member) for member in extra]


def _public(key: Any) -> bytes:
    encoded: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return encoded


def _asn1(certificate: Any) -> x509.Certificate:
    return x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def _chain(
    certificate: x509.Certificate, intermediates: list[x509.Certificate], trust: TrustRoots
) -> tuple[x509.Certificate, ...]:
    # Whether the chain exists is judged whatever the dates, so that an expired certificate is reported as
    # expired, at signing time, and not as a chain that nobody knows.
    context = ValidationContext(
        trust_roots=list(trust.certificates),
        other_certs=intermediates,
        moment=certificate.not_valid_before,
        time_tolerance=ANY_DATE,
        revocation_mode="soft-fail",
    )
    validator = CertificateValidator(
        certificate, intermediate_certs=intermediates, validation_context=context
    )
    try:
        path = asyncio.run(validator.async_validate_usage(set(KEY_USAGE)))  # type: ignore[no-untyped-call]
    except (PathError, ValidationError) as error:
        raise UnusableKey(
            f"the certificate of {certificate.subject.human_friendly} does not lead to a trusted root: "
            f"{error}; add the missing issuer or trust its root"
        ) from error
    return tuple(reversed(list(path.iter_certs(include_root=True))))
