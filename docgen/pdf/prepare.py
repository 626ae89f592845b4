"""Turns a converted PDF into one that is ready to be signed: metadata, stamp font, signature fields."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, BooleanObject, DictionaryObject, NameObject, NumberObject

from docgen import xmp
from docgen.errors import TemplateFault, UnusablePdf
from docgen.font import StampFont
from docgen.pdf.fields import Place, add_fields
from docgen.pdf.fonts import embed
from docgen.pdf.objects import dictionary, stream

SIGNATURES_EXIST = 1  # AcroForm SigFlags, ISO 32000-1 table 219
PRODUCER = "Huurzegel (LibreOffice, pypdf)"
CREATOR = "Huurzegel"


@dataclass(frozen=True)
class Prepared:
    """A PDF/A-2a and PDF/UA-1 file that is ready to be signed, and its number of pages."""

    pdf: bytes
    pages: int


def prepare(pdf: bytes, places: Sequence[Place], *, title: str, language: str, reference: str) -> Prepared:
    """Put everything into the PDF that a later signature needs, so that signing only fills its own field.

    Raises:
        UnusablePdf: these bytes are no PDF.
        TemplateFault: a mark has no destination, its box does not fit, or the language is not the manifest's.
    """
    try:
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf), strict=True))
    except (PyPdfError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise UnusablePdf(f"The PDF cannot be read ({error}): convert the document again.") from error
    _check_catalog(writer, language)
    _describe(writer, title, language, reference)
    fields = add_fields(writer, places)
    writer.root_object[NameObject("/AcroForm")] = dictionary(
        Fields=ArrayObject(fields),
        SigFlags=NumberObject(SIGNATURES_EXIST),
        DR=dictionary(Font=DictionaryObject({NameObject(f"/{StampFont.resource}"): embed(writer)})),
    )
    writer.pdf_header = "%PDF-1.7"  # PDF/A-2 is built on ISO 32000-1
    writer.generate_file_identifiers()
    out = io.BytesIO()
    writer.write(out)
    return Prepared(out.getvalue(), len(writer.pages))


def _check_catalog(writer: PdfWriter, language: str) -> None:
    root = writer.root_object
    if root.get("/Lang") != language:
        raise TemplateFault(
            f"The document's language is {root.get('/Lang')}, not {language}: set it in the styles."
        )
    if "/StructTreeRoot" not in root:
        raise UnusablePdf("The PDF has no tags: convert it with the export options of docgen.office.")


def _describe(writer: PdfWriter, title: str, language: str, reference: str) -> None:
    created = _created(writer)
    written = f"D:{created:%Y%m%d%H%M%S}Z"
    writer.metadata = {
        "/Title": title,
        "/Subject": reference,
        "/Creator": CREATOR,
        "/Producer": PRODUCER,
        "/CreationDate": written,
        "/ModDate": written,
    }
    metadata = stream(
        xmp.packet(
            title=title,
            language=language,
            reference=reference,
            creator=CREATOR,
            producer=PRODUCER,
            created=created.isoformat(),
        )
    )
    metadata[NameObject("/Type")] = NameObject("/Metadata")
    metadata[NameObject("/Subtype")] = NameObject("/XML")
    root = writer.root_object
    # Not compressed, so that an archive can read it without a PDF library.
    root[NameObject("/Metadata")] = writer._add_object(metadata)
    root[NameObject("/ViewerPreferences")] = dictionary(DisplayDocTitle=BooleanObject(True))


def _created(writer: PdfWriter) -> datetime:
    """When LibreOffice made it; it runs in UTC and writes a ``Z'`` that pypdf cannot read."""
    text = str(writer.metadata["/CreationDate"]) if writer.metadata else ""
    try:
        return datetime.strptime(text.rstrip("'"), "D:%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise UnusablePdf("The PDF does not say when it was made: convert the document again.") from error
