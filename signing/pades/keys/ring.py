"""The service's sealing keys with their chains, and which of them signs now."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import x509  # type: ignore[import-untyped]
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from signing.pades.certificates import TrustRoots, read_certificates
from signing.pades.errors import UnusableKey
from signing.pades.keys.key_file import open_key_file
from signing.pades.keys.key_token import open_token_key
from signing.pades.keys.signer import SourceSigner
from signing.pades.keys.source import KeySource
from signing.pades.settings import KeySettings

# Where a key may be kept: the scheme of its URL, and who opens it.
SOURCES: dict[str, Callable[[KeySettings], KeySource]] = {"file": open_key_file, "pkcs11": open_token_key}

# ETSI EN 319 412-2, 4.3.2: a certificate for signatures or seals asserts non-repudiation.
KEY_USAGE = frozenset({"non_repudiation"})
ANY_DATE = timedelta(days=100 * 365)
SMALLEST_RSA = 2048


@dataclass(frozen=True)
class SealingKey:
    """A signer and its chain, leaf first, root last."""

    source: KeySource
    signer: SourceSigner
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    def ensure_valid(self, now: datetime, margin: timedelta = timedelta()) -> None:
        """Raise ``UnusableKey`` unless the whole chain is valid now, and ``margin`` from now."""
        for certificate in self.chain:
            start, end = certificate.not_valid_before, certificate.not_valid_after
            who = certificate.subject.human_friendly
            if not start <= now <= end:
                raise UnusableKey(
                    f"the certificate of {who} is valid from {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}, "
                    f"and it is {now:%Y-%m-%d %H:%M} UTC; install a valid certificate"
                )
            if end < now + margin:
                raise UnusableKey(
                    f"the certificate of {who} ends on {end:%Y-%m-%d}, within the {margin.days} days that a "
                    "document may take; add a key with a newer certificate"
                )


@dataclass(frozen=True)
class KeyRing:
    """The keys in the order of the settings; at least one."""

    keys: tuple[SealingKey, ...]
    margin: timedelta

    def fitting(self, now: datetime) -> SealingKey:
        """The first key that may sign at ``now``; raises ``UnusableKey`` that says why none may."""
        reasons = []
        for key in self.keys:
            try:
                key.ensure_valid(now, self.margin)
            except UnusableKey as error:
                reasons.append(str(error))
            else:
                return key
        raise UnusableKey("; ".join(reasons) or "no sealing key is configured; name one")

    @property
    def chains(self) -> tuple[x509.Certificate, ...]:
        """The certificates of all chains."""
        found = {member.sha256: member for key in self.keys for member in key.chain}
        return tuple(found.values())

    def close(self) -> None:
        """Let go of all keys; calling it twice is fine."""
        for key in self.keys:
            key.source.close()


def open_key(settings: KeySettings, trust: TrustRoots, others: Iterable[x509.Certificate] = ()) -> SealingKey:
    """Open one key, wherever it is, and see that it signs.

    Raises ``UnusableKey`` when it cannot be had, does not fit its certificate or leads to no root;
    ``UnusableSecret`` or ``UnusableTrust`` when what it needs cannot be read; ``KeyUnavailable``.
    """
    scheme = settings.url.partition(":")[0]
    if scheme not in SOURCES:
        raise UnusableKey(
            f"a key is named by a URL that starts with {' or '.join(f'{name}:' for name in SOURCES)}, "
            f"not with {scheme[:20]!r}"
        )
    extra = [member for path in settings.certificates for member in read_certificates(path)]
    source = SOURCES[scheme](settings)
    try:
        certificate = x509.Certificate.load(source.certificate)
        came_along = [x509.Certificate.load(member) for member in source.chain]
        _ensure_kind(certificate)
        chain = _chain(certificate, [*came_along, *extra, *others], trust)
        signer = SourceSigner(source, certificate, chain[1:])
        signer.prove()
    except BaseException:
        source.close()
        raise
    return SealingKey(source, signer, certificate, chain)


def _ensure_kind(certificate: x509.Certificate) -> None:
    key = certificate.public_key
    if key.algorithm not in ("rsa", "ec") or (key.algorithm == "rsa" and key.bit_size < SMALLEST_RSA):
        raise UnusableKey(
            f"the certificate of {certificate.subject.human_friendly} is for a key ({key.algorithm}, "
            f"{key.bit_size} bits) that is not used here; take RSA of {SMALLEST_RSA} bits or more, or ECDSA"
        )


def _chain(
    certificate: x509.Certificate, intermediates: Sequence[x509.Certificate], trust: TrustRoots
) -> tuple[x509.Certificate, ...]:
    # Whether the chain exists is judged whatever the dates, so that an expired certificate is reported as
    # expired, at signing time, and not as a chain that nobody knows.
    context = ValidationContext(
        trust_roots=list(trust.certificates),
        other_certs=list(intermediates),
        moment=certificate.not_valid_before,
        time_tolerance=ANY_DATE,
        revocation_mode="soft-fail",
    )
    validator = CertificateValidator(
        certificate, intermediate_certs=list(intermediates), validation_context=context
    )
    try:
        path = asyncio.run(validator.async_validate_usage(set(KEY_USAGE)))  # type: ignore[no-untyped-call]
    except (PathError, ValidationError) as error:
        raise UnusableKey(
            f"the certificate of {certificate.subject.human_friendly} does not lead to a trusted root: "
            f"{error}; add the missing issuer or trust its root"
        ) from error
    return tuple(reversed(list(path.iter_certs(include_root=True))))
