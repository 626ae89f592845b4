"""Puts the stamp font into a PDF."""

from dataclasses import dataclass
from functools import cache

from pypdf.generic import (
    ArrayObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
    TextStringObject,
)

from docgen.font import StampFont, stamp_font
from docgen.pdf.edition import Edition
from docgen.pdf.objects import dictionary, numbers, stream, written


@dataclass(frozen=True)
class _Ready:
    """The large objects of the font as they stand in every PDF; packing them takes longer than the rest."""

    program: bytes
    to_unicode: bytes
    widths: bytes


def embed(edition: Edition) -> IndirectObject:
    """The stamp font as a composite font under Identity-H, ISO 32000-1 9.7."""
    font, ready = stamp_font(), _ready()
    name = NameObject(f"/{font.base_name}")
    descendant = dictionary(
        Type=NameObject("/Font"),
        Subtype=NameObject("/CIDFontType2"),
        BaseFont=name,
        CIDSystemInfo=dictionary(
            Registry=TextStringObject("Adobe"),
            Ordering=TextStringObject("Identity"),
            Supplement=NumberObject(0),
        ),
        FontDescriptor=edition.add(_descriptor(font, edition.add(ready.program))),
        CIDToGIDMap=NameObject("/Identity"),
        W=edition.add(ready.widths),
    )
    return edition.add(
        dictionary(
            Type=NameObject("/Font"),
            Subtype=NameObject("/Type0"),
            BaseFont=name,
            Encoding=NameObject("/Identity-H"),
            DescendantFonts=ArrayObject([edition.add(descendant)]),
            ToUnicode=edition.add(ready.to_unicode),
        )
    )


@cache
def _ready() -> _Ready:
    font = stamp_font()
    program = stream(font.program).flate_encode()
    program[NameObject("/Length1")] = NumberObject(len(font.program))
    widths = ArrayObject()
    for glyph, width in sorted(font.widths.items()):
        widths.extend([NumberObject(glyph), ArrayObject([NumberObject(width)])])
    to_unicode = stream(font.to_unicode()).flate_encode()
    return _Ready(written(program), written(to_unicode), written(widths))


def _descriptor(font: StampFont, program: PdfObject) -> PdfObject:
    return dictionary(
        Type=NameObject("/FontDescriptor"),
        FontName=NameObject(f"/{font.base_name}"),
        Flags=NumberObject(4),  # symbolic: glyphs are named by id
        FontBBox=numbers(*font.bbox),
        ItalicAngle=NumberObject(0),
        Ascent=NumberObject(font.ascent),
        Descent=NumberObject(font.descent),
        CapHeight=NumberObject(font.cap_height),
        StemV=NumberObject(80),
        FontFile2=program,
    )
