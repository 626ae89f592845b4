"""Paper and screen carry the same words in the same order, and the paper can be read by ear."""

import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import zip_longest
from typing import Any

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

import docgen
from docgen.reading import read_aloud
from docgen.sameness import difference, spoken, words
from tests.template_samples import SHEETS, Case, Maker
from tests.template_text import TEMPLATES

HEADINGS = ("h2", "h3", "h4")  # h1 is the title, which is a paragraph on paper
LEVELS = {"/H1": 1, "/H2": 2, "/H3": 3}

every_sheet = pytest.mark.parametrize("case", SHEETS, ids=str)


@pytest.fixture(scope="module")
def maker(office: docgen.Office) -> Maker:
    return Maker(docgen.Catalog(TEMPLATES), office)


@every_sheet
def test_paper_and_screen_say_the_same_words_in_the_same_order(case: Case, maker: Maker) -> None:
    made = maker.make(case)

    assert difference(made.pdf, made.html) is None
    assert _first_difference(words(" ".join(read_aloud(made.pdf))), words(spoken(made.html))) is None


@every_sheet
def test_every_heading_is_a_bookmark_in_order_and_no_level_is_skipped(case: Case, maker: Maker) -> None:
    made = maker.make(case)
    pdf = PdfReader(BytesIO(made.pdf))
    shown = [_plain(each.get_text()) for each in _page(made).find_all(HEADINGS)]
    levels = [LEVELS[tag] for tag, _ in _tags(pdf) if tag in LEVELS]

    assert shown
    assert list(_titles(pdf.outline)) == shown
    assert [int(each.name[1]) - 1 for each in _page(made).find_all(HEADINGS)] == levels
    assert all(later - before <= 1 for before, later in zip([0, *levels], levels, strict=False))


@every_sheet
def test_title_and_language_are_those_of_the_manifest(case: Case, maker: Maker) -> None:
    made = maker.make(case)
    manifest, _ = maker.values(case)
    sheet = manifest.document(case.document) or manifest.leaflet(case.document)
    pdf = PdfReader(BytesIO(made.pdf))
    catalog = pdf.trailer["/Root"]

    assert sheet is not None
    assert pdf.metadata is not None
    assert pdf.metadata.title == sheet.title
    assert pdf.xmp_metadata is not None
    assert sheet.title in (pdf.xmp_metadata.dc_title or {}).values()
    assert catalog["/Lang"] == manifest.language
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"] is not None
    assert {each.get("/Lang") for _, each in _tags(pdf)} <= {None, manifest.language}


@every_sheet
def test_every_table_begins_with_headers_that_say_what_they_are_over(case: Case, maker: Maker) -> None:
    pdf = PdfReader(BytesIO(maker.make(case).pdf))
    tables = [each for tag, each in _tags(pdf) if tag == "/Table"]

    assert len(tables) == len(_page(maker.make(case)).find_all("table"))
    for table in tables:
        first = next(each for tag, each in _inside(table) if tag == "/TR")
        cells = [tag for tag, _ in _inside(first) if tag in ("/TH", "/TD")]
        assert set(cells) == {"/TH"}
    headers = [each for tag, each in _tags(pdf) if tag == "/TH"]
    assert all(_scope(each) in ("/Column", "/Both") for each in headers)


@every_sheet
def test_a_picture_in_the_text_and_a_place_to_sign_say_what_they_are(case: Case, maker: Maker) -> None:
    made = maker.make(case)
    pdf = PdfReader(BytesIO(made.pdf))
    pictures = [each["/Alt"] for tag, each in _tags(pdf) if tag == "/Figure"]
    places = [each["/Alt"] for tag, each in _tags(pdf) if tag == "/Form"]

    assert [f"[{text}]" for text in pictures] == [each.get_text() for each in _page(made).select(".picture")]
    assert len(places) == len(made.fields) == len(set(places))
    assert all(re.match(r"Handtekening |Zegel ", text) for text in places)


@every_sheet
def test_what_returns_on_every_page_is_not_read_aloud_each_time(case: Case, maker: Maker) -> None:
    made = maker.make(case)

    assert not any(re.search(r"pagina \d+ van \d+", block) for block in read_aloud(made.pdf))


def _page(made: docgen.Document) -> BeautifulSoup:
    return BeautifulSoup(made.html, "html.parser")


def _plain(text: str) -> str:
    return " ".join(text.split())


def _first_difference(one: Sequence[str], other: Sequence[str]) -> object:
    """A few pieces from where the two part; pytest itself would compare long texts for minutes."""
    pairs = enumerate(zip_longest(one, other))
    place = next((number for number, pair in pairs if pair[0] != pair[1]), None)
    return None if place is None else (one[place : place + 20], other[place : place + 20])


def _titles(entries: list[Any]) -> Iterator[str]:
    for entry in entries:
        if isinstance(entry, list):
            yield from _titles(entry)
        else:
            yield _plain(str(entry.title))


def _tags(pdf: PdfReader) -> Iterator[tuple[str, Any]]:
    """Every element of the structure in reading order, by the standard name of its tag."""
    root = pdf.trailer["/Root"]["/StructTreeRoot"]
    roles = root.get("/RoleMap", {})
    for tag, element in _inside(root):
        yield str(roles.get(tag, tag)), element


def _inside(element: Any) -> Iterator[tuple[str, Any]]:
    kids = element.get("/K")
    kids = kids.get_object() if hasattr(kids, "get_object") else kids
    for kid in kids if isinstance(kids, list) else [kids]:
        found = kid.get_object() if hasattr(kid, "get_object") else kid
        if isinstance(found, dict) and "/S" in found:
            yield str(found["/S"]), found
            yield from _inside(found)


def _scope(header: Any) -> str | None:
    attributes = header.get("/A", [])
    attributes = attributes.get_object() if hasattr(attributes, "get_object") else attributes
    for each in attributes if isinstance(attributes, list) else [attributes]:
        if "/Scope" in each.get_object():
            return str(each.get_object()["/Scope"])
    return None
