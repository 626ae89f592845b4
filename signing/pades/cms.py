"""Writes the CMS container of a signature or timestamp (RFC 5652, RFC 3161) straight from its encoded parts.

asn1crypto could write it, but takes every length that ends in 0x80 for an indefinite one, and then encodes
all levels below anew, three times per level: one signature in a hundred took nine seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from asn1crypto import core, parser  # type: ignore[import-untyped]

SIGNED_DATA = "1.2.840.113549.1.7.2"
DATA = "1.2.840.113549.1.7.1"
TST_INFO = "1.2.840.113549.1.9.16.1.4"
SIGNATURE_TIME_STAMP = "1.2.840.113549.1.9.16.2.14"

_UNIVERSAL, _CONTEXT = 0, 2
_SEQUENCE, _SET = 16, 17


@dataclass(frozen=True)
class SignerParts:
    """The encoded parts of a SignerInfo; ``attributes`` is the SET that was signed."""

    issuer: bytes
    serial: int
    digest_algorithm: bytes
    signature_algorithm: bytes
    attributes: bytes
    signature: bytes
    timestamp: bytes | None = None


def write_signed_data(
    signer: SignerParts, certificates: Iterable[bytes], content: bytes | None = None
) -> bytes:
    """A ContentInfo with one signer: detached, or around ``content``, which is then an encoded TSTInfo."""
    digests = _constructed(_SET, signer.digest_algorithm)
    chain = sorted(certificates)
    inside = [
        # RFC 5652, 5.1: version 3 when the content is not plain data.
        _integer(1 if content is None else 3),
        digests,
        _sequence(_oid(DATA)) if content is None else _enclosed(content),
        *([_tagged(0, *chain)] if chain else []),
        _constructed(_SET, _signer_info(signer)),
    ]
    return _sequence(_oid(SIGNED_DATA), _tagged(0, _sequence(*inside)))


def write_attributes(said: Iterable[tuple[str, bytes]]) -> bytes:
    """A SET of attributes, each a dotted OID and its only value, encoded; in DER's order (X.690, 11.6)."""
    return _constructed(_SET, *sorted(_attribute(kind, value) for kind, value in said))


def _attribute(kind: str, value: bytes) -> bytes:
    return _sequence(_oid(kind), _constructed(_SET, value))


def _enclosed(content: bytes) -> bytes:
    octets: bytes = core.OctetString(content).dump()
    return _sequence(_oid(TST_INFO), _tagged(0, octets))


def _signer_info(signer: SignerParts) -> bytes:
    parts = [
        _integer(1),
        _sequence(signer.issuer, _integer(signer.serial)),
        signer.digest_algorithm,
        _retagged(0, signer.attributes),
        signer.signature_algorithm,
        core.OctetString(signer.signature).dump(),
    ]
    if signer.timestamp is not None:
        parts.append(_tagged(1, _attribute(SIGNATURE_TIME_STAMP, signer.timestamp)))
    return _sequence(*parts)


def _retagged(tag: int, encoded: bytes) -> bytes:
    contents: bytes = parser.parse(encoded)[4]
    return _tagged(tag, contents)


def _sequence(*parts: bytes) -> bytes:
    return _constructed(_SEQUENCE, *parts)


def _constructed(tag: int, *parts: bytes) -> bytes:
    return _emit(_UNIVERSAL, tag, parts)


def _tagged(tag: int, *parts: bytes) -> bytes:
    return _emit(_CONTEXT, tag, parts)


def _emit(class_: int, tag: int, parts: Any) -> bytes:
    encoded: bytes = parser.emit(class_, 1, tag, b"".join(parts))
    return encoded


def _integer(number: int) -> bytes:
    encoded: bytes = core.Integer(number).dump()
    return encoded


def _oid(dotted: str) -> bytes:
    encoded: bytes = core.ObjectIdentifier(dotted).dump()
    return encoded
