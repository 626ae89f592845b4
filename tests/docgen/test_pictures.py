from __future__ import annotations

import io

import PIL.Image
import pytest

import docgen
from docgen.pictures import pages_as_pictures


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


def core_width(document: docgen.Document) -> float:
    from pypdf import PdfReader

    return float(PdfReader(io.BytesIO(document.pdf)).pages[0].mediabox.width)
