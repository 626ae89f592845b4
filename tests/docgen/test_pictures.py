from __future__ import annotations

import io

import PIL.Image
import pytest

import docgen
from docgen.pictures import page_as_picture, pages_as_pictures


def test_what_is_no_pdf_and_an_odd_resolution_are_refused(core: docgen.Document) -> None:
    with pytest.raises(docgen.UnusablePdf, match="make it again"):
        pages_as_pictures(b"no pdf", 100)
    for dpi in (0, -1, 601):
        with pytest.raises(ValueError, match="dpi"):
            pages_as_pictures(core.pdf, dpi)


def test_every_page_is_a_png_of_its_size_with_ink_on_it(core: docgen.Document) -> None:
    pictures = pages_as_pictures(core.pdf, 50)
    assert len(pictures) == core.pages
    for picture in pictures:
        with PIL.Image.open(io.BytesIO(picture)) as image:
            assert image.format == "PNG"
            assert abs(image.width - core_width(core) * 50 / 72) <= 1
            low, high = image.convert("L").getextrema()
            assert (low, high) != (255, 255)


def test_a_page_that_is_not_there_an_odd_width_and_no_pdf_are_refused(core: docgen.Document) -> None:
    for number in (0, core.pages + 1):
        with pytest.raises(ValueError, match=f"page {number} is not there: the PDF has {core.pages}"):
            page_as_picture(core.pdf, number, 100)
    for width in (0, 4001):
        with pytest.raises(ValueError, match="give 1 to 4000 pixels"):
            page_as_picture(core.pdf, 1, width)
    with pytest.raises(docgen.UnusablePdf, match="make it again"):
        page_as_picture(b"no pdf", 1, 100)


def test_one_page_is_the_same_picture_without_loss(core: docgen.Document) -> None:
    pictures = pages_as_pictures(core.pdf, 72)
    with PIL.Image.open(io.BytesIO(pictures[-1])) as png:
        drawn = page_as_picture(core.pdf, core.pages, round(core_width(core)))
        with PIL.Image.open(io.BytesIO(drawn)) as webp:
            assert webp.format == "WEBP"
            assert abs(webp.width - png.width) <= 1
            assert webp.convert("L").getextrema() == png.convert("L").getextrema()


def core_width(document: docgen.Document) -> float:
    from pypdf import PdfReader

    return float(PdfReader(io.BytesIO(document.pdf)).pages[0].mediabox.width)
