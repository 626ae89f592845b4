"""The pages of a PDF as pictures; the only place that touches pdfium and Pillow."""

import io
from collections.abc import Iterator
from threading import Lock

import pypdfium2  # type: ignore[import-untyped]

from docgen.errors import UnusablePdf

POINTS = 72  # per inch
MOST_DPI = 600
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


def _pictures(pdf: bytes, dpi: int) -> Iterator[bytes]:
    with pypdfium2.PdfDocument(pdf) as document:
        document.init_forms()  # the boxes of signatures are drawn too
        for number in range(len(document)):
            page = document[number]
            bitmap = page.render(scale=dpi / POINTS, may_draw_forms=True)
            out = io.BytesIO()
            bitmap.to_pil().save(out, "PNG", optimize=False, dpi=(dpi, dpi))
            bitmap.close()
            page.close()
            yield out.getvalue()
