"""The logo of an organisation takes the place of the template's, and is never more than a picture."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.shared import Mm
from lxml import etree
from PIL import Image

import docgen
from tests.docgen import samples

EMU = 36_000  # per mm


def picture(width: int, height: int, kind: str = "PNG", colour: str = "navy") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, kind)
    return out.getvalue()


def with_logo() -> bytes:
    """A document with a square picture of 9 mm called ``logo`` in its header."""
    document = docx.Document(io.BytesIO(samples.word(["{{ tenant.full_name }}"])))
    run = document.sections[0].header.paragraphs[0].add_run()
    run.add_picture(io.BytesIO(picture(60, 60, colour="red")), height=Mm(9))
    next(run._r.iter("{*}docPr")).set("name", "logo")
    return samples.saved(document)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "kind"),
        (b"", "kind"),
        (picture(90, 90, "GIF"), "kind"),
        (picture(200, 59), "small"),
        (picture(801, 100), "shape"),
        (picture(39, 100), "shape"),
        (picture(8000, 2001), "large"),
        (bytes(2_000_001), "large"),
        (picture(200, 100)[:90], "broken"),
    ],
    ids=["a program", "nothing", "another kind", "small", "wide", "narrow", "many pixels", "large", "half"],
)
def test_what_cannot_be_a_logo_is_refused_with_its_reason(given: bytes, reason: str) -> None:
    with pytest.raises(docgen.UnusablePicture) as refused:
        docgen.logo(given)
    assert refused.value.reason == reason


def test_a_photograph_that_lies_on_its_side_is_judged_as_it_is_seen() -> None:
    turned, out = Image.Exif(), io.BytesIO()
    turned[0x0112] = 6  # orientation: a quarter turn clockwise
    Image.new("RGB", (800, 100), "navy").save(out, "JPEG", exif=turned)
    with pytest.raises(docgen.UnusablePicture) as refused:
        docgen.logo(out.getvalue())
    assert refused.value.reason == "shape"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_keeps_its_shape_and_nothing_but_its_pixels(kind: str) -> None:
    made = Image.open(io.BytesIO(docgen.logo(picture(2000, 1000, kind))))
    assert (made.format, made.mode, made.size, made.info) == ("PNG", "RGB", (720, 360), {})


def test_what_is_see_through_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (100, 100), (0, 0, 0, 0)).save(out, "PNG")
    assert Image.open(io.BytesIO(docgen.logo(out.getvalue()))).getpixel((50, 50)) == (255, 255, 255)


@pytest.mark.parametrize(("size", "shown"), [((300, 100), (27.0, 9.0)), ((800, 100), (40.0, 5.0))])
def test_a_logo_is_as_high_as_the_templates_unless_it_would_be_too_wide(
    size: tuple[int, int], shown: tuple[float, float]
) -> None:
    from docgen.render import Picture, fill

    png = docgen.logo(picture(*size))
    place = Picture(png, "Logo van Zorg", size[0] / size[1])
    context = {"tenant": {"full_name": "A"}, "reference": "R", "test": False}
    filled = fill(with_logo(), context, {}, title="T", logo=place)
    with zipfile.ZipFile(io.BytesIO(filled)) as archive:
        header = etree.fromstring(archive.read("word/header1.xml"))
        assert archive.read("word/media/huurzegel-logo.png") == png
    [extent] = header.iter("{*}extent")
    assert (int(extent.get("cx")) / EMU, int(extent.get("cy")) / EMU) == pytest.approx(shown, abs=0.1)
    assert next(header.iter("{*}docPr")).get("descr") == "Logo van Zorg"


def test_a_document_with_a_logo_conforms_and_says_whose_it_is(folder: Path, office: docgen.Office) -> None:
    (folder / "small-lease" / "core.docx").write_bytes(_core_with_logo(folder))
    values = docgen.complete(samples.manifest(), samples.data(), samples.TODAY)
    generator = docgen.Generator(docgen.Catalog(folder), office, test=False)

    def made(logo: docgen.Logo | None) -> bytes:
        return generator.generate("small-lease", "core", values, samples.REFERENCE, logo=logo).pdf

    ours = docgen.Logo("Stichting Zorg", docgen.logo(picture(300, 100)))
    own, other = made(None), made(ours)
    assert docgen.conformance(other).failures == ()
    navy, red = (0, 0, 128), (255, 0, 0)
    assert (_colours(own, red), _colours(own, navy)) == (True, False)
    assert (_colours(other, red), _colours(other, navy)) == (False, True)


def _core_with_logo(folder: Path) -> bytes:
    document = docx.Document(folder / "small-lease" / "core.docx")
    run = document.sections[0].header.paragraphs[0].add_run()
    run.add_picture(io.BytesIO(picture(60, 60, colour="red")), height=Mm(9))
    for properties in run._r.iter("{*}docPr", "{*}cNvPr"):
        properties.set("name", "logo")
        properties.set("descr", "Logo")
    return samples.saved(document)


def _colours(pdf: bytes, wanted: tuple[int, int, int]) -> bool:
    page = Image.open(io.BytesIO(docgen.pages_as_pictures(pdf, 100)[0])).convert("RGB")
    found = page.getcolors(maxcolors=1_000_000) or []
    return any(colour == wanted and count > 200 for count, colour in found)
