"""A small prepared PDF as docgen makes them: text, the embedded stamp font, empty signature fields."""

import io
from collections.abc import Sequence

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

import docgen

PARTIES = ("tenant", "referring_org", "corporation")
FIELDS = (*PARTIES, "seal")


def prepared_pdf(fields: Sequence[str] = FIELDS) -> bytes:
    """One A4 page with some text and a 220 x 62 pt signature field for each name."""
    writer = PdfWriter()
    page = writer.add_blank_page(595, 842)
    content = DecodedStreamObject()
    content.set_data(b"BT /F1 12 Tf 60 780 Td (De huurder betaalt 750 euro per maand.) Tj ET")
    page[NameObject("/Contents")] = writer._add_object(content)
    helvetica = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): _names(helvetica)})}
    )
    form = DictionaryObject(
        {
            NameObject("/Fields"): ArrayObject(),
            NameObject("/SigFlags"): NumberObject(1),
            NameObject("/DR"): DictionaryObject(
                {NameObject("/Font"): DictionaryObject({NameObject("/HzSans"): _font(writer)})}
            ),
        }
    )
    page[NameObject("/Annots")] = ArrayObject()
    for number, name in enumerate(fields):
        field = writer._add_object(_field(writer, page, name, 680 - 80 * number))
        form["/Fields"].append(field)
        page["/Annots"].append(field)
    writer.root_object[NameObject("/AcroForm")] = writer._add_object(form)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def _names(values: dict[str, str]) -> DictionaryObject:
    return DictionaryObject({NameObject(key): NameObject(value) for key, value in values.items()})


def _field(writer: PdfWriter, page, name: str, bottom: int) -> DictionaryObject:
    lock = {NameObject("/Type"): NameObject("/SigFieldLock"), NameObject("/Action"): NameObject("/All")}
    if name != "seal":
        lock[NameObject("/Action")] = NameObject("/Include")
        lock[NameObject("/Fields")] = ArrayObject([TextStringObject(name)])
    empty = DecodedStreamObject()
    empty.update(_names({"/Type": "/XObject", "/Subtype": "/Form"}))
    empty[NameObject("/BBox")] = ArrayObject(FloatObject(edge) for edge in (0, 0, 220, 62))
    empty.set_data(b"")
    field = _names({"/Type": "/Annot", "/Subtype": "/Widget", "/FT": "/Sig"})
    field[NameObject("/T")] = TextStringObject(name)
    field[NameObject("/F")] = NumberObject(132)
    field[NameObject("/P")] = page.indirect_reference
    field[NameObject("/Rect")] = ArrayObject(FloatObject(edge) for edge in (60, bottom, 280, bottom + 62))
    field[NameObject("/Lock")] = DictionaryObject(lock)
    field[NameObject("/AP")] = DictionaryObject({NameObject("/N"): writer._add_object(empty)})
    return field


def _font(writer: PdfWriter):
    stamp = docgen.stamp_font()
    program = DecodedStreamObject()
    program.set_data(stamp.program)
    descriptor = _names({"/Type": "/FontDescriptor", "/FontName": "/HZSANS+Carlito"})
    descriptor[NameObject("/FontFile2")] = writer._add_object(program)
    for key, value in (("/Flags", 4), ("/ItalicAngle", 0), ("/StemV", 80)):
        descriptor[NameObject(key)] = NumberObject(value)
    for key, value in (
        ("/Ascent", stamp.ascent),
        ("/Descent", stamp.descent),
        ("/CapHeight", stamp.cap_height),
    ):
        descriptor[NameObject(key)] = NumberObject(value)
    descriptor[NameObject("/FontBBox")] = ArrayObject(NumberObject(edge) for edge in stamp.bbox)
    widths = ArrayObject()
    for glyph, width in stamp.widths.items():
        widths += [NumberObject(glyph), ArrayObject([NumberObject(width)])]
    cid = _names({"/Type": "/Font", "/Subtype": "/CIDFontType2", "/BaseFont": "/HZSANS+Carlito"})
    cid[NameObject("/CIDToGIDMap")] = NameObject("/Identity")
    cid[NameObject("/FontDescriptor")] = writer._add_object(descriptor)
    cid[NameObject("/W")] = widths
    cid[NameObject("/CIDSystemInfo")] = DictionaryObject(
        {
            NameObject("/Registry"): TextStringObject("Adobe"),
            NameObject("/Ordering"): TextStringObject("Identity"),
            NameObject("/Supplement"): NumberObject(0),
        }
    )
    font = _names({"/Type": "/Font", "/Subtype": "/Type0", "/BaseFont": "/HZSANS+Carlito"})
    font[NameObject("/Encoding")] = NameObject("/Identity-H")
    font[NameObject("/DescendantFonts")] = ArrayObject([writer._add_object(cid)])
    to_unicode = DecodedStreamObject()
    to_unicode.set_data(stamp.to_unicode())
    font[NameObject("/ToUnicode")] = writer._add_object(to_unicode)
    return writer._add_object(font)
