"""From values to a document that is ready to be signed: dress, fill, convert, prepare."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from docgen import pdf, pictures, qr
from docgen.catalog import Catalog
from docgen.coherence import SEAL, bookmark
from docgen.convert import Office
from docgen.dress import dress
from docgen.errors import InvalidValues, Problem, TemplateFault, UnknownDocument
from docgen.html import html
from docgen.manifest import DocumentPart, Leaflet, Manifest, recipients, value_at
from docgen.render import Picture, fill
from docgen.sameness import difference

LONGEST_REFERENCE = 40  # characters; a reference has at most 35


@dataclass(frozen=True)
class Logo:
    """Of the organisation ``name``; ``png`` as ``docgen.logo`` makes it."""

    name: str
    png: bytes


@dataclass(frozen=True)
class Document:
    """One document of a packet before anyone signed, or a leaflet.

    ``pdf`` is PDF/A-2a and PDF/UA-1, ``html`` the same text for a screen, ``fields`` the names of the empty
    signature fields in it, the seal's last; a leaflet has none.
    """

    name: str
    title: str
    pdf: bytes
    html: str
    pages: int
    fields: tuple[str, ...]


class Generator:
    """Makes documents from one catalog with one LibreOffice; may be used from several threads.

    With ``test`` every document says TEST.
    """

    def __init__(self, catalog: Catalog, office: Office, *, test: bool) -> None:
        self._catalog = catalog
        self._office = office
        self.test = test

    def generate(
        self,
        type: str,
        document: str,
        values: Mapping[str, object],
        reference: str,
        validation_url: str | None = None,
        *,
        logo: Logo | None = None,
        with_html: bool = True,
    ) -> Document:
        """One document or leaflet of a packet; ``values`` is what ``complete`` gave for this type;
        ``logo`` takes the place of the template's.

        PDF and HTML say the same words in the same order. Without ``with_html`` the document's ``html`` is
        empty, which spares the work where only paper counts.

        Raises:
            UnknownType, UnknownDocument: nothing of this name in the catalog.
            InvalidValues: ``values`` did not come from ``complete``, or the reference is no reference.
            TemplateFault: the template does not give what the manifest promises, or says something
                else on the screen than on paper.
            ConversionFault: LibreOffice failed.
        """
        docx = self._catalog.docx(type, document)
        manifest = self._catalog.manifest(type)
        part = _part(manifest, document)
        _check(manifest, values, reference)
        given = {"reference": reference, "test": self.test, "validation_url": validation_url}
        places = _places(manifest, part, values)
        bookmarks = {place.role: place.bookmark for place in places}
        try:
            filled = fill(
                docx,
                {**dress(manifest, part, values), **given},
                bookmarks,
                title=part.title,
                code=_code(validation_url),
                logo=_logo(logo),
            )
            converted, text = self._both(filled, bookmarks, with_html)
            prepared = pdf.prepare(
                converted, places, title=part.title, language=manifest.language, reference=reference
            )
            if with_html:
                _check_words(prepared.pdf, text)
        except TemplateFault as fault:
            raise TemplateFault(f"{type}/{document}.docx: {fault}") from fault
        return Document(part.name, part.title, prepared.pdf, text, prepared.pages, tuple(bookmarks))

    def _both(self, filled: bytes, bookmarks: Mapping[str, str], with_html: bool) -> tuple[bytes, str]:
        """The PDF and the HTML; LibreOffice is another process, so the one takes no longer for the other."""
        if not with_html:
            return self._office.convert(filled), ""
        with ThreadPoolExecutor(1, thread_name_prefix="html") as beside:
            text = beside.submit(html, filled, bookmarks, test=self.test)
            return self._office.convert(filled), text.result()


def _part(manifest: Manifest, document: str) -> DocumentPart | Leaflet:
    part = manifest.document(document) or manifest.leaflet(document)
    if part is None:
        raise UnknownDocument(manifest.type, document, (each.name for each in manifest.sheets))
    return part


def _check_words(made: bytes, text: str) -> None:
    # Tracked changes, hidden text and clipped tables show differently; nobody may sign what was not shown.
    found = difference(made, text)
    if found is not None:
        raise TemplateFault(
            f"Paper and screen differ. {found} Accept all changes and show hidden text in Word."
        )


def _code(validation_url: str | None) -> Picture | None:
    if validation_url is None:
        return None
    return Picture(qr.png(validation_url), f"QR-code naar {validation_url}")


def _logo(logo: Logo | None) -> Picture | None:
    if logo is None:
        return None
    return Picture(logo.png, f"Logo van {logo.name}", pictures.ratio(logo.png))


def _check(manifest: Manifest, values: Mapping[str, object], reference: str) -> None:
    problems = [
        Problem(field.key, "It is required but empty.", "Give what docgen.complete returned.")
        for field in manifest.fields
        if field.required and value_at(values, field.key) is None
    ]
    if not (reference.isascii() and reference.isprintable() and 0 < len(reference) <= LONGEST_REFERENCE):
        problems.append(
            Problem("reference", "It is no reference.", "Give one such as MTR-0012345678-BGO01-C.")
        )
    if problems:
        raise InvalidValues(problems)


def _places(
    manifest: Manifest, part: DocumentPart | Leaflet, values: Mapping[str, object]
) -> list[pdf.Place]:
    """The fields of who takes part in this packet and sees this document, and the seal's."""
    if isinstance(part, Leaflet):
        return []
    places = []
    for recipient in recipients(manifest, values):
        if part.name in recipient.documents:
            purpose = "Handtekening van" if recipient.action == "sign" else "Handtekening voor ontvangst van"
            tooltip = f"{purpose}: {recipient.label}"
            places.append(pdf.Place(recipient.role, bookmark(recipient.role), tooltip))
    return [*places, pdf.Place(SEAL, bookmark(SEAL), "Zegel van de dienst", locks_all=True)]
