"""What a sealing key must be able to do, wherever it is kept."""

from __future__ import annotations

from typing import Literal, Protocol

# As RFC 8017, 8.2 (PKCS#1 v1.5) and RFC 3279, 2.2.3 (DER of r and s) write a signature.
Algorithm = Literal["sha256_rsa", "sha384_rsa", "sha512_rsa", "sha256_ecdsa", "sha384_ecdsa", "sha512_ecdsa"]


class KeySource(Protocol):
    """A private key that signs but never shows itself, and its certificate (X.509, DER).

    A key in a cloud service is one file with this class, and one row in ``SOURCES`` of this package.
    ``sign`` is called in a thread of its own, perhaps several at once, and what it answers is checked with
    the certificate before it is used.
    """

    @property
    def certificate(self) -> bytes:
        """The key's own certificate."""

    @property
    def chain(self) -> tuple[bytes, ...]:
        """Other certificates that came along, in any order; perhaps none."""

    def sign(self, data: bytes, algorithm: Algorithm) -> bytes:
        """The signature over ``data``, which this hashes; raises ``KeyUnavailable`` or ``UnusableKey``."""

    def close(self) -> None:
        """Let go of the key; calling it twice is fine."""
