"""Whether a time-stamping authority's answer holds (RFC 3161): everything is checked before it is used."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import cms, parser, tsp, x509  # type: ignore[import-untyped]
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from signing.pades.certificates import TrustRoots

# How far the authority's clock may differ from ours before its answer is refused.
CLOCK_DIFFERENCE = timedelta(minutes=5)
STRONG_DIGESTS = frozenset({"sha256", "sha384", "sha512"})


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


async def checked(body: bytes, question: Question, trust: TrustRoots, now: datetime) -> Token:
    """The token in a TimeStampResp; raises ``UnusableAnswer`` for anything but a good one."""
    try:
        encoded, token, info = _granted(body)
        _ensure_answers(info, question, now)
        chain = await _ensure_signed(token["content"], question, trust, now)
    except UnusableAnswer:
        raise
    except Exception as error:  # whatever a hostile or broken answer sets off, the next authority is asked
        raise UnusableAnswer(f"its answer cannot be read ({type(error).__name__})") from error
    return Token(encoded, chain)


def _granted(body: bytes) -> tuple[bytes, Any, Any]:
    # Not as a TimeStampResp: asn1crypto demands a token in every answer, RFC 3161 only in a granted one.
    inside: bytes = parser.parse(body, strict=True)[4]
    first = parser.peek(inside)
    status = tsp.PKIStatusInfo.load(inside[:first])
    # RFC 3161, 2.4.2: with modifications is granted too; all that matters to us is compared below.
    if status["status"].native not in ("granted", "granted_with_mods"):
        said = "; ".join(status["status_string"].native or ()) or "no reason given"
        raise UnusableAnswer(f"it refuses: {status['status'].native} ({said[:200]})")
    encoded = inside[first:][: parser.peek(inside[first:])]
    token = cms.ContentInfo.load(encoded, strict=True)
    info = token["content"]["encap_content_info"]["content"].parsed
    if not isinstance(info, tsp.TSTInfo):
        raise UnusableAnswer("its token holds no timestamp")
    return encoded, token, info


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
    signed: Any, question: Question, trust: TrustRoots, now: datetime
) -> tuple[x509.Certificate, ...]:
    signer = signed["signer_infos"][0]
    certificate = extract_certificate_info(signed).signer_cert
    digest = signer["digest_algorithm"]["algorithm"].native
    if digest not in STRONG_DIGESTS or signer["signature_algorithm"].hash_algo not in STRONG_DIGESTS:
        raise UnusableAnswer(f"its timestamp is signed with {digest}, not with SHA-256 or better")
    _ensure_named(signer, certificate)
    _ensure_for_timestamps(certificate)
    context = ValidationContext(trust_roots=list(trust.certificates), moment=now, revocation_mode="soft-fail")
    details = await validate_tst_signed_data(signed, context, lambda _: question.digest)
    status = TimestampSignatureStatus(**details)
    if not (status.intact and status.valid):
        raise UnusableAnswer("its signature is wrong")
    if not status.trusted or status.validation_path is None:
        raise UnusableAnswer("its certificate does not lead to a trusted root, or is not valid now")
    return tuple(reversed(list(status.validation_path.iter_certs(include_root=True))))


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
