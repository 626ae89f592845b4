"""Turns a converted PDF into one that is ready to be signed: metadata, stamp font, signature fields."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from docgen import xmp
from docgen.errors import TemplateFault, UnusablePdf
from docgen.font import StampFont
from docgen.pdf.edition import Edition
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
        return _prepared(Edition(pdf), places, title, language, reference)
    except (PyPdfError, KeyError) as error:  # pypdf reads an object when it is asked for
        raise UnusablePdf(f"The PDF cannot be read ({error}): convert the document again.") from error


def _prepared(
    edition: Edition, places: Sequence[Place], title: str, language: str, reference: str
) -> Prepared:
    _check_catalog(edition, language)
    created = _created(edition)
    _describe(edition, title, language, reference, created)
    edition.root[NameObject("/AcroForm")] = dictionary(
        Fields=ArrayObject(add_fields(edition, places)),
        SigFlags=NumberObject(SIGNATURES_EXIST),
        DR=dictionary(Font=DictionaryObject({NameObject(f"/{StampFont.resource}"): embed(edition)})),
    )
    edition.change(edition.root)
    return Prepared(edition.content(_information(title, reference, created)), len(edition.pages))


def _check_catalog(edition: Edition, language: str) -> None:
    root = edition.root
    if root.get("/Lang") != language:
        raise TemplateFault(
            f"The document's language is {root.get('/Lang')}, not {language}: set it in the styles."
        )
    if "/StructTreeRoot" not in root:
        raise UnusablePdf("The PDF has no tags: convert it with the export options of docgen.office.")


def _describe(edition: Edition, title: str, language: str, reference: str, created: datetime) -> None:
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
    root = edition.root
    # Not compressed, so that an archive can read it without a PDF library.
    old = root.raw_get("/Metadata") if "/Metadata" in root else None
    root[NameObject("/Metadata")] = edition.replace(old, metadata)
    root[NameObject("/ViewerPreferences")] = dictionary(DisplayDocTitle=BooleanObject(True))


def _information(title: str, reference: str, created: datetime) -> DictionaryObject:
    written = TextStringObject(f"D:{created:%Y%m%d%H%M%S}Z")
    return dictionary(
        Title=TextStringObject(title),
        Subject=TextStringObject(reference),
        Creator=TextStringObject(CREATOR),
        Producer=TextStringObject(PRODUCER),
        CreationDate=written,
        ModDate=written,
    )


def _created(edition: Edition) -> datetime:
    """When LibreOffice made it; it runs in UTC and writes a ``Z'`` that pypdf cannot read."""
    text = str(edition.information.get("/CreationDate", ""))
    try:
        return datetime.strptime(text.rstrip("'"), "D:%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise UnusablePdf("The PDF does not say when it was made: convert the document again.") from error
