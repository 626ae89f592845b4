"""Puts the stamp font into a PDF."""

from pypdf import PdfWriter
from pypdf.generic import ArrayObject, IndirectObject, NameObject, NumberObject, TextStringObject

from docgen.font import StampFont, stamp_font
from docgen.pdf.objects import dictionary, numbers, stream


def embed(writer: PdfWriter) -> IndirectObject:
    """The stamp font as a composite font under Identity-H, ISO 32000-1 9.7."""
    font = stamp_font()
    name = NameObject(f"/{font.base_name}")
    widths = ArrayObject()
    for glyph, width in sorted(font.widths.items()):
        widths.extend([NumberObject(glyph), ArrayObject([NumberObject(width)])])
    descendant = dictionary(
        Type=NameObject("/Font"),
        Subtype=NameObject("/CIDFontType2"),
        BaseFont=name,
        CIDSystemInfo=dictionary(
            Registry=TextStringObject("Adobe"),
            Ordering=TextStringObject("Identity"),
            Supplement=NumberObject(0),
        ),
        FontDescriptor=_descriptor(writer, font),
        CIDToGIDMap=NameObject("/Identity"),
        W=widths,
    )
    return writer._add_object(
        dictionary(
            Type=NameObject("/Font"),
            Subtype=NameObject("/Type0"),
            BaseFont=name,
            Encoding=NameObject("/Identity-H"),
            DescendantFonts=ArrayObject([writer._add_object(descendant)]),
            ToUnicode=writer._add_object(stream(font.to_unicode()).flate_encode()),
        )
    )


def _descriptor(writer: PdfWriter, font: StampFont) -> IndirectObject:
    program = stream(font.program).flate_encode()
    program[NameObject("/Length1")] = NumberObject(len(font.program))
    descriptor = dictionary(
        Type=NameObject("/FontDescriptor"),
        FontName=NameObject(f"/{font.base_name}"),
        Flags=NumberObject(4),  # symbolic: glyphs are named by id
        FontBBox=numbers(*font.bbox),
        ItalicAngle=NumberObject(0),
        Ascent=NumberObject(font.ascent),
        Descent=NumberObject(font.descent),
        CapHeight=NumberObject(font.cap_height),
        StemV=NumberObject(80),
        FontFile2=writer._add_object(program),
    )
    return writer._add_object(descriptor)
