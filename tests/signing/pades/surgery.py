"""Changes in place: other bytes where a signature stands, and signatures made anew with weak parts."""

import hashlib
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from asn1crypto import algos, cms, parser, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from signing.pades import PadesSettings
from signing.pades.authority import Entity
from signing.pades.cms import SignerParts, write_signed_data
from tests.signing.pades.forgeries import BYTE_RANGE, CONTENTS

Attributes = list[cms.CMSAttribute]
DIGESTS = {"sha1": hashes.SHA1, "sha256": hashes.SHA256}


def with_byte_range(pdf: bytes, change: Callable[[list[int]], list[int]], which: int = -1) -> bytes:
    """One ByteRange (the last, unless told) rewritten in the room that it has."""
    found = list(BYTE_RANGE.finditer(pdf))[which]
    numbers = change([int(number) for number in found.groups()])
    room = re.compile(rb"\s*").match(pdf, found.end()).end() - found.start()
    text = b"/ByteRange [%s]" % b" ".join(b"%d" % number for number in numbers)
    assert len(text) <= room, "no room for that"
    return pdf[: found.start()] + text.ljust(room) + pdf[found.start() + room :]


def wrapped(pdf: bytes, inserted: bytes) -> bytes:
    """Signature wrapping: a changed copy of the second signed part, ``inserted``, then that part itself.

    Readers see the copy, whose ByteRange names the part at the end; startxref still fits the copy.
    """
    _, before, start, after = (int(number) for number in list(BYTE_RANGE.finditer(pdf))[-1].groups())
    tail = pdf[start : start + after]
    moved = start + len(tail) + len(inserted)
    copy = with_byte_range(pdf, lambda _: [0, before, moved, after])[start : start + after]
    return pdf[:start] + copy + inserted + tail


def contents(pdf: bytes, which: int) -> bytes:
    """What is written as a signature's Contents, without the zeroes behind it."""
    written = bytes.fromhex(list(CONTENTS.finditer(pdf))[which].group(1).decode())
    return written[: parser.peek(written)]


def with_contents(pdf: bytes, which: int, content: bytes) -> bytes:
    """Another CMS container in the room of this signature."""
    found = list(CONTENTS.finditer(pdf))[which]
    room = len(found.group(1))
    text = content.hex().upper().encode()
    assert len(text) <= room
    return pdf[: found.start(1)] + text.ljust(room, b"0") + pdf[found.end(1) :]


def joined(encoded: bytes, parts: Iterable[bytes]) -> bytes:
    """The value with other members."""
    class_, method, tag, *_ = parser.parse(encoded)
    made: bytes = parser.emit(class_, method, tag, b"".join(parts))
    return made


def written_longer(value: bytes) -> bytes:
    """The same value with its outer length in more bytes than needed (BER, not DER)."""
    header = 2 + (value[1] & 0x7F)
    return value[:1] + b"\x84" + value[2:header].rjust(4, b"\0") + value[header:]


def with_timestamps(pdf: bytes, make: Callable[[bytes], list[bytes]], which: int = -1) -> bytes:
    """The signature with other signature timestamps: the tokens that ``make`` gives for its value."""
    old = cms.ContentInfo.load(contents(pdf, which))["content"]
    signer = old["signer_infos"][0]
    tokens = b"".join(make(signer["signature"].native))
    parts = SignerParts(
        issuer=signer["sid"].chosen["issuer"].dump(),
        serial=signer["sid"].chosen["serial_number"].native,
        digest_algorithm=signer["digest_algorithm"].dump(),
        signature_algorithm=signer["signature_algorithm"].dump(),
        attributes=signer["signed_attrs"].untag().dump(),
        signature=signer["signature"].native,
        timestamp=tokens or None,
    )
    chain = [each.chosen.dump() for each in old["certificates"]]
    return with_contents(pdf, which, write_signed_data(parts, chain))


def timestamps(pdf: bytes, which: int = -1) -> list[bytes]:
    """The signature timestamps of a signature."""
    signer = cms.ContentInfo.load(contents(pdf, which))["content"]["signer_infos"][0]
    return [value.dump() for attribute in signer["unsigned_attrs"] for value in attribute["values"]]


