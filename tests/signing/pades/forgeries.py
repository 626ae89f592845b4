"""What someone could do to a signed file: each function returns other bytes than it got."""

import asyncio
import io
import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper, SimpleSigner
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.stamp.noop import NoOpStampStyle

from signing.pades import PadesSettings, responders
from signing.pades.revision import Revision
from tests.pki import ServedPki, certificate_of

CONTENTS = re.compile(rb"/Contents <([0-9A-F]+)>")
BYTE_RANGE = re.compile(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\s*\]")


def flipped(pdf: bytes, position: int) -> bytes:
    """One bit of the byte at ``position`` changed."""
    return pdf[:position] + bytes([pdf[position] ^ 1]) + pdf[position + 1 :]


def updated(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """An incremental update appended."""
    # Like the service, so that it is the change that is noticed and not the dates that pyHanko touches.
    writer = Revision.of(pdf)
    change(writer)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def with_overlay(pdf: bytes) -> bytes:
    """Other text drawn over the page."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        stream = generic.StreamObject(stream_data=b"1 g 50 770 300 20 re f")
        writer.add_stream_to_page(0, writer.add_object(stream))

    return updated(pdf, change)


def with_note(pdf: bytes) -> bytes:
    """An opaque annotation over the text."""
    return updated(pdf, lambda writer: _annotate(writer, _box({"/Subtype": pdf_name("/FreeText")})))


def with_field_over_text(pdf: bytes) -> bytes:
    """A new visible signature field over the text."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        field = _box({"/Subtype": pdf_name("/Widget"), "/FT": pdf_name("/Sig"), "/T": "note", "/F": 132})
        form = writer.root["/AcroForm"]
        form["/Fields"].append(_annotate(writer, field))
        writer.update_container(form["/Fields"])

    return updated(pdf, change)


def with_hidden_field(pdf: bytes) -> bytes:
    """A new signature field without a place on the page, and nothing in it."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        field = _box({"/Subtype": pdf_name("/Widget"), "/FT": pdf_name("/Sig"), "/T": "later", "/F": 132})
        field[pdf_name("/Rect")] = generic.ArrayObject([generic.NumberObject(0)] * 4)
        form = writer.root["/AcroForm"]
        form["/Fields"].append(_annotate(writer, field))
        writer.update_container(form["/Fields"])

    return updated(pdf, change)


def with_text_field(pdf: bytes) -> bytes:
    """A new text field that says something else."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        field = _box({"/Subtype": pdf_name("/Widget"), "/FT": pdf_name("/Tx"), "/T": "rent", "/V": "950"})
        form = writer.root["/AcroForm"]
        form["/Fields"].append(_annotate(writer, field))
        writer.update_container(form["/Fields"])

    return updated(pdf, change)


def with_other_appearance(pdf: bytes, field: str) -> bytes:
    """The appearance of a filled field replaced."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        found = _field(writer, field)
        stream = generic.StreamObject(
            {
                pdf_name("/Type"): pdf_name("/XObject"),
                pdf_name("/Subtype"): pdf_name("/Form"),
                pdf_name("/BBox"): generic.ArrayObject(generic.NumberObject(n) for n in (0, 0, 220, 62)),
            },
            stream_data=b"0 0 220 62 re f",
        )
        found["/AP"] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(stream)})
        writer.update_container(found)

    return updated(pdf, change)


def with_shared_signature(pdf: bytes, giver: str, taker: str) -> bytes:
    """The signature object of one field shown in another field as well."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        found = _field(writer, taker)
        found["/V"] = _field(writer, giver).raw_get("/V")
        writer.update_container(found)

    return updated(pdf, change)


def without_value(pdf: bytes, field: str) -> bytes:
    """A filled field emptied again."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        found = _field(writer, field)
        del found["/V"]
        writer.update_container(found)

    return updated(pdf, change)


def with_wider_hole(pdf: bytes) -> bytes:
    """The last ByteRange leaves out eight bytes more, in front of its signature."""
    found = list(BYTE_RANGE.finditer(pdf))[-1]
    first, before, start, after = (int(number) for number in found.groups())
    text = f"/ByteRange [{first} {before - 8} {start} {after}".encode()
    return pdf[: found.start()] + text.ljust(len(found.group()) - 1) + b"]" + pdf[found.end() :]


def with_padding_used(pdf: bytes) -> bytes:
    """Something written in the unused end of the last signature's room."""
    end = list(CONTENTS.finditer(pdf))[-1].end() - 1
    return pdf[: end - 8] + b"DEADBEEF" + pdf[end:]


def with_other_spelling(pdf: bytes) -> bytes:
    """The last signature's hexadecimal digits in small letters: the same bytes to a PDF reader."""
    found = list(CONTENTS.finditer(pdf))[-1]
    return pdf[: found.start(1)] + found.group(1).lower() + pdf[found.end(1) :]


def with_more_proofs(pdf: bytes, **proofs: Any) -> bytes:
    """A revision with a DSS, or with more in it; keywords as pyHanko's ``supply_dss_in_writer``."""
    return updated(pdf, lambda writer: DocumentSecurityStore.supply_dss_in_writer(writer, None, **proofs))


def _field(writer: IncrementalPdfFileWriter, name: str) -> Any:
    return next(
        field
        for field in (reference.get_object() for reference in writer.root["/AcroForm"]["/Fields"])
        if field["/T"] == name
    )


def _box(entries: dict[str, Any]) -> generic.DictionaryObject:
    kinds = {str: generic.pdf_string, int: generic.NumberObject}
    box = {pdf_name(key): kinds.get(type(value), lambda same: same)(value) for key, value in entries.items()}
    rectangle = generic.ArrayObject(generic.NumberObject(edge) for edge in (50, 770, 350, 790))
    return generic.DictionaryObject(
        {pdf_name("/Type"): pdf_name("/Annot"), pdf_name("/Rect"): rectangle, **box}
    )


def _annotate(writer: IncrementalPdfFileWriter, annotation: generic.DictionaryObject) -> Any:
    reference = writer.add_object(annotation)
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Annots"].append(reference)
    writer.update_container(page["/Annots"])
    return reference


def signed_without_timestamp(
    pdf: bytes, settings: PadesSettings, field: str, room: int | None = None
) -> bytes:
    """A signature at B-B, which this service never makes; ``room``: hexadecimal digits for its Contents."""
    signer = _stock_signer(settings)
    metadata = PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.FILL_FORMS,
    )
    work = PdfSigner(metadata, signer, stamp_style=NoOpStampStyle()).async_sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf)), existing_fields_only=True, bytes_reserved=room
    )
    return asyncio.run(work).getvalue()


