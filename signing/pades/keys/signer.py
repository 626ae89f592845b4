"""A pyHanko signer on a key source: the CMS container of one signature, and how long it will be."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from asn1crypto import algos, x509  # type: ignore[import-untyped]
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import load_der_x509_certificate
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing.pades.attributes import Statement
from signing.pades.cms import SignerParts, write_signed_data
from signing.pades.errors import UnusableKey
from signing.pades.keys.key_file import HASHES
from signing.pades.keys.source import Algorithm, KeySource

KEPT_TEMPLATES = 256
# Stand in the templates where a digest comes.
_MESSAGE_DIGEST, _AUDIT_DIGEST = secrets.token_bytes(64), secrets.token_bytes(32)


class SourceSigner(Signer):
    """Signs with a key source.

    pyHanko's own signer parses and checks an RSA key again at every signature: 40 to 330 ms each.
    """

    def __init__(self, source: KeySource, certificate: x509.Certificate, issuers: Sequence[x509.Certificate]):
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple(issuers)
        super().__init__(signing_cert=certificate, cert_registry=store, embed_roots=False)
        self._source = source
        self._certificate = certificate
        self._public = load_der_x509_certificate(certificate.dump()).public_key()
        # The root is left out: whoever validates has it, or does not trust it.
        self._issuer: bytes = certificate.issuer.dump()
        self._templates: dict[tuple[str, Any], bytes] = {}
        above = [member for member in issuers if member.self_signed == "no"]
        self._certificates = [member.dump() for member in (certificate, *above)]

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """The raw signature over ``data``; zeros of the largest possible length in a dry run.

        Raises ``KeyUnavailable``, or ``UnusableKey`` when the signature does not fit the certificate.
        """
        if dry_run:
            return bytes(self._signature_length())
        algorithm: Algorithm = self.get_signature_mechanism_for_digest(digest_algorithm)["algorithm"].native
        signature = await asyncio.to_thread(self._source.sign, data, algorithm)
        # A key that was exchanged, or a fault in the device, must not reach a document; and a faulty RSA
        # signature gives the key away.
        self._ensure_fits(signature, data, digest_algorithm)
        return signature

    async def async_sign(
        self,
        data_digest: bytes,
        digest_algorithm: str,
        dry_run: bool = False,
        use_pades: bool = True,
        timestamper: Any = None,
        signed_attr_settings: PdfCMSSignedAttributes | None = None,
        is_pdf_sig: bool = True,
        encap_content_info: Any = None,
    ) -> bytes:
        """The encoded CMS container, with a signature timestamp from ``timestamper`` (see ``cms``).

        A dry run gives one that is as long as it will be, with zeros for signature and timestamp.
        """
        statement = signed_attr_settings.cades_signed_attrs if signed_attr_settings is not None else None
        if not isinstance(statement, Statement):
            raise AssertionError("every signature of ours makes a statement")
        attributes = await self._attributes(statement, data_digest, digest_algorithm)
        signature = await self.async_sign_raw(attributes, digest_algorithm, dry_run)
        if dry_run:
            token = bytes(timestamper.token_length)
        else:
            imprint = hashlib.new(digest_algorithm, signature).digest()
            token = await timestamper.async_timestamp(imprint, digest_algorithm)
        signer = SignerParts(
            issuer=self._issuer,
            serial=self._certificate.serial_number,
            digest_algorithm=algos.DigestAlgorithm({"algorithm": digest_algorithm}).dump(),
            signature_algorithm=self.get_signature_mechanism_for_digest(digest_algorithm).dump(),
            attributes=attributes,
            signature=signature,
            timestamp=token,
        )
        return write_signed_data(signer, self._certificates)

    async def _attributes(self, statement: Statement, digest: bytes, digest_algorithm: str) -> bytes:
        """The encoded signed attributes: as pyHanko writes them once, with this document's digests put in.

        Of two signatures with one key and one kind of statement only the digests differ; and no attribute's
        place in the SET depends on them. asn1crypto takes 10 ms to write what this takes no time for.
        """
        kind = (digest_algorithm, statement.without_digest)
        if kind not in self._templates:
            if len(self._templates) >= KEPT_TEMPLATES:
                self._templates.clear()
            said = PdfCMSSignedAttributes(cades_signed_attrs=replace(statement, audit_sha256=_AUDIT_DIGEST))
            digest_place = _MESSAGE_DIGEST[: len(digest)]
            written = await self.signed_attrs(digest_place, digest_algorithm, said, use_pades=True)
            self._templates[kind] = written.dump()
        template = self._templates[kind]
        for place, value in (
            (_MESSAGE_DIGEST[: len(digest)], digest),
            (_AUDIT_DIGEST, statement.audit_sha256),
        ):
            if template.count(place) != 1 or len(place) != len(value):
                raise AssertionError("the signed attributes hold each digest once")
            template = template.replace(place, value)
        return template

    def prove(self) -> None:
        """Raise ``UnusableKey`` or ``KeyUnavailable`` unless the key signs, and fits its certificate."""
        probe = b"does this key fit its certificate?"
        algorithm: Algorithm = self.get_signature_mechanism_for_digest("sha256")["algorithm"].native
        self._ensure_fits(self._source.sign(probe, algorithm), probe, "sha256")

    def _ensure_fits(self, signature: bytes, data: bytes, digest_algorithm: str) -> None:
        digest = HASHES[digest_algorithm]()
        try:
            if isinstance(self._public, rsa.RSAPublicKey):
                self._public.verify(signature, data, padding.PKCS1v15(), digest)
            elif isinstance(self._public, ec.EllipticCurvePublicKey):
                self._public.verify(signature, data, ec.ECDSA(digest))
        except InvalidSignature as error:
            raise UnusableKey(
                f"the key does not fit the certificate of {self._certificate.subject.human_friendly}, or its "
                "device errs; export both again, or have the device checked"
            ) from error

    def _signature_length(self) -> int:
        if isinstance(self._public, rsa.RSAPublicKey):
            return (self._public.key_size + 7) // 8
        size = (getattr(self._public, "key_size", 521) + 7) // 8
        # An ECDSA signature is a DER sequence of two integers, each with at most one sign byte.
        return 2 * (size + 3) + 4
