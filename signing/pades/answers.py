"""Whether a time-stamping authority's answer holds (RFC 3161): everything is checked before it is used."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import cms, parser, tsp, x509  # type: ignore[import-untyped]
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import load_der_x509_certificate
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from signing.pades.certificates import TrustRoots
from signing.pades.der import ensure_der

# How far the authority's clock may differ from ours before its answer is refused.
CLOCK_DIFFERENCE = timedelta(minutes=5)
# For how long a chain that was judged is not judged again, and how many are remembered.
CHAIN_LIFE, MOST_CHAINS = timedelta(minutes=10), 100
HASHES: dict[str, type[hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
STRONG_DIGESTS = frozenset(HASHES)


class UnusableAnswer(Exception):
    """This answer will not do; the text says why."""


@dataclass(frozen=True)
class Question:
    """What was asked: a digest to stamp, and under which policy (dotted OID; None: any)."""

    nonce: int
    digest: bytes
    algorithm: str
    policy: str | None = None

    @property
    def encoded(self) -> bytes:
        """The TimeStampReq (RFC 3161, 2.4.1) that asks for the certificates too."""
        imprint = {"hash_algorithm": {"algorithm": self.algorithm}, "hashed_message": self.digest}
        asked = {"version": 1, "message_imprint": imprint, "nonce": self.nonce, "cert_req": True}
        if self.policy is not None:
            asked["req_policy"] = self.policy
        encoded: bytes = tsp.TimeStampReq(asked).dump()
        return encoded


@dataclass(frozen=True)
class Token:
    """A timestamp that holds: its encoding (ContentInfo), and the chain behind it, leaf first, root last."""

    encoded: bytes
    chain: tuple[x509.Certificate, ...]


class Chains:
    """The chains of authorities' certificates, each judged anew after a while."""

    def __init__(self, trust: TrustRoots) -> None:
        self._trust = trust
        self._known: dict[bytes, tuple[datetime, tuple[x509.Certificate, ...]]] = {}

    async def of(
        self, certificate: x509.Certificate, others: Iterable[x509.Certificate], now: datetime
    ) -> tuple[x509.Certificate, ...]:
        """Leaf first, root last; raises ``UnusableAnswer`` unless it is valid at ``now`` for timestamps."""
        judged_at, chain = self._known.get(certificate.sha256, (None, ()))
        if judged_at is None or not timedelta() <= now - judged_at < CHAIN_LIFE:
            chain = await self._judged(certificate, others, now)
            if len(self._known) >= MOST_CHAINS:
                self._known.clear()
            self._known[certificate.sha256] = (now, chain)
        return chain

    async def _judged(
        self, certificate: x509.Certificate, others: Iterable[x509.Certificate], now: datetime
    ) -> tuple[x509.Certificate, ...]:
        context = ValidationContext(
            trust_roots=list(self._trust.certificates), moment=now, revocation_mode="soft-fail"
        )
        validator = CertificateValidator(
            certificate, intermediate_certs=list(others), validation_context=context
        )
        try:
            path = await validator.async_validate_usage(set(), {"time_stamping"})  # type: ignore[no-untyped-call]
        except (PathError, ValidationError) as error:
            raise UnusableAnswer(
                "its certificate does not lead to a trusted root, or is not valid now"
            ) from error
        return tuple(reversed(list(path.iter_certs(include_root=True))))


async def checked(body: bytes, question: Question, chains: Chains, now: datetime) -> Token:
    """The token in a TimeStampResp; raises ``UnusableAnswer`` for anything but a good one."""
    try:
        encoded = _granted(body)
        _ensure_plain(encoded)
        signed = cms.ContentInfo.load(encoded, strict=True)["content"]
        content, info = _stamped(signed)
        _ensure_answers(info, question, now)
        chain = await _ensure_signed(signed, content, chains, now)
    except UnusableAnswer:
        raise
    except Exception as error:  # whatever a hostile or broken answer sets off, the next authority is asked
        raise UnusableAnswer(f"its answer cannot be read ({type(error).__name__})") from error
    return Token(encoded, chain)


