"""Every page looks as it did when it was last looked at; `make snapshots` renews the pictures."""

from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw

import docgen
from tests import page_snapshots
from tests.page_snapshots import CASES, FOLDER, kept, pages, same
from tests.template_samples import SHEETS, Case, Maker
from tests.template_text import TEMPLATES

MOST = 2 * 1024 * 1024  # bytes of pictures in the repository
LINE = (90, 400, 500, 412)  # of text, at 100 dpi


@pytest.fixture(scope="module")
def maker(office: docgen.Office) -> Maker:
    return Maker(docgen.Catalog(TEMPLATES), office)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_page_looks_as_it_did_when_it_was_reviewed(case: Case, maker: Maker, tmp_path: Path) -> None:
    reviewed, drawn = kept(case), pages(case, maker)
    assert len(reviewed) == len(drawn), "the number of pages changed: look at them, then make snapshots"
    for number, (before, now) in enumerate(zip(reviewed, drawn, strict=True), 1):
        if not same(before, now):
            now.save(tmp_path / f"{number}-now.png")
            ImageChops.difference(before, now).point(lambda level: 255 - level).save(
                tmp_path / f"{number}-differs.png"
            )
            whole, spot = page_snapshots.distance(before, now)
            pytest.fail(
                f"page {number} differs by {whole:.1f}, at one spot by {spot:.0f}: look at {tmp_path}, "
                "and make snapshots if it is meant"
            )


def test_every_document_and_leaflet_has_its_pictures_and_there_are_no_others() -> None:
    wanted = {f"{case}-page-" for case in CASES}
    found = sorted(FOLDER.iterdir())
    assert {path.name.rpartition("page-")[0] + "page-" for path in found} == wanted
    assert {(case.type, case.document) for case in CASES} == {(case.type, case.document) for case in SHEETS}
    assert sum(path.stat().st_size for path in found) < MOST


@pytest.fixture(scope="module")
def page() -> Image.Image:
    """A reviewed page with text on it."""
    return Image.open(sorted(FOLDER.glob("guidance-agreement-core-sample-page-*"))[1]).convert("L")


def test_a_line_or_box_more_or_less_or_a_shift_is_seen(page: Image.Image) -> None:
    changed = page.copy()
    ImageDraw.Draw(changed).rectangle(LINE, fill=0)
    boxed = page.copy()
    ImageDraw.Draw(boxed).rectangle((100, 300, 400, 380), outline=0, width=2)
    wiped = page.copy()
    ImageDraw.Draw(wiped).rectangle((0, 300, page.width, 340), fill=255)
    for other in (
        changed,
        boxed,
        wiped,
        ImageChops.offset(page, 0, 12),
        page.resize((page.height, page.width)),
    ):
        assert not same(page, other)


def test_a_little_noise_or_a_hair_is_not(page: Image.Image) -> None:
    assert same(page, page.point(lambda level: min(255, level + 1)))
    assert same(page, ImageChops.offset(page, 0, 0))
    dotted = page.copy()
    ImageDraw.Draw(dotted).rectangle((50, 50, 52, 52), fill=128)
    assert same(page, dotted)
