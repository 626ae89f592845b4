"""Whether the digests in a signature and in its timestamp are strong enough: SHA-256 or better throughout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from signing.pades.findings import Finding

STRONG_DIGESTS = frozenset({"sha256", "sha384", "sha512"})


def signature_problems(signer: Any, *digests: str) -> Iterator[Finding]:
    """What is too weak in a SignerInfo (RFC 5652, 5.3); ``digests``: others that the signature uses."""
    named = _named_by(signer["signed_attrs"])
    if not named:
        yield Finding.of("certificate-not-named")
    elif not named & STRONG_DIGESTS:
        yield Finding.of("weak-certificate-reference", algorithm=min(named))
    for algorithm in sorted({*digests, *_digests(signer)} - STRONG_DIGESTS):
        yield Finding.of("weak-digest", algorithm=algorithm)


def timestamp_problems(token: Any) -> Iterator[Finding]:
    """What is too weak in the SignedData of a signature timestamp (RFC 3161)."""
    imprint = token["encap_content_info"]["content"].parsed["message_imprint"]
    signer = token["signer_infos"][0]
    digests = {imprint["hash_algorithm"]["algorithm"].native, *_digests(signer)}
    for algorithm in sorted(digests - STRONG_DIGESTS):
        yield Finding.of("timestamp-weak-digest", algorithm=algorithm)
    named = _named_by(signer["signed_attrs"])
    if not named & STRONG_DIGESTS:
        yield Finding.of("timestamp-weak-certificate-reference", algorithm=min(named, default="none"))


def _named_by(signed_attributes: Iterable[Any]) -> set[str]:
    """By which digests the certificate is named (RFC 5035); an ESSCertID uses SHA-1 by definition."""
    found = set()
    for attribute in signed_attributes:
        kind = attribute["type"].native
        if kind == "signing_certificate":
            found.add("sha1")
        if kind == "signing_certificate_v2":
            found.add(attribute["values"][0]["certs"][0]["hash_algorithm"]["algorithm"].native)
    return found


def _digests(signer: Any) -> set[str]:
    """The digest of the content and the one under the signature itself."""
    return {signer["digest_algorithm"]["algorithm"].native, signer["signature_algorithm"].hash_algo}
