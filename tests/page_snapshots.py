"""Reviewed pictures of the pages of the samples: python -m tests.page_snapshots renews them, after a look."""

import io
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageChops

import docgen
from tests.template_samples import SHEETS, Case, Maker
from tests.template_text import TEMPLATES

FOLDER = Path(__file__).parent / "snapshots"
DPI = 100
QUALITY = 20  # of WebP: readable, at some 35 kB a page
COARSE = 16  # pixels, 4 mm: what a reader sees at arm's length as one spot
SPOT = 24  # of 255: how much lighter or darker one spot may be; a line of text more or less is about 60
WHOLE = 1.2  # of 255: how much the whole page may differ on average; WebP itself makes half of it

# Every page of the first sample, and the agreements of one that differs from it in all it can.
OTHERS = ("guidance-agreement-core-sample-4", "transfer-form-form-sample-3")
CASES = tuple(case for case in SHEETS if case.sample == "sample" or str(case) in OTHERS)


def pages(case: Case, maker: Maker) -> tuple[Image.Image, ...]:
    """The pages as grey pictures, with the mark of a test document, as in a preview."""
    made = maker.make(case, test=True)
    return tuple(
        Image.open(io.BytesIO(page)).convert("L") for page in docgen.pages_as_pictures(made.pdf, DPI)
    )


def kept(case: Case) -> tuple[Image.Image, ...]:
    """The reviewed pages, in order; empty when there are none."""
    return tuple(Image.open(path).convert("L") for path in sorted(FOLDER.glob(f"{case}-page-*.webp")))


def distance(one: Image.Image, other: Image.Image) -> tuple[float, float]:
    """How much two pages differ on average, and at the spot that differs most; in shades of 255."""
    size = (-(-one.width // COARSE), -(-one.height // COARSE))
    coarse = (each.resize(size, Image.Resampling.BOX) for each in (one, other))
    levels = ImageChops.difference(*coarse).tobytes()
    return sum(levels) / len(levels), float(max(levels))


def same(one: Image.Image, other: Image.Image) -> bool:
    """Whether a reader would call the two the same page."""
    if one.size != other.size:
        return False
    whole, spot = distance(one, other)
    return whole <= WHOLE and spot <= SPOT


def renew() -> Iterator[tuple[Case, int]]:
    """Write all pictures anew; gives each case with its number of pages."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    with tempfile.TemporaryDirectory() as profiles, docgen.Office(Path(profiles)) as office:
        maker = Maker(docgen.Catalog(TEMPLATES), office)
        for case in CASES:
            drawn = pages(case, maker)
            for number, page in enumerate(drawn, 1):
                page.save(FOLDER / f"{case}-page-{number:02d}.webp", quality=QUALITY, method=6)
            yield case, len(drawn)


if __name__ == "__main__":
    for renewed, count in renew():
        print(f"{renewed}: {count} page(s)")
    total = sum(path.stat().st_size for path in FOLDER.iterdir())
    print(f"{total / 1024:.0f} kB in {FOLDER}: look at every page before committing them")