def _stock_signer(settings: PadesSettings) -> SimpleSigner:
    named = settings.keys[0]
    return SimpleSigner.load_pkcs12(urlsplit(named.url).path, passphrase=named.secret.reveal().encode())


def with_signed_field(
    pdf: bytes, settings: PadesSettings, tsa_url: str, box: tuple[int, int, int, int]
) -> bytes:
    """A new field in this place of the first page, signed with this key and timestamped."""
    metadata = PdfSignatureMetadata(
        field_name="later", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
    )
    work = PdfSigner(
        metadata,
        _stock_signer(settings),
        timestamper=HTTPTimeStamper(tsa_url),
        stamp_style=NoOpStampStyle(),
        new_field_spec=SigFieldSpec("later", box=box),
    ).async_sign_pdf(Revision.of(pdf))
    return asyncio.run(work).getvalue()


def sealed_by_force(pdf: bytes, pki: ServedPki, keys: Sequence[PadesSettings]) -> bytes:
    """DSS and document timestamp, whatever the proofs for these keys say."""
    issuing, root = pki.pki.issuer("issuing"), pki.pki.issuer("root")
    now, revoked = pki.clock(), pki.pki.revoked()
    answers = []
    for settings in keys:
        leaf = certificate_of(settings)
        question = ocsp.OCSPRequestBuilder().add_certificate(leaf, issuing.certificate, SHA256()).build()
        encoded = question.public_bytes(Encoding.DER)
        answer = responders.ocsp_reply(encoded, issuing, pki.pki.entity("ocsp"), revoked, now)
        answers.append(asn1_ocsp.OCSPResponse.load(answer))
    lists = [
        asn1_crl.CertificateList.load(responders.crl(issuer, revoked, now)) for issuer in (root, issuing)
    ]
    chain = [
        asn1_x509.Certificate.load(issuer.certificate.public_bytes(Encoding.DER))
        for issuer in (root, issuing)
    ]
    return stamped_again(with_more_proofs(pdf, certs=chain, ocsps=answers, crls=lists), pki.pki.tsa_url)


def stamped_again(pdf: bytes, tsa_url: str) -> bytes:
    """A document timestamp, whatever is in the file."""
    work = PdfTimeStamper(HTTPTimeStamper(tsa_url)).async_timestamp_pdf(Revision.of(pdf), "sha256")
    return asyncio.run(work).getvalue()