def token(
    tsa: Entity,
    data: bytes,
    moment: Any,
    *,
    imprint: str = "sha256",
    digest: str = "sha256",
    named: str = "sha256",
) -> bytes:
    """A timestamp token over ``data``.

    ``imprint``: how the data is named; ``digest``: what the authority signs with; ``named``: how it names its
    own certificate.
    """
    info = tsp.TSTInfo(
        {
            "version": "v1",
            "policy": "1.2.3",
            "message_imprint": {
                "hash_algorithm": {"algorithm": imprint},
                "hashed_message": hashlib.new(imprint, data).digest(),
            },
            "serial_number": 5,
            "gen_time": moment.replace(microsecond=0),
            "accuracy": {"seconds": 1},
        }
    ).dump()
    certificate = x509.Certificate.load(tsa.certificate.public_bytes(Encoding.DER))
    attributes: Attributes = [
        cms.CMSAttribute({"type": "content_type", "values": ["tst_info"]}),
        cms.CMSAttribute({"type": "message_digest", "values": [hashlib.new(digest, info).digest()]}),
        certificate_named(certificate, named),
    ]
    return _container(tsa.key, certificate, [certificate], attributes, digest, info)


def certificate_named(certificate: x509.Certificate, digest: str) -> cms.CMSAttribute:
    """The attribute that names the certificate of a signature (RFC 5035)."""
    hashed = hashlib.new(digest, certificate.dump()).digest()
    if digest == "sha1":
        return cms.CMSAttribute(
            {"type": "signing_certificate", "values": [{"certs": [{"cert_hash": hashed}]}]}
        )
    named = {"cert_hash": hashed, "hash_algorithm": {"algorithm": digest}}
    return cms.CMSAttribute({"type": "signing_certificate_v2", "values": [{"certs": [named]}]})


def resigned(
    pdf: bytes,
    settings: PadesSettings,
    *,
    digest: str = "sha256",
    change: Callable[[Attributes, x509.Certificate], Attributes] = lambda attributes, _: attributes,
    stamp: Callable[[bytes], bytes],
) -> bytes:
    """The last signature made anew with the same key: other digest, signed attributes and timestamp."""
    named = settings.keys[0]
    kept = Path(urlsplit(named.url).path).read_bytes()
    key, leaf, _ = pkcs12.load_key_and_certificates(kept, named.secret.reveal().encode())
    assert leaf is not None
    certificate = x509.Certificate.load(leaf.public_bytes(Encoding.DER))
    old = cms.ContentInfo.load(contents(pdf, -1))["content"]
    first, before, start, after = (int(n) for n in list(BYTE_RANGE.finditer(pdf))[-1].groups())
    covered = pdf[first:before] + pdf[start : start + after]
    attributes = [
        each for each in old["signer_infos"][0]["signed_attrs"] if each["type"].native != "message_digest"
    ]
    attributes.append(
        cms.CMSAttribute({"type": "message_digest", "values": [hashlib.new(digest, covered).digest()]})
    )
    chain = [each.chosen for each in old["certificates"]]
    made = _container(key, certificate, chain, change(attributes, certificate), digest)
    plain = with_contents(pdf, -1, made)
    return with_timestamps(plain, lambda value: [stamp(value)])


def _container(
    key: Any,
    certificate: x509.Certificate,
    chain: list[x509.Certificate],
    attributes: Attributes,
    digest: str,
    content: bytes | None = None,
) -> bytes:
    signed = cms.CMSAttributes(sorted(attributes, key=lambda each: each.dump())).dump()
    # No algorithm signs MD5 with an elliptic curve; its digest of the document is weak enough.
    signing = "sha256" if digest == "md5" else digest
    algorithm = f"{signing}_{'rsa' if isinstance(key, RSAPrivateKey) else 'ecdsa'}"
    parts = SignerParts(
        issuer=certificate.issuer.dump(),
        serial=certificate.serial_number,
        digest_algorithm=algos.DigestAlgorithm({"algorithm": digest}).dump(),
        signature_algorithm=algos.SignedDigestAlgorithm({"algorithm": algorithm}).dump(),
        attributes=signed,
        signature=_signed(key, signed, DIGESTS[signing]()),
    )
    return write_signed_data(parts, [each.dump() for each in chain], content)


def _signed(key: Any, data: bytes, digest: hashes.HashAlgorithm) -> bytes:
    if isinstance(key, RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), digest)
    return key.sign(data, ec.ECDSA(digest))