def _granted(body: bytes) -> bytes:
    # Not as a TimeStampResp: asn1crypto demands a token in every answer, RFC 3161 only in a granted one.
    inside: bytes = parser.parse(body, strict=True)[4]
    first = parser.peek(inside)
    status = tsp.PKIStatusInfo.load(inside[:first])
    # RFC 3161, 2.4.2: with modifications is granted too; all that matters to us is compared below.
    if status["status"].native not in ("granted", "granted_with_mods"):
        said = "; ".join(status["status_string"].native or ()) or "no reason given"
        raise UnusableAnswer(f"it refuses: {status['status'].native} ({said[:200]})")
    token = inside[first:]
    return token[: parser.peek(token)]


def _ensure_plain(encoded: bytes) -> None:
    """The validator wants one spelling only; what it would refuse in the sealed file is refused here."""
    try:
        ensure_der(encoded)
    except ValueError as error:
        raise UnusableAnswer("its token is not written in DER") from error


def _stamped(signed: Any) -> tuple[bytes, Any]:
    """The TSTInfo (RFC 3161, 2.4.2): its own bytes, which are what is signed, and what they say."""
    enclosed = signed["encap_content_info"]
    if enclosed["content_type"].native != "tst_info":
        raise UnusableAnswer("its token holds no timestamp")
    # Not ``parsed``: asn1crypto would give its own encoding of it from then on.
    content = bytes(enclosed["content"])
    return content, tsp.TSTInfo.load(content, strict=True)


def _ensure_answers(info: Any, question: Question, now: datetime) -> None:
    if info["nonce"].native != question.nonce:
        raise UnusableAnswer("its answer belongs to another question (nonce)")
    imprint = info["message_imprint"]
    if imprint["hash_algorithm"]["algorithm"].native != question.algorithm:
        raise UnusableAnswer("its timestamp uses another hash algorithm")
    if imprint["hashed_message"].native != question.digest:
        raise UnusableAnswer("its timestamp is not over our document")
    if question.policy is not None and info["policy"].dotted != question.policy:
        raise UnusableAnswer(f"its policy is {info['policy'].dotted}, not {question.policy}")
    if abs(info["gen_time"].native - now) > CLOCK_DIFFERENCE:
        raise UnusableAnswer(f"its clock says {info['gen_time'].native:%Y-%m-%d %H:%M} UTC, ours does not")


async def _ensure_signed(
    signed: Any, content: bytes, chains: Chains, now: datetime
) -> tuple[x509.Certificate, ...]:
    if len(signed["signer_infos"]) != 1:
        raise UnusableAnswer("its token is not signed by one signer")
    signer = signed["signer_infos"][0]
    # Signed as a SET OF, written in the token with another tag. Taken before anything is read: from then on
    # asn1crypto gives its own encoding of them, which takes it longer than all the rest here.
    attributes: bytes = parser.emit(0, 1, 17, signer["signed_attrs"].contents)
    certificate, others = _certificates(signed, signer)
    _ensure_named(signer, certificate)
    _ensure_for_timestamps(certificate)
    _ensure_intact(content, signer, attributes, certificate)
    return await chains.of(certificate, others, now)


def _certificates(signed: Any, signer: Any) -> tuple[x509.Certificate, list[x509.Certificate]]:
    """The signer's certificate and the others that came along, each from its own bytes."""
    sent = signed["certificates"]
    found = [x509.Certificate.load(member.dump()) for member in sent or () if member.name == "certificate"]
    own = [certificate for certificate in found if _is_of(certificate, signer["sid"])]
    if len(own) != 1:
        raise UnusableAnswer("its token does not hold the certificate that it is signed with")
    return own[0], [certificate for certificate in found if certificate is not own[0]]


