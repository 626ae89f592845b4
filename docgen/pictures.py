"""The pages of a PDF as pictures; the only place that touches pdfium and Pillow."""

import io
from collections.abc import Iterator
from threading import Lock
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
from PIL import Image, ImageOps, UnidentifiedImageError

from docgen.errors import UnusablePdf, UnusablePicture

POINTS = 72  # per inch
MOST_DPI = 600
MOST_PIXELS = 4000
LOGO_KINDS = ("PNG", "JPEG", "WEBP")  # what browsers and Word make; no SVG, which is a program
LOGO_BYTES = 2_000_000
LOGO_PIXELS = 16_000_000  # width times height, before anything of it is unpacked
LOGO_LEAST = 60  # pixels high: below this print shows the pixels (9 mm at 170 dpi)
LOGO_HEIGHT = 360  # pixels: 9 mm at 1000 dpi
LOGO_WIDEST, LOGO_NARROWEST = 8.0, 0.4  # width divided by height
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


def logo(picture: bytes) -> bytes:
    """A logo for the header of documents: a PNG on white, at most 360 pixels high, and its pixels alone.

    Raises:
        UnusablePicture: no PNG, JPEG or WebP, too small to print, too large, too wide or narrow, or broken.
    """
    if len(picture) > LOGO_BYTES:
        raise UnusablePicture("large", f"The picture has {len(picture)} bytes: give at most {LOGO_BYTES}.")
    try:
        with Image.open(io.BytesIO(picture), formats=LOGO_KINDS) as opened:
            _demand_few_pixels(*opened.size)
            drawn = ImageOps.exif_transpose(opened).convert("RGBA")
    except UnidentifiedImageError as error:
        raise UnusablePicture("kind", f"It is none of {', '.join(LOGO_KINDS)}: save it as one.") from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise UnusablePicture("broken", f"The picture cannot be read ({error}): save it anew.") from error
    _demand_shape(*drawn.size)
    drawn.thumbnail((round(LOGO_WIDEST * LOGO_HEIGHT), LOGO_HEIGHT), Image.Resampling.LANCZOS)
    paper = Image.new("RGBA", drawn.size, "white")
    paper.alpha_composite(drawn)
    out = io.BytesIO()
    paper.convert("RGB").save(out, "PNG", optimize=True)
    return out.getvalue()


def ratio(picture: bytes) -> float:
    """Width divided by height, of a picture that ``logo`` made."""
    with Image.open(io.BytesIO(picture)) as opened:
        return opened.width / opened.height


def _demand_few_pixels(width: int, height: int) -> None:
    if width * height > LOGO_PIXELS:
        raise UnusablePicture("large", f"It is {width} x {height} pixels: give at most {LOGO_PIXELS} in all.")


def _demand_shape(width: int, height: int) -> None:
    if height < LOGO_LEAST:
        raise UnusablePicture("small", f"It is {height} pixels high: give at least {LOGO_LEAST}.")
    if not LOGO_NARROWEST <= width / height <= LOGO_WIDEST:
        raise UnusablePicture(
            "shape",
            f"It is {width} x {height} pixels: a logo is at most 8 times as wide as high.",
        )


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
