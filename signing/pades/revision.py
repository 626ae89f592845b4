"""One incremental revision of a PDF: the field to fill, and the signature that fills it (PAdES B-T)."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner, PdfSigningSession

from signing.pades.appearance import Appearance
from signing.pades.attributes import Statement
from signing.pades.errors import DocumentChanged, FieldUnavailable, TimestampUnavailable, UnusableFile
from signing.pades.keys import SourceSigner
from signing.pades.model import PartySignature, Seal
from signing.pades.opening import Reader
from signing.pades.timestamps import CheckedTimeStamper

DIGEST = "sha256"
# How often a timestamp may turn out longer than all before it, in one signature.
LONGER_TOKENS = 4


class Revision(IncrementalPdfFileWriter):
    """An update that leaves title, dates and XMP metadata as they are.

    pyHanko would write the wall clock into them at every signature; they belong to what is signed.
    """

    @classmethod
    def of(cls, pdf: bytes) -> Revision:
        """Open the last revision strictly; raises ``UnusableFile``."""
        try:
            reader = Reader(pdf)
            revision = cls(reader.stream, prev=reader)
            _ = revision.root["/Pages"]
        except (
            PdfError,
            ValueError,
            TypeError,
            KeyError,
            IndexError,
            AttributeError,
            RecursionError,
        ) as error:
            raise UnusableFile(f"the PDF cannot be read strictly: {error}; generate it again") from error
        return revision

    def _update_meta(self) -> None:
        return


def ensure_digest(pdf: bytes, base_sha256: str) -> None:
    """Raise ``DocumentChanged`` unless ``pdf`` is the revision with this SHA-256 (hex)."""
    found = hashlib.sha256(pdf).hexdigest()
    if found != base_sha256.lower():
        raise DocumentChanged(
            f"the PDF's SHA-256 is {found}, but the last stored revision is {base_sha256}; "
            "read the stored one again"
        )


class _FieldSigner(PdfSigner):
    """Does not read the first signature again to learn that it certifies at P=2: we made it so.

    Without this (it is pyHanko's own name) a signature only takes 4 ms longer.
    """

    def _enforce_certification_constraints(self, reader: PdfFileReader) -> None:
        if self.signature_meta.certify:
            super()._enforce_certification_constraints(reader)


async def with_room(stamper: CheckedTimeStamper, write: Callable[[int], Awaitable[bytes]]) -> bytes:
    """What ``write`` makes with room for a timestamp (bytes); again when a longer one came than ever before.

    A signature's place in the file is part of what is signed, so its length must be known before it is made.
    """
    for _ in range(LONGER_TOKENS):
        room = stamper.token_length
        try:
            return await write(room)
        except SigningError:
            if not stamper.tokens or stamper.token_length <= room:
                raise
    raise TimestampUnavailable("the authorities' timestamps keep getting longer; nothing was signed")


async def fill_field(
    pdf: bytes,
    asked: PartySignature | Seal,
    statement: Statement,
    signer: SourceSigner,
    stamper: CheckedTimeStamper,
    style: Appearance,
    now: datetime,
) -> bytes:
    """The PDF with the asked field filled at B-T; raises ``FieldUnavailable`` or ``TimestampUnavailable``."""
    said = PdfCMSSignedAttributes(cades_signed_attrs=statement)

    async def write(_: int) -> bytes:
        revision = Revision.of(pdf)
        container = await signer.async_sign(
            bytes(32), DIGEST, dry_run=True, use_pades=True, timestamper=stamper, signed_attr_settings=said
        )
        session = _signing_session(revision, asked, statement, signer, stamper, style)
        session.system_time = now
        unsigned = session.prepare_tbs_document(None, 2 * len(container))
        digest, output = unsigned.digest_tbs_document()
        await unsigned.perform_signature(digest.document_digest, said)
        filled: bytes = output.getvalue()  # type: ignore[attr-defined]
        return filled

    return await with_room(stamper, write)


def _signing_session(
    revision: Revision,
    asked: PartySignature | Seal,
    statement: Statement,
    signer: SourceSigner,
    stamper: CheckedTimeStamper,
    style: Appearance,
) -> PdfSigningSession:
    first = _ensure_empty(revision, asked.field)
    metadata = PdfSignatureMetadata(
        field_name=asked.field,
        md_algorithm=DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        certify=first,
        docmdp_permissions=MDPPerm.FILL_FORMS,
        name=asked.name,
        reason=asked.reason,
        location=asked.location,
        cades_signed_attr_spec=statement,
    )
    pdf_signer = _FieldSigner(metadata, signer=signer, timestamper=stamper, stamp_style=style)
    return pdf_signer.init_signing_session(revision, existing_fields_only=True)


def _ensure_empty(revision: Revision, name: str) -> bool:
    """Whether no field is filled yet; raises ``FieldUnavailable`` unless field ``name`` is empty."""
    filled = signature_fields(revision)
    if name not in filled:
        known = ", ".join(sorted(filled)) or "none"
        raise FieldUnavailable(f"the PDF has no signature field {name!r}; its signature fields: {known}")
    if filled[name]:
        raise FieldUnavailable(f"signature field {name!r} is filled already; each field is signed once")
    return not any(filled.values())


def signature_fields(revision: Revision) -> dict[str, bool]:
    """Name of each signature field, and whether it is filled.

    The signatures themselves are not read: that takes pyHanko 3 ms for each. Our fields have no parent;
    of others pyHanko finds out, and refuses to certify a document that is signed.
    """
    try:
        fields = [reference.get_object() for reference in revision.prev.root["/AcroForm"]["/Fields"]]
        return {str(field["/T"]): "/V" in field for field in fields if field.get("/FT") == "/Sig"}
    except (KeyError, TypeError, AttributeError):
        return {}
