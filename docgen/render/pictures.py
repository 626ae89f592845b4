"""Puts pictures where a template keeps one of this name: the QR code at ``qr``, a logo at ``logo``."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part, XmlPart
from docx.oxml.ns import qn

QR, LOGO = "qr", "logo"  # the name or the alt text of the picture in the template
WIDEST_LOGO = 40 * 36_000  # EMU (914,400 per inch): 40 mm, which leaves the header room for a name
HOLDERS = (RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER)


@dataclass(frozen=True)
class Picture:
    """A picture in PNG, what it says to who cannot see it, and its width divided by its height."""

    png: bytes
    alt: str
    ratio: float = 1.0


def place_code(document: Any, code: Picture | None) -> None:
    """Show the code at every place for it in a python-docx document; without a code the places go."""
    if code is None:
        for _, drawing in _places(document, QR):
            _remove(drawing)
    else:
        _show(document, QR, code)


def place_logo(document: Any, logo: Picture | None) -> None:
    """Show the logo at every place for it, as high as the picture that was there; without one that stays."""
    if logo is not None:
        for drawing in _show(document, LOGO, logo):
            _reshape(drawing, logo.ratio)


def _show(document: Any, name: str, picture: Picture) -> list[Any]:
    uri = PackURI(f"/word/media/huurzegel-{name}.png")
    shown = Part(uri, "image/png", picture.png, document.part.package)
    drawings = []
    for part, drawing in _places(document, name):
        relationship = part.relate_to(shown, RELATIONSHIP_TYPE.IMAGE)
        for blip in drawing.iter(qn("a:blip")):
            blip.set(qn("r:embed"), relationship)
            blip[:] = []  # effects, or the picture that was there as SVG
            for cut in blip.getparent().findall(qn("a:srcRect")):
                blip.getparent().remove(cut)
        for properties in drawing.iter(qn("wp:docPr"), qn("pic:cNvPr")):
            properties.set("descr", picture.alt)
            properties.set("name", name)
        drawings.append(drawing)
    return drawings


def _reshape(drawing: Any, ratio: float) -> None:
    for extent in drawing.iter(qn("wp:extent"), qn("a:ext")):
        if extent.get("cy") is None:
            continue  # a:ext is also the name of extensions
        height = int(extent.get("cy"))
        width = min(round(height * ratio), WIDEST_LOGO)
        extent.set("cx", str(width))
        extent.set("cy", str(round(width / ratio)))


def _places(document: Any, name: str) -> list[tuple[Any, Any]]:
    """The parts that hold a picture of this name, and the drawing."""
    return [
        (part, properties.getparent().getparent())
        for part in _parts(document.part)
        for properties in part.element.iter(qn("wp:docPr"))
        if name in (properties.get("name"), properties.get("descr"), properties.get("title"))
    ]


def _parts(main: Any) -> Iterator[Any]:
    yield main
    for relationship in main.rels.values():
        if relationship.reltype in HOLDERS and isinstance(relationship.target_part, XmlPart):
            yield relationship.target_part


def _remove(drawing: Any) -> None:
    run = drawing.getparent()
    run.remove(drawing)
    if all(child.tag == qn("w:rPr") for child in run):
        run.getparent().remove(run)
