"""Puts the QR code where a template keeps a picture called ``qr``."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part, XmlPart
from docx.oxml.ns import qn

PLACE = "qr"  # the name or the alt text of the picture in the template
PART = PackURI("/word/media/huurzegel-qr.png")
HOLDERS = (RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER)


@dataclass(frozen=True)
class Code:
    """A picture in PNG and what it says to who cannot see it."""

    png: bytes
    alt: str


def place(document: Any, code: Code | None) -> None:
    """Show the code at every place for it in a python-docx document; without a code the places go."""
    picture = None
    for part in _parts(document.part):
        for drawing in _places(part.element):
            if code is None:
                _remove(drawing)
                continue
            if picture is None:
                picture = Part(PART, "image/png", code.png, document.part.package)
            relationship = part.relate_to(picture, RELATIONSHIP_TYPE.IMAGE)
            for blip in drawing.iter(qn("a:blip")):
                blip.set(qn("r:embed"), relationship)
            for properties in drawing.iter(qn("wp:docPr"), qn("pic:cNvPr")):
                properties.set("descr", code.alt)
                properties.set("name", "QR-code")


def _parts(main: Any) -> Iterator[Any]:
    yield main
    for relationship in main.rels.values():
        if relationship.reltype in HOLDERS and isinstance(relationship.target_part, XmlPart):
            yield relationship.target_part


def _places(root: Any) -> list[Any]:
    return [
        properties.getparent().getparent()
        for properties in root.iter(qn("wp:docPr"))
        if PLACE in (properties.get("name"), properties.get("descr"), properties.get("title"))
    ]


def _remove(drawing: Any) -> None:
    run = drawing.getparent()
    run.remove(drawing)
    if all(child.tag == qn("w:rPr") for child in run):
        run.getparent().remove(run)