def _is_of(certificate: x509.Certificate, sid: Any) -> bool:
    if sid.name == "subject_key_identifier":
        return bool(certificate.key_identifier == sid.chosen.native)
    issuer: bytes = sid.chosen["issuer"].dump()
    same = issuer == certificate.issuer.dump() or sid.chosen["issuer"] == certificate.issuer
    return bool(same and sid.chosen["serial_number"].native == certificate.serial_number)


def _ensure_intact(content: bytes, signer: Any, attributes: bytes, certificate: x509.Certificate) -> None:
    """RFC 5652, 5.4 and 5.6: the signature is over the attributes, and one of them over the content.

    Not by pyHanko, which encodes it all anew: 5 ms. The validator judges the token again, in the sealed file.
    """
    kind, hashed = signer["signature_algorithm"].signature_algo, signer["signature_algorithm"].hash_algo
    digest = signer["digest_algorithm"]["algorithm"].native
    if digest not in STRONG_DIGESTS or hashed not in STRONG_DIGESTS:
        raise UnusableAnswer(f"its timestamp is signed with {digest}, not with SHA-256 or better")
    said = _said(signer["signed_attrs"])
    if (
        said.get("content_type") != "tst_info"
        or said.get("message_digest") != hashlib.new(digest, content).digest()
    ):
        raise UnusableAnswer("its signature is over something else")
    public = load_der_x509_certificate(certificate.dump()).public_key()
    try:
        _verify(public, kind, signer["signature"].native, attributes, HASHES[hashed]())
    except InvalidSignature as error:
        raise UnusableAnswer("its signature is wrong") from error


def _said(attributes: Any) -> dict[str, Any]:
    """The signed attributes that may be there once, with one value each."""
    said: dict[str, Any] = {}
    for attribute in attributes:
        kind = attribute["type"].native
        if kind in ("content_type", "message_digest"):
            if kind in said or len(attribute["values"]) != 1:
                raise UnusableAnswer(f"its token says {kind} more than once")
            said[kind] = attribute["values"][0].native
    return said


def _verify(public: Any, kind: str, signature: bytes, data: bytes, digest: Any) -> None:
    if kind == "rsassa_pkcs1v15" and isinstance(public, rsa.RSAPublicKey):
        public.verify(signature, data, padding.PKCS1v15(), digest)
    elif kind == "rsassa_pss" and isinstance(public, rsa.RSAPublicKey):
        # RFC 4056, 3: the same hash inside, and a salt as long as the hash.
        scheme = padding.PSS(padding.MGF1(digest), digest.digest_size)
        public.verify(signature, data, scheme, digest)
    elif kind == "ecdsa" and isinstance(public, ec.EllipticCurvePublicKey):
        public.verify(signature, data, ec.ECDSA(digest))
    else:
        raise UnusableAnswer(f"its signature is of a kind that is not used here ({kind})")


def _ensure_named(signer: Any, certificate: x509.Certificate) -> None:
    """RFC 5816, 2.2.1: the token names its certificate, so that no other can be put in its place."""
    for attribute in signer["signed_attrs"]:
        kind = attribute["type"].native
        if kind in ("signing_certificate", "signing_certificate_v2"):
            named = attribute["values"][0]["certs"][0]
            # In version 2 the default is SHA-256; version 1 knows SHA-1 only (RFC 2634, 5.4).
            algorithm = (
                "sha1" if kind == "signing_certificate" else named["hash_algorithm"]["algorithm"].native
            )
            if hashlib.new(algorithm, certificate.dump()).digest() == named["cert_hash"].native:
                return
    raise UnusableAnswer("its token does not name the certificate that it is signed with")


def _ensure_for_timestamps(certificate: x509.Certificate) -> None:
    """RFC 3161, 2.3: a certificate for timestamps is for nothing else, and says so critically."""
    purposes = certificate.extended_key_usage_value
    if purposes is None or purposes.native != ["time_stamping"]:
        raise UnusableAnswer("its certificate is not for timestamps, or not for timestamps alone")
    if "extended_key_usage" not in certificate.critical_extensions:
        raise UnusableAnswer("its certificate does not say critically that it is for timestamps")
