"""The pages of a PDF as pictures; the only place that touches pdfium and Pillow."""

import io
from collections.abc import Iterator
from threading import Lock
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
from PIL import Image

from docgen.errors import UnusablePdf

POINTS = 72  # per inch
MOST_DPI = 600
MOST_PIXELS = 4000
one_at_a_time = Lock()  # pdfium may be used by one thread at a time


def pages_as_pictures(pdf: bytes, dpi: int) -> tuple[bytes, ...]:
    """Every page as a PNG, in order.

    Raises:
        UnusablePdf: the bytes are no PDF.
        ValueError: ``dpi`` is not between 1 and 600.
    """
    if not 0 < dpi <= MOST_DPI:
        raise ValueError(f"dpi is {dpi}: give 1 to {MOST_DPI}")
    with one_at_a_time:
        try:
            return tuple(_pictures(pdf, dpi))
        except pypdfium2.PdfiumError as error:
            raise UnusablePdf(f"The PDF cannot be read ({error}): make it again.") from error


def page_as_picture(pdf: bytes, number: int, width: int) -> bytes:
    """One page (the first is 1) as a lossless WebP of ``width`` pixels: what the PDF shows, and nothing less.

    Raises:
        UnusablePdf: the bytes are no PDF.
        ValueError: there is no such page, or ``width`` is not between 1 and 4000.
    """
    if not 0 < width <= MOST_PIXELS:
        raise ValueError(f"width is {width}: give 1 to {MOST_PIXELS} pixels")
    with one_at_a_time:
        try:
            with pypdfium2.PdfDocument(pdf) as document:
                if not 0 < number <= len(document):
                    raise ValueError(f"page {number} is not there: the PDF has {len(document)}")
                document.init_forms()
                page = document[number - 1]
                picture = _drawn(page, width / page.get_width())
                page.close()
        except pypdfium2.PdfiumError as error:
            raise UnusablePdf(f"The PDF cannot be read ({error}): make it again.") from error
    out = io.BytesIO()
    picture.save(out, "WEBP", lossless=True, method=2)
    return out.getvalue()


def _pictures(pdf: bytes, dpi: int) -> Iterator[bytes]:
    with pypdfium2.PdfDocument(pdf) as document:
        document.init_forms()  # the boxes of signatures are drawn too
        for number in range(len(document)):
            page = document[number]
            out = io.BytesIO()
            _drawn(page, dpi / POINTS).save(out, "PNG", optimize=False, dpi=(dpi, dpi))
            page.close()
            yield out.getvalue()


def _drawn(page: Any, scale: float) -> Image.Image:
    bitmap = page.render(scale=scale, may_draw_forms=True)
    picture: Image.Image = bitmap.to_pil().copy()  # the bitmap's memory goes with it
    bitmap.close()
    return picture
