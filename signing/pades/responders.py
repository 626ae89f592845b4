"""What the development services answer: bytes in, bytes out (RFC 3161, RFC 6960, RFC 5280)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import algos, core, parser, tsp  # type: ignore[import-untyped]
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from signing.pades.authority import Entity, Issuer
from signing.pades.cms import TST_INFO, SignerParts, write_attributes, write_signed_data

# A policy that promises nothing; an arc that needs no registration (ITU-T X.667).
TSA_POLICY = "2.25.285047250396802418492893180334485586922"
# RFC 5652, 11.1 and 11.2; RFC 5035, 3.
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
OCSP_LIFE = timedelta(hours=12)
CRL_LIFE = timedelta(days=7)


def timestamp_reply(request: bytes, tsa: Entity, now: datetime, issuers: Sequence[bytes] = ()) -> bytes:
    """A TimeStampResp (RFC 3161, 2.4.2): a token, or a rejection that says why. Only SHA-256 is accepted.

    ``issuers``: certificates (DER) that go along with that of the authority.
    """
    try:
        question = tsp.TimeStampReq.load(request, strict=True)
        refusal = _refusal(question)
    except (ValueError, TypeError, KeyError) as error:
        refusal = ("bad_data_format", f"not a TimeStampReq: {type(error).__name__}")
    if refusal is not None:
        return _rejection(*refusal)
    return _sequence(tsp.PKIStatusInfo({"status": "granted"}).dump(), _token(question, tsa, now, issuers))


def _refusal(question: Any) -> tuple[str, str] | None:
    imprint = question["message_imprint"]
    if imprint["hash_algorithm"]["algorithm"].native != "sha256":
        return "bad_alg", "only SHA-256 is accepted"
    if len(imprint["hashed_message"].native) != hashlib.sha256().digest_size:
        return "bad_data_format", "the hashed message is not 32 bytes long"
    if question["req_policy"].native not in (None, TSA_POLICY):
        return "unaccepted_policy", "this policy is not offered"
    if question["extensions"].native:
        return "unaccepted_extensions", "no extensions are accepted"
    return None


def _rejection(failure: str, text: str) -> bytes:
    status = {"status": "rejection", "status_string": [text], "fail_info": {failure}}
    return _sequence(tsp.PKIStatusInfo(status).dump())


def _sequence(*parts: bytes) -> bytes:
    # asn1crypto demands a token in every answer, RFC 3161 only in a granted one.
    encoded: bytes = parser.emit(0, 1, 16, b"".join(parts))
    return encoded


def _token(question: Any, tsa: Entity, now: datetime, issuers: Sequence[bytes]) -> bytes:
    info = {
        "version": "v1",
        "policy": TSA_POLICY,
        "message_imprint": question["message_imprint"],
        "serial_number": secrets.randbits(127),
        "gen_time": core.GeneralizedTime(now.replace(microsecond=0)),
        "accuracy": {"seconds": 1},
    }
    if question["nonce"].native is not None:
        info["nonce"] = question["nonce"]
    content: bytes = tsp.TSTInfo(info).dump()
    certificate = asn1_x509.Certificate.load(tsa.certificate.public_bytes(Encoding.DER))
    attributes = _attributes(content, certificate)
    signer = SignerParts(
        issuer=certificate.issuer.dump(),
        serial=certificate.serial_number,
        digest_algorithm=algos.DigestAlgorithm({"algorithm": "sha256"}).dump(),
        signature_algorithm=algos.SignedDigestAlgorithm({"algorithm": tsa.algorithm}).dump(),
        attributes=attributes,
        signature=tsa.sign(attributes),
    )
    wanted = [certificate.dump(), *issuers] if question["cert_req"].native else []
    return write_signed_data(signer, wanted, content)


def _attributes(content: bytes, certificate: Any) -> bytes:
    # RFC 3161, 2.4.2 as updated by RFC 5816: the token names its certificate by SHA-256, the default of
    # SigningCertificateV2 (RFC 5035, 3), which holds certificates, each a hash here.
    digest: bytes = core.OctetString(hashlib.sha256(certificate.dump()).digest()).dump()
    named = _sequence(_sequence(_sequence(digest)))
    return write_attributes(
        [
            (CONTENT_TYPE, core.ObjectIdentifier(TST_INFO).dump()),
            (MESSAGE_DIGEST, core.OctetString(hashlib.sha256(content).digest()).dump()),
            (SIGNING_CERTIFICATE_V2, named),
        ]
    )


def ocsp_reply(
    request: bytes, issuer: Issuer, responder: Entity, revoked: dict[int, datetime], now: datetime
) -> bytes:
    """An OCSPResponse (RFC 6960) about one certificate of ``issuer``; others get ``unauthorized``."""
    try:
        question = ocsp.load_der_ocsp_request(request)
        about = (question.issuer_key_hash, question.issuer_name_hash, question.serial_number)
    except (ValueError, NotImplementedError):
        return _ocsp_refusal(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
    if about[:2] != _issuer_hashes(issuer, responder, question.hash_algorithm):
        return _ocsp_refusal(ocsp.OCSPResponseStatus.UNAUTHORIZED)
    since = revoked.get(question.serial_number)
    gone = since is not None and since <= now
    builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
        issuer_name_hash=question.issuer_name_hash,
        issuer_key_hash=question.issuer_key_hash,
        serial_number=question.serial_number,
        algorithm=question.hash_algorithm,
        cert_status=ocsp.OCSPCertStatus.REVOKED if gone else ocsp.OCSPCertStatus.GOOD,
        this_update=now.replace(microsecond=0),
        next_update=now.replace(microsecond=0) + OCSP_LIFE,
        revocation_time=since if gone else None,
        revocation_reason=x509.ReasonFlags.key_compromise if gone else None,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, responder.certificate)
    builder = builder.certificates([responder.certificate])
    for extension in question.extensions:
        if isinstance(extension.value, x509.OCSPNonce):
            builder = builder.add_extension(extension.value, critical=False)
    return builder.sign(responder.key, hashes.SHA256()).public_bytes(Encoding.DER)


def _ocsp_refusal(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)


def _issuer_hashes(issuer: Issuer, responder: Entity, algorithm: hashes.HashAlgorithm) -> tuple[bytes, bytes]:
    # The responder's certificate comes from the same issuer, so a question about it has the same hashes.
    builder = ocsp.OCSPRequestBuilder()
    reference = builder.add_certificate(responder.certificate, issuer.certificate, algorithm).build()
    return reference.issuer_key_hash, reference.issuer_name_hash


def crl(issuer: Issuer, revoked: dict[int, datetime], now: datetime) -> bytes:
    """The revocation list of ``issuer`` (RFC 5280, 5) in DER, as it is at ``now``."""
    start = now.replace(microsecond=0)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(start)
        .next_update(start + CRL_LIFE)
        .add_extension(x509.CRLNumber(int(start.timestamp())), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False
        )
    )
    for serial, since in revoked.items():
        if since <= now:
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since).build()
            builder = builder.add_revoked_certificate(entry)
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)
