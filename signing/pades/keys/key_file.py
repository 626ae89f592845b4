"""A key in a PKCS#12 file, parsed once."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from signing.pades.errors import UnusableKey
from signing.pades.keys.source import Algorithm
from signing.pades.settings import KeySettings

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
HASHES: dict[str, type[hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


class KeyFile:
    """See ``KeySource``. The key stays in memory until the process ends."""

    def __init__(self, key: PrivateKey, certificate: bytes, chain: tuple[bytes, ...]) -> None:
        self._key = key
        self._certificate = certificate
        self._chain = chain

    @property
    def certificate(self) -> bytes:
        """See ``KeySource``."""
        return self._certificate

    @property
    def chain(self) -> tuple[bytes, ...]:
        """See ``KeySource``."""
        return self._chain

    def sign(self, data: bytes, algorithm: Algorithm) -> bytes:
        """See ``KeySource``."""
        digest = HASHES[algorithm.partition("_")[0]]()
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), digest)
        return self._key.sign(data, ec.ECDSA(digest))

    def close(self) -> None:
        """Nothing is open."""


def open_key_file(settings: KeySettings) -> KeyFile:
    """Read ``file:///path/seal.p12``; raises ``UnusableKey`` or ``UnusableSecret``."""
    address = urlsplit(settings.url)
    if address.netloc or address.query or address.fragment:
        raise UnusableKey(
            f"the key {settings.url} is not written as file:///path/seal.p12; its passphrase goes in a file "
            "or environment variable"
        )
    path = Path(unquote(address.path))
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnusableKey(
            f"cannot read the key file {path}: {error.strerror}; check path and rights"
        ) from error
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(
            data, settings.secret.reveal().encode("utf-8")
        )
    except (ValueError, TypeError) as error:
        raise UnusableKey(
            f"{path} is no PKCS#12 file that this passphrase opens; check the file and its passphrase"
        ) from error
    if not isinstance(key, PrivateKey) or certificate is None:
        raise UnusableKey(f"{path} must hold an RSA or elliptic-curve key with its certificate")
    chain = tuple(member.public_bytes(Encoding.DER) for member in others)
    return KeyFile(key, certificate.public_bytes(Encoding.DER), chain)
