"""What signing must be told: keys, whom to trust, which authorities to ask for the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from signing.pades.secret import Secret

# A packet lives at most 30 + 14 days between its first signature and its seal, and the seal proves that the
# certificates of all its signatures are still good.
KEY_MARGIN = timedelta(days=45)


@dataclass(frozen=True)
class KeySettings:
    """A sealing key.

    ``url``: ``file:///path/seal.p12``, or ``pkcs11:token=…;object=…?module-path=…`` (RFC 7512).
    ``secret``: its passphrase or PIN. ``certificates``: PEM or DER files with the certificate, when the token
    does not hold it, and issuers, when nothing else does.
    """

    url: str
    secret: Secret
    certificates: tuple[Path, ...] = ()


@dataclass(frozen=True)
class TsaSettings:
    """One time-stamping authority (RFC 3161 over HTTP).

    ``secret`` goes with ``username`` (HTTP Basic), into ``header`` as it is, or, without those, as bearer
    token. ``policy``: the only policy (dotted OID) that will do. ``certificate`` and ``certificate_key``
    (PEM, the key without passphrase) identify us in TLS; ``ca`` (PEM): whom TLS trusts instead of the system.
    """

    url: str
    secret: Secret | None = None
    username: str | None = None
    header: str | None = None
    policy: str | None = None
    certificate: Path | None = None
    certificate_key: Path | None = None
    ca: Path | None = None


@dataclass(frozen=True)
class ProxySettings:
    """The HTTP proxy for everything that signing asks: timestamps, OCSP, CRLs. ``secret``: the password."""

    url: str
    username: str | None = None
    secret: Secret | None = None


@dataclass(frozen=True)
class PadesSettings:
    """Where the keys are and whom to trust; read once, at start.

    ``keys``: the first that fits at the moment signs. ``tsas`` are asked in this order.
    ``trust_roots`` and ``other_certificates``: PEM or DER files. ``timeout``: seconds per network question.
    ``key_margin``: nothing is signed with a chain of which a certificate ends sooner than this.
    """

    keys: tuple[KeySettings, ...]
    trust_roots: tuple[Path, ...]
    tsas: tuple[TsaSettings, ...]
    timeout: float = 10.0
    other_certificates: tuple[Path, ...] = ()
    key_margin: timedelta = KEY_MARGIN
    proxy: ProxySettings | None = None
